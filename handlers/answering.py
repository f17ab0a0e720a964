"""Take an answer and go on: the step of the engine, then what the answer also does."""

from handlers import alarms, check_in, effects, intake, offers, parts, together, withheld, zones
from handlers.core import step as engine
from handlers.core.buttons import command_data
from handlers.core.case import Dialogue, Response, ResponseStatus
from handlers.core.changes import DropAnswer, StartResponse
from handlers.core.events import Chose, Said
from handlers.core.frozen import replace
from handlers.core.messages import Choice, Phrase, Say
from handlers.core.questionnaire import Item
from handlers.core.turn import Scene, Turn
from handlers.core.values import FollowUpId, ResponseId
from handlers.decision import Decision
from handlers.scenes import live_parts, questionnaire_of, scene_of


def open_questionnaire(decision: Decision, url: str, follow_up: FollowUpId | None = None) -> Response:
    """Start a response to the questionnaire at `url`; nothing is asked yet."""
    questionnaire = decision.world.protocol.questionnaires[url]
    response = Response(
        id=ResponseId(decision.world.ids.short()),
        questionnaire=url,
        version=questionnaire.version,
        status=ResponseStatus.IN_PROGRESS,
        started_at=decision.now,
        follow_up=follow_up,
    )
    decision.add(StartResponse(response))
    decision.put_response(response)
    return response


def ask(decision: Decision, response: Response, source: str) -> None:
    """Ask the next open question of `response`, or finish it when none is left."""
    if decision.dialogue.response != response.id:
        before = decision.dialogue
        decision.set_dialogue(
            Dialogue(response=response.id, last_tap=before.last_tap, last_tap_at=before.last_tap_at)
        )
    decision.leave_menu()
    follow(decision, response, engine.begin(scene_of(decision, response, source)))


def hear(
    decision: Decision, response: Response, heard: Said | Chose, source: str, *, typed: Said | None = None
) -> None:
    """Take a tap or typed words as an answer to `response`.

    `typed` are the words that stand for a tap: where that tap leads to nothing, they are heard as words.
    """
    if together.answered_meanwhile(decision, response, heard):
        _answered_by_other(decision, response, source)
        return
    turn = engine.step(scene_of(decision, response, source), heard)
    if typed is not None and turn.is_silent:
        turn = engine.step(scene_of(decision, response, source), typed)
    follow(decision, response, turn)


def _answered_by_other(decision: Decision, response: Response, source: str) -> None:
    """Say what somebody else has answered here, and go on with what is open."""
    scene = scene_of(decision, response, source)
    asked = decision.dialogue.asked
    told = [(item, slot) for _, item, slot in engine.numbered(scene) if slot == asked]
    lines = [engine.summary_line(scene, item, slot) for item, slot in told]
    change = Choice(command_data("change"), Phrase("talk.button.change"))
    decision.say(Say((Phrase("talk.answered_by_other"), *lines), keys=(change,)))
    decision.set_dialogue(Dialogue())
    under_way = decision.case.open_response()
    if under_way is not None:
        ask(decision, under_way, source)


def follow(decision: Decision, response: Response, turn: Turn) -> None:
    """Store what a turn decided, let answers have their effects, say what comes next."""
    held = effects.held_back(decision, response, turn)
    if held is not None:
        decision.talk(response=response.id, asked=None, revising=None, confirm=None, picked=())
        decision.say(held.say)
        if not held.asks:
            return
        turn = engine.begin(scene_of(decision, response, ""))
    before = decision.dialogue
    decision.set_dialogue(turn.dialogue)
    current = _store(decision, response, turn)
    if effects.apply(decision, current, turn):
        return
    alarms.watch_ticks(decision, current, before, turn)
    alarms.watch_cards(decision, current, turn)
    alarms.watch(decision, current, turn)
    says = _worded_again(decision, current, turn)
    statement = offers.before_the_question(decision, current, before, turn)
    says = tuple(alarms.without_reproach(decision, together.alone(decision, say)) for say in says)
    says = (*says[:-1], *(zones.asked_outright(decision, say) for say in says[-1:]))
    decision.say(*says[:-1])
    withheld.notice(decision, current, turn)
    decision.say(*statement, *says[-1:])
    if current.status is not ResponseStatus.IN_PROGRESS:
        _changed(decision, current, turn)
    elif turn.before:
        _before(decision, current)
    elif turn.done:
        _finish(decision, current)


def _before(decision: Decision, response: Response) -> None:
    """Ask the last question of the part before this one again; sending it off is no question."""
    if not last_again(decision, before=response.id):
        decision.tell("chat.first_question")
        ask(decision, response, decision.cause)


def last_again(decision: Decision, *, before: ResponseId | None = None) -> bool:
    """Ask the last question of the parts before this one, or of all, again; False if there is none."""
    parts_so_far = [part.response for part in live_parts(decision.case, decision.world.protocol)]
    ids = [one.id for one in parts_so_far]
    earlier = parts_so_far[: ids.index(before)] if before in ids else parts_so_far
    for one in reversed(earlier):
        scene = scene_of(decision, one, decision.cause)
        lines = [number for number, item, _ in engine.numbered(scene) if not _sends(decision, item)]
        if lines and revise(decision, one, scene, lines[-1]):
            return True
    return False


def _sends(decision: Decision, item: Item) -> bool:
    return decision.world.protocol.effects.get(item.link_id) == "submit"


def revise(decision: Decision, response: Response, scene: Scene, number: int) -> bool:
    """Ask the numbered answer again ("change 7"); False if there is no such number."""
    lines = {line: slot for line, _, slot in engine.numbered(scene)}
    if number not in lines:
        return False
    decision.talk(menu="")  # what is typed now answers this question, whatever waited for words before
    follow(decision, response, engine.revise(replace(scene, dialogue=decision.dialogue), lines[number]))
    return True


def _store(decision: Decision, response: Response, turn: Turn) -> Response:
    for answer in turn.puts:
        decision.put_answer(response, answer)
    for slot in turn.drops:
        decision.add(DropAnswer(response.id, slot, decision.now))
    current = replace(response, answers=dict(turn.answers))
    decision.put_response(current)
    return current


def _worded_again(decision: Decision, response: Response, turn: Turn) -> tuple[Say, ...]:
    """Add the lines of the summary where the questionnaire asks for a review."""
    questionnaire = questionnaire_of(decision.world.protocol, response)
    reviews = decision.world.protocol.by_effect.get("review", frozenset())
    known = [questionnaire.by_link_id[link] for link in reviews if link in questionnaire.by_link_id]
    items = {questionnaire.text_key(item) for item in known}
    return tuple(
        intake.with_lines(decision, response, say) if _texts(say) & items else alarms.as_card(decision, say)
        for say in turn.says
    )


def _texts(say: Say) -> set[str]:
    return {text.key for text in say.texts}


def _changed(decision: Decision, response: Response, turn: Turn) -> None:
    """Show staff at once what changed in finished answers; then go back to what is under way."""
    changed = bool(turn.puts or turn.drops)
    if changed:
        intake.amend(decision, response)
    first = (Phrase("chat.changed" if changed else "chat.stays"),) if turn.done and not turn.says else ()
    under_way = decision.case.open_response()
    if turn.done and under_way is None and not response.follow_up:
        _after_a_part(decision, *first)
        return
    decision.say(*([Say(first)] if first else []))
    if turn.done and under_way is not None and under_way.id != response.id:
        ask(decision, under_way, decision.cause)


def _finish(decision: Decision, response: Response) -> None:
    if response.follow_up:
        check_in.complete(decision, response)
        return
    intake.complete(decision, response)
    _after_a_part(decision, *intake.thanks(decision, response))


def _after_a_part(decision: Decision, *first: Phrase) -> None:
    """Ask what a change has brought up in a finished part; else offer the next one."""
    again = parts.left_open(decision)
    if again is None:
        parts.offer(decision, *first)
        return
    decision.say(*([Say(first)] if first else []))
    ask(decision, again, decision.cause)
