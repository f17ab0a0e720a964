"""Changing an answer by its number, or choosing from the numbered answers which one."""

from typing import Final

from handlers import answering, intake
from handlers.core.case import Response, ResponseStatus
from handlers.decision import Decision
from handlers.scenes import scene_of

CHANGE: Final = "change:"
"""Dialogue.menu after the answers of one part were shown, and the part's place: a number is one of them."""
_MOST_DIGITS: Final = 3


def change(decision: Decision, argument: str) -> None:
    """Change an answer by its number, or show the numbered answers; where there are parts, those first.

    "7" is an answer and "p1" a page of the part that is open; "7e2" and "p1e2" are of the pack's third
    part, "l1" is a page of the parts.
    """
    what, _, part = argument.partition("e")
    parts = {str(place): response for place, response in intake.told(decision)}
    if what.isdecimal() and not part and decision.dialogue.menu.startswith(CHANGE):
        part = decision.dialogue.menu.removeprefix(CHANGE)
    response = parts.get(part) or _answered(decision)
    if part in parts:
        decision.talk(menu="" if what.isdecimal() else f"{CHANGE}{part}")
    if response is None:
        decision.tell("talk.nothing_to_change")
        return
    if len(parts) > 1 and not response.follow_up and not (part or what.isdecimal() or what.startswith("p")):
        decision.say(intake.part_menu(decision, _number(what.removeprefix("l")) or 0))
        return
    scene, number = scene_of(decision, response, decision.cause), _number(what)
    if number is not None and answering.revise(decision, response, scene, number):
        return
    decision.say(intake.change_menu(decision, response, _number(what.removeprefix("p")) or 0, part))


def _number(argument: str) -> int | None:
    return int(argument) if argument.isdecimal() and len(argument) <= _MOST_DIGITS else None


def _answered(decision: Decision) -> Response | None:
    """Return what "change 7" is about: the open questionnaire, else the newest that was sent."""
    current = decision.case.open_response()
    if current is not None and current.answers:
        return current
    told = [r for r in decision.case.responses if r.status is not ResponseStatus.STOPPED and r.answers]
    return told[-1] if told else current
