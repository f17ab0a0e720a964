"""Going on: what is shown next, what is asked next, and what an answer changes around it."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from handlers.core.asking import ADDING, is_adding, question
from handlers.core.birth import birth_for
from handlers.core.case import Dialogue
from handlers.core.frozen import replace
from handlers.core.headings import headings
from handlers.core.messages import Phrase, Say
from handlers.core.path import Stop, is_asked, next_open, progress, silent, slots, stop_at
from handlers.core.per_answer import settled
from handlers.core.questionnaire import Item, ItemType
from handlers.core.showing import item_text, today
from handlers.core.turn import Scene, Turn
from handlers.core.understanding import check
from handlers.core.values import Absent, Answer, AnsweredBy, Answers, Slot, Value

_MOST_ROUNDS = 20
"""Silent answers may enable further silent ones; so often at most in one turn."""


@dataclass(frozen=True, slots=True)
class Effect:
    """What this turn has stored and dropped so far."""

    puts: tuple[Answer, ...] = ()
    drops: tuple[Slot, ...] = ()


NOTHING = Effect()


def path_of(scene: Scene) -> list[Stop]:
    """Return the path as it is with the scene's answers, on the scene's channel."""
    path = slots(scene.questionnaire, scene.known, scene.calculated)
    return [stop for stop in path if stop[0].link_id not in scene.unasked] if scene.unasked else path


def current(scene: Scene, path: list[Stop]) -> Stop | None:
    """Return the question that stands open: the one asked, if it still is one, else the next."""
    asked = scene.dialogue.asked
    if asked is not None and _waits(scene, asked):
        found = next((stop for stop in path if stop[1] == asked and is_asked(stop)), None)
        if found is not None:
            return found
    return next_open(path, scene.response.answers)


def stop_of(scene: Scene, slot: Slot) -> Stop | None:
    """Return the question at a slot if it is asked at all with the scene's answers, else None."""
    if slot.link_id in scene.unasked:
        return None
    return stop_at(scene.questionnaire, scene.known, scene.calculated, slot)


def open_stop(scene: Scene) -> Stop | None:
    """Return the question that stands open, as `current` does, without a path at hand."""
    asked = scene.dialogue.asked
    if asked is not None and _waits(scene, asked) and (stop := stop_of(scene, asked)) is not None:
        return stop
    return next_open(path_of(scene), scene.response.answers)


def stands_open(scene: Scene, stop: Stop) -> bool:
    """Say whether a question that is asked at all is the one that stands open."""
    if stop[1] == scene.dialogue.asked and _waits(scene, stop[1]):
        return True
    found = open_stop(scene)
    return found is not None and found[1] == stop[1]


def unchanged(scene: Scene, *says: Say, dialogue: Dialogue | None = None) -> Turn:
    """Return a turn that stores nothing."""
    return Turn(dialogue or scene.dialogue, scene.response.answers, says=says)


def with_dialogue(scene: Scene, dialogue: Dialogue) -> Scene:
    """Return the scene with another dialogue."""
    return replace(scene, dialogue=dialogue)


def with_answers(scene: Scene, answers: Answers) -> Scene:
    """Return the scene with other answers."""
    return replace(scene, response=replace(scene.response, answers=answers))


def fresh(dialogue: Dialogue, *, asked: Slot | None = None, revising: Slot | None = None) -> Dialogue:
    """Return the dialogue with a question newly put and nothing half done."""
    return replace(dialogue, asked=asked, revising=revising, page=0, picked=(), misses=0, confirm=None)


def store(
    scene: Scene,
    stop: Stop,
    values: tuple[Value, ...],
    *,
    absent: Absent | None = None,
    first: Sequence[Phrase] = (),
) -> Turn:
    """Store an answer or a skip, re-check what hangs on it, and go on.

    Where it is not the answer to the open question, that one stays open as it is.
    """
    slot, answers = stop[1], scene.response.answers
    answer = Answer(slot, values, scene.now, scene.by, scene.source, absent)
    before = answers.get(slot)
    if before is not None and (before.values, before.absent) == (values, absent):
        return advance(with_dialogue(scene, _after(scene.dialogue, slot)), first=first)
    scene = _with_answer(replace(scene, dialogue=_after(scene.dialogue, slot)), answer)
    if before is not None:
        drops = frozenset(_no_longer_valid(scene, slot))
        kept = {key: value for key, value in scene.response.answers.items() if key not in drops}
        scene = with_answers(scene, kept)
    return advance(scene, _effect(answers, scene.response.answers), first=first)


def store_and_stay(scene: Scene, stop: Stop, values: tuple[Value, ...]) -> Turn:
    """Store what a repeating question has so far and wait for one more value or Done."""
    answer, answers = Answer(stop[1], values, scene.now, scene.by, scene.source), scene.response.answers
    if stop[1] not in answers or answers[stop[1]].values != values:
        scene = _with_answer(scene, answer)
    dialogue = replace(fresh(scene.dialogue, asked=stop[1], revising=stop[1]), picked=(ADDING,))
    scene = with_dialogue(scene, dialogue)
    effect = _effect(answers, scene.response.answers)
    says = (question(scene, stop),)
    return Turn(dialogue, scene.response.answers, effect.puts, effect.drops, says)


def advance(scene: Scene, effect: Effect = NOTHING, *, first: Sequence[Phrase] = ()) -> Turn:
    """Let silent items answer themselves, show what is due, ask what is open, or say that all is done.

    `first` is said before anything else, in the first message of this turn.
    """
    scene, effect = _with_silent_answers(scene, effect)
    path = path_of(scene)
    stop = current(scene, path)
    says, seen = _due(scene, path, stop)
    asked = stop[1] if stop else None
    is_same = asked is not None and asked == scene.dialogue.asked
    dialogue = scene.dialogue if is_same else fresh(scene.dialogue, asked=asked)
    known = (*dialogue.seen, *seen)
    over = list(_headings(scene, stop[0], stop[1], known)) if stop else []
    known = (*known, *[key for key, _ in over])
    dialogue = replace(dialogue, seen=known, response=scene.response.id)
    if stop is not None:
        lead = [*[text for _, text in over], *_counted(scene, path, stop)]
        asking = question(with_dialogue(scene, dialogue), stop, first=lead)
        says = [*says, asking]
    return Turn(
        dialogue, scene.response.answers, effect.puts, effect.drops, _led_in(says, first), done=stop is None
    )


def ask_again(scene: Scene, slot: Slot, *, first: Sequence[Phrase] = ()) -> Turn:
    """Ask an earlier question again; if it is not on the path, go on with what is open."""
    stop = stop_of(scene, slot)
    if stop is None:
        return advance(with_dialogue(scene, fresh(scene.dialogue)), first=first)
    dialogue = fresh(scene.dialogue, asked=slot, revising=slot)
    dialogue = replace(dialogue, response=scene.response.id, picked=_picks(scene, stop))
    scene = with_dialogue(scene, dialogue)
    return unchanged(scene, question(scene, stop, first=first))


def picked_values(scene: Scene, stop: Stop) -> tuple[Value, ...]:
    """Return the options ticked so far, in the order of the list, and own words given earlier."""
    item, slot = stop
    ticked = [option.value for option in item.options if option.code in scene.dialogue.picked]
    answer, listed = scene.response.answers.get(slot), [option.value for option in item.options]
    own = [value for value in answer.values if value not in listed] if answer else []
    return tuple(ticked + own)


def _with_answer(scene: Scene, answer: Answer) -> Scene:
    return with_answers(scene, settled(scene.questionnaire, scene.response.answers, answer))


def _effect(before: Answers, after: Answers) -> Effect:
    """Return what is to be stored and dropped so that these answers become those."""
    puts = tuple(answer for slot, answer in after.items() if before.get(slot) is not answer)
    return Effect(puts, tuple(slot for slot in before if slot not in after))


def _waits(scene: Scene, asked: Slot) -> bool:
    """Say whether the question asked still waits for an answer: its first, another or a further one."""
    return asked == scene.dialogue.revising or is_adding(scene) or asked not in scene.response.answers


def _after(dialogue: Dialogue, answered: Slot) -> Dialogue:
    if dialogue.asked in {None, answered}:
        return fresh(dialogue)
    return replace(dialogue, confirm=None)


def _picks(scene: Scene, stop: Stop) -> tuple[str, ...]:
    answer = scene.response.answers.get(stop[1])
    if answer is None or not (stop[0].repeats and stop[0].options):
        return ()
    return tuple(option.code for option in stop[0].options if option.value in answer.values)


def _with_silent_answers(scene: Scene, effect: Effect) -> tuple[Scene, Effect]:
    for _ in range(_MOST_ROUNDS):
        answers = scene.response.answers
        open_ = silent(scene.questionnaire, scene.known, scene.calculated)
        new = tuple(
            Answer(slot, item.initial, scene.now, AnsweredBy.ENGINE, scene.source)
            for item, slot in open_
            if slot not in answers
        )
        if not new:
            break
        scene = with_answers(scene, {**answers, **{answer.slot: answer for answer in new}})
        effect = replace(effect, puts=(*effect.puts, *new))
    return scene, effect


def _due(scene: Scene, path: list[Stop], stop: Stop | None) -> tuple[list[Say], list[str]]:
    """Return the displays that come before the open question and were not shown yet."""
    if stop is not None and stop[1] == scene.dialogue.revising:
        return [], []
    says: list[Say] = []
    seen: list[str] = []
    for place in path:
        if place is stop:  # what stands open was found on this path
            break
        item, slot = place
        if item.type is not ItemType.DISPLAY or str(slot) in scene.dialogue.seen:
            continue
        over = list(_headings(scene, item, slot, (*scene.dialogue.seen, *seen)))
        seen.extend((*(key for key, _ in over), str(slot)))
        texts = (*(text for _, text in over), *((item_text(scene, item),) if item.text else ()))
        says.extend([Say(texts, about=slot.link_id)] if texts else [])
    return says, seen


def _headings(scene: Scene, item: Item, slot: Slot, seen: Sequence[str]) -> Iterator[tuple[str, Phrase]]:
    found = headings(scene.questionnaire, item, slot)
    return ((key, item_text(scene, group)) for key, group in found if key not in seen)


def _led_in(says: Sequence[Say], first: Sequence[Phrase]) -> tuple[Say, ...]:
    if not first:
        return tuple(says)
    if not says:
        return (Say(tuple(first)),)
    return (replace(says[0], texts=(*first, *says[0].texts)), *says[1:])


def _counted(scene: Scene, path: list[Stop], stop: Stop) -> list[Phrase]:
    """Return "3 of 26" over a question that is put for the first time."""
    item, slot = stop
    if not scene.counted or not item.is_question or slot in scene.response.answers:
        return []
    number, total = progress(scene.questionnaire, path, scene.response.answers)
    return [Phrase("chat.progress", {"number": str(number), "total": str(total)})]


def _no_longer_valid(scene: Scene, changed: Slot) -> Iterator[Slot]:
    """Yield the answers on the path that break a rule now that another one has changed."""
    for item, slot in path_of(scene):
        answer = scene.response.answers.get(slot)
        if slot == changed or not item.is_question or answer is None or not answer.values:
            continue
        if _hidden_option(scene, item, answer) or check(
            item, answer.values, today=_told_on(scene, item, answer), birth=birth_for(scene, item)
        ):
            yield slot


def _told_on(scene: Scene, item: Item, answer: Answer) -> date:
    """Return the day that an answer is measured by: one that was still to come when told stays an answer."""
    return answer.at.date() if item.constraints.not_past else today(scene)


def _hidden_option(scene: Scene, item: Item, answer: Answer) -> bool:
    allowed = scene.shown.get(item.link_id)
    if allowed is None:
        return False
    chosen = (item.option_of(value) for value in answer.values)
    return any(option is not None and option.code not in allowed for option in chosen)
