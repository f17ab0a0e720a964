"""The intake's own moments: it begins, it is refused, it is sent to the clinic."""

from dataclasses import replace

from handlers.core import step as engine
from handlers.core.buttons import command_data
from handlers.core.case import Dialogue, Response, ResponseStatus, Stage
from handlers.core.changes import CancelQueued, CloseResponse, CloseTask, DropHealthData, ReplaceFlags
from handlers.core.messages import Choice, Phrase, Say
from handlers.core.prescreen import findings_to_flags, screen
from handlers.core.questionnaire import Item
from handlers.core.values import Purpose, Slot
from handlers.decision import Decision
from handlers.scenes import scene_of

LINES_A_MESSAGE = 60


def next_part(decision: Decision) -> str | None:
    """Return the url of the intake's first part that has no finished response, or None."""
    done = {r.questionnaire for r in decision.case.responses if r.status is not ResponseStatus.STOPPED}
    if decision.case.patient.stage in {Stage.SUBMITTED, Stage.TREATMENT, Stage.CLOSED}:
        return None
    return next((url for url in decision.world.protocol.intake if url not in done), None)


def not_yet(decision: Decision, response: Response, code: str) -> tuple[Say, ...]:
    """Return what to say when the patient does not send yet: saved for later, or change a line."""
    if code == "later":
        return (Say((Phrase("talk.saved_for_later"),)),)
    return (change_menu(decision, response),)


def change_menu(decision: Decision, response: Response) -> Say:
    """Return the list of answers to tap for changing, longest intake included (channels page it)."""
    lines = engine.numbered(scene_of(decision, response, ""))
    items = "\n".join(f"{line}. {{line{line}}}" for line, _, _ in lines)
    values = {f"line{line}": _line(decision, response, item, slot) for line, item, slot in lines}
    return Say(
        (Phrase("talk.change_which"), Phrase("", values, default=items)),
        keys=(Choice(command_data("continue"), Phrase("talk.button.continue")),),
    )


def with_lines(decision: Decision, response: Response, say: Say) -> Say:
    """Add the answers as numbered lines to the message that asks for a check."""
    menu = change_menu(decision, response)
    return replace(say, texts=(*say.texts, menu.texts[1], Phrase("talk.how_to_change")))


def refuse(decision: Decision, response: Response, key: str) -> None:
    """End without an intake: nothing but the refusal is kept, the clinic's contact is given."""
    decision.add(
        CloseResponse(response.id, ResponseStatus.STOPPED, decision.now), DropHealthData(decision.now)
    )
    decision.put_response(replace(response, status=ResponseStatus.STOPPED, answers={}))
    decision.patient(stage=Stage.REFUSED, name="", birth_date="", country="", purposes=frozenset[Purpose]())
    decision.set_dialogue(Dialogue())
    decision.add(CancelQueued(None, "refused"))
    decision.tell(key)


def submit(decision: Decision, response: Response) -> None:
    """Send the intake to the clinic: flags by the clinic's written rules, a task for a person."""
    case = decision.case
    findings = screen(decision.world.protocol, response, today=decision.now.date(), routes=case.clinic.routes)
    flags = findings_to_flags(decision.world.protocol, response, findings, at=decision.now)
    decision.add(ReplaceFlags(response.id, flags, decision.now))
    decision.patient(stage=Stage.SUBMITTED)
    decision.task("intake-ready", key=f"intake-ready:{response.id}")
    decision.add(CloseTask(f"intake-unfinished:{case.patient.id}", decision.now, "patient"))


def complete(decision: Decision, response: Response) -> None:
    """Close a response whose last question has been answered."""
    decision.add(CloseResponse(response.id, ResponseStatus.COMPLETED, decision.now))
    decision.put_response(replace(response, status=ResponseStatus.COMPLETED))
    decision.set_dialogue(
        Dialogue(last_tap=decision.dialogue.last_tap, last_tap_at=decision.dialogue.last_tap_at)
    )


def _line(decision: Decision, response: Response, item: Item, slot: Slot) -> Phrase:
    return engine.summary_line(scene_of(decision, response, ""), item, slot)
