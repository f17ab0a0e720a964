"""The intake's own moments: it begins, it is refused, it is sent to the clinic."""

from handlers.core import step as engine
from handlers.core.buttons import command_data
from handlers.core.case import Dialogue, Response, ResponseStatus, Stage
from handlers.core.changes import (
    CloseResponse,
    CloseTask,
    OweSummary,
    ReplaceFlags,
)
from handlers.core.flags import are_listed
from handlers.core.frozen import replace
from handlers.core.limits import LIMITS, clipped
from handlers.core.messages import Choice, Phrase, Say
from handlers.core.paper_rules import look_through
from handlers.core.prescreen import findings_to_flags, screen
from handlers.core.questionnaire import Item
from handlers.core.turn import Scene
from handlers.core.values import Slot
from handlers.decision import Decision
from handlers.parts import next_part
from handlers.scenes import live_parts, questionnaire_of, scene_of
from handlers.wording import Wording, language_of

Line = tuple[int, Item, Slot]
_WITH_THE_CLINIC = frozenset({Stage.SUBMITTED, Stage.TREATMENT})


def not_yet(decision: Decision, response: Response, code: str) -> Say:
    """Return what to say when the patient does not send yet: saved for later, or change a line."""
    if code == "later":
        return Say((Phrase("talk.saved_for_later"),))
    return change_menu(decision, response)


def told(decision: Decision) -> list[tuple[int, Response]]:
    """Return the parts of the intake that have answers, each with its place in the pack."""
    order = decision.world.protocol.intake
    parts = [part.response for part in live_parts(decision.case, decision.world.protocol)]
    return [(order.index(part.questionnaire), part) for part in parts if part.answers]


def part_menu(decision: Decision, page: int = 0) -> Say:
    """Return the parts that have answers, the newest first, to choose where to look for an answer."""
    units, choices = LIMITS[decision.case.contact.point.channel].label, []
    for place, response in reversed(told(decision)):
        form = questionnaire_of(decision.world.protocol, response)
        title = Wording(decision.case, decision.world).phrase(Phrase(f"{form.id}#title", default=form.title))
        choices.append(Choice(command_data("change", f"e{place}"), _fitting(title, units)))
    return _paged(decision, Phrase("talk.change_part"), choices, page, "l{}")


def change_menu(decision: Decision, response: Response, page: int = 0, part: str = "") -> Say:
    """Return the answers given so far, one button each; `part` is the response's place, if it was chosen."""
    units, of = LIMITS[decision.case.contact.point.channel].label, f"e{part}" if part else ""
    scene, wording = scene_of(decision, response, ""), Wording(decision.case, decision.world)
    choices = [
        Choice(command_data("change", f"{line[0]}{of}"), _fitting(_line(scene, wording, line), units))
        for line in engine.numbered(scene)
    ]
    return _paged(decision, Phrase("talk.change_which"), choices, page, f"p{{}}{of}")


def _paged(decision: Decision, text: Phrase, choices: list[Choice], page: int, turn: str) -> Say:
    """Return as many of the choices as the channel shows at once, with the way to the next ones among them.

    It is a row like the others: where a channel has no room for side doors, those can only be typed.
    """
    rows = LIMITS[decision.case.contact.point.channel].rows
    each = rows if len(choices) <= rows else rows - 1
    shown = choices[page * each : (page + 1) * each]
    if (page + 1) * each < len(choices):
        shown.append(Choice(command_data("change", turn.format(page + 1)), Phrase("talk.button.more")))
    keys = (Choice(command_data("continue"), Phrase("talk.button.continue")),)
    return Say((text,), choices=tuple(shown), keys=keys)


def with_lines(decision: Decision, response: Response, say: Say) -> Say:
    """Add the answers as numbered lines, and a button to change one, to the text that asks for a check."""
    scene, wording = scene_of(decision, response, ""), Wording(decision.case, decision.world)
    words = "\n".join(_line(scene, wording, line) for line in engine.numbered(scene))
    change = Choice(command_data("change"), Phrase("talk.button.change"))
    texts = (*say.texts, Phrase("", {"lines": words}, default="{lines}"))
    return replace(say, texts=texts, keys=(*say.keys, change))


def submit(decision: Decision, response: Response) -> None:
    """Send the intake to the clinic: flags by the clinic's written rules, a task for a person."""
    case = decision.case
    _screen(decision)
    decision.patient(stage=Stage.SUBMITTED)
    decision.task("intake-ready", key=f"intake-ready:{response.id}")
    decision.add(CloseTask(f"intake-unfinished:{case.patient.id}", decision.now, "patient"))


def amend(decision: Decision, response: Response) -> None:
    """Note that an answer of a finished response changed: staff see it, and rules are applied anew."""
    decision.add(CloseResponse(response.id, ResponseStatus.AMENDED, decision.now))
    decision.put_response(replace(response, status=ResponseStatus.AMENDED))
    decision.task("answers-changed", key=f"answers-changed:{response.id}")
    if not response.follow_up:
        _screen(decision)


def complete(decision: Decision, response: Response) -> None:
    """Close a part whose last question has been answered; once the intake was sent, staff see it at once."""
    decision.add(CloseResponse(response.id, ResponseStatus.COMPLETED, decision.now))
    decision.put_response(replace(response, status=ResponseStatus.COMPLETED))
    decision.set_dialogue(
        Dialogue(last_tap=decision.dialogue.last_tap, last_tap_at=decision.dialogue.last_tap_at)
    )
    if decision.case.patient.stage in _WITH_THE_CLINIC and not _is_sending(decision, response):
        _screen(decision)
        _hand_over(decision, response)


def papers_changed(decision: Decision) -> None:
    """Apply the rules anew, where staff have the intake: a file came in, was refused or set aside."""
    if decision.case.patient.stage in _WITH_THE_CLINIC:
        _screen(decision)


def thanks(decision: Decision, response: Response) -> tuple[Phrase, ...]:
    """Return what is said when a part ends: nothing where it ends with its own words."""
    if _is_sending(decision, response):
        return ()
    return (Phrase("talk.part.done" if next_part(decision) else "talk.part.last"),)


def _is_sending(decision: Decision, response: Response) -> bool:
    """Say whether it is the part that asks whether to send."""
    items = questionnaire_of(decision.world.protocol, response).by_link_id
    effects = decision.world.protocol.effects.items()
    return any(effect == "submit" and link_id in items for link_id, effect in effects)


def _hand_over(decision: Decision, response: Response) -> None:
    """Tell staff of a finished part: one open task for all of them, another when the last is done."""
    patient = decision.case.patient.id
    decision.add(CloseTask(f"intake-unfinished:{patient}", decision.now, "patient"))
    if next_part(decision) is None and decision.case.patient.stage is Stage.SUBMITTED:
        decision.add(CloseTask(f"intake-part-ready:{patient}", decision.now, "patient"))
        decision.task("intake-complete")
    else:
        questionnaire = questionnaire_of(decision.world.protocol, response)
        decision.task("intake-part-ready", note=questionnaire.title)


def _screen(decision: Decision) -> None:
    """Apply the clinic's written rules anew to the answers of all parts begun so far."""
    protocol, case = decision.world.protocol, decision.case
    parts = [part.response for part in live_parts(case, protocol)]
    if not parts or not decision.keeps_answers():
        return
    today, language = decision.now.date(), language_of(case, decision.world)
    papers = look_through(case.papers, protocol.paper_limits, today, case.patient.paper_marks)
    findings = screen(
        protocol, parts, today=today, routes=case.clinic.routes, language=language, papers=papers
    )
    if not are_listed(case.clinic.texts):
        findings = ()
    flags = findings_to_flags(protocol, parts, findings, at=decision.now, language=language)
    decision.add(ReplaceFlags(parts[0].id, flags, decision.now), OweSummary(decision.now))


def _fitting(words: str, units: int) -> Phrase:
    return Phrase("", {"line": clipped(words, units)}, default="{line}")


def _line(scene: Scene, wording: Wording, line: Line) -> str:
    number, item, slot = line
    return f"{number}. {wording.phrase(engine.summary_line(scene, item, slot))}"
