"""A sign of danger that is tapped where it counts as no answer any more: its card is shown, and staff see it.

Its check-in has ended, or a person of the clinic speaks in the chat. Nothing of it is stored but the task.
"""

from typing import Final

from handlers import alarms
from handlers.calling import call_for
from handlers.core.buttons import ParsedButton, read_data
from handlers.core.changes import Level
from handlers.core.pads import value_of
from handlers.core.questionnaire import Item, ItemType
from handlers.core.values import Slot, Value
from handlers.core.worklist import LATE_SIGN
from handlers.decision import Decision
from handlers.scenes import why_too_late

_TAKEN_BACK: Final = "0"


def explain(decision: Decision, data: str) -> None:
    """Say why a tap (its callback data) answers nothing any more; a sign of danger is seen first."""
    watch(decision, data)
    decision.tell(why_too_late(decision.case, data))


def watch(decision: Decision, data: str) -> None:
    """Show the card of a tap that would be loud as an answer, and tell staff: too often, not too seldom.

    Without consent to health data it is the emergency text.
    """
    parsed = read_data(data)
    level = _level(decision, parsed) if parsed else None
    if parsed is None or level is None:
        return
    key = f"flag:late:{parsed.response}:{parsed.index}"
    call_for(decision, level, key=key, kind=LATE_SIGN)
    if decision.keeps_answers():
        alarms.show_card(decision, level)
    else:
        decision.say(alarms.emergency_card())


def _level(decision: Decision, parsed: ParsedButton) -> Level | None:
    protocol, response = decision.world.protocol, decision.case.response(parsed.response)
    asked = protocol.questionnaire(response.questionnaire, response.version) if response else None
    item = asked.at(parsed.index) if asked else None
    if response is None or item is None or item.link_id not in protocol.alarming:
        return None
    if item.options and parsed.code == "yes":  # one of these: which it is nobody knows yet
        return Level.RED
    value = _value(item, parsed)
    if value is None:
        return None
    return alarms.level_if(decision, response, Slot(item.link_id, parsed.instance), (value,))


def _value(item: Item, parsed: ParsedButton) -> Value | None:
    """Return what a tap would answer; a tick that is taken back, and a side door, answer nothing."""
    if item.type is ItemType.BOOLEAN:
        return True if parsed.code == "yes" else None
    if not parsed.code.isdecimal() or parsed.tag == _TAKEN_BACK:
        return value_of(item, parsed.code, parsed.tag)
    chosen = int(parsed.code)
    return item.options[chosen].value if chosen < len(item.options) else None
