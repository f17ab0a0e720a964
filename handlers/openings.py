"""The message that opens a check-in: start it, put it off, or say something else."""

from collections.abc import Mapping
from datetime import datetime, time, timedelta
from types import MappingProxyType
from typing import Final

from handlers import answering, check_in, commands, notes
from handlers.core.buttons import follow_up_data
from handlers.core.care_plan import MOVABLE, parse_wall
from handlers.core.case import FollowUp
from handlers.core.contact_time import at_place, on_wall, to_utc
from handlers.core.messages import Choice, Phrase, Say
from handlers.core.values import FollowUpId
from handlers.decision import Decision
from handlers.whereabouts import zone_for

LATER = timedelta(hours=3)
BUTTONS = ("start", "later", "stop")
SNOOZES = ("hour", "evening", "tomorrow")
"""What "later" may mean, by one tap more; without it, it is `LATER`."""
TAPS = frozenset({*BUTTONS, *SNOOZES})
EVENING = time(18)
_STARTS = frozenset({"yes", "start", "continue"})
_NOT_NOW = frozenset({"no", "later", "skip"})
_EXPLAINED: Final[Mapping[str, str]] = MappingProxyType(
    {"why": "talk.check_in_why", "back": "talk.nothing_before"}
)


def stands_open(decision: Decision) -> bool:
    """Say whether an opening waits for an answer."""
    return _waiting(decision) is not None


def hear(decision: Decision, command: str | None, source: str) -> None:
    """Take typed words at an opening: a yes starts, "no" and "skip" are later, why and back are answered.

    What is no command is kept for a person.
    """
    follow_up = _waiting(decision)
    if follow_up is None:
        return
    if command in _STARTS:
        choose(decision, follow_up.id, "start", source)
    elif command in _NOT_NOW:
        choose(decision, follow_up.id, "later", source)
    elif command is not None:
        first = (Phrase(_EXPLAINED[command]),) if command in _EXPLAINED else ()
        decision.say(Say((*first, Phrase("talk.check_in_waits")), _buttons(follow_up.id)))
    else:
        notes.keep(decision, source)
        texts = (Phrase("talk.note_kept"), Phrase("talk.check_in_waits"))
        decision.say(Say(texts, _buttons(follow_up.id)))


def choose(decision: Decision, follow_up_id: str, what: str, source: str) -> None:
    """Do what a button under an opening says: start, later or stop."""
    follow_up = _open_now(decision, follow_up_id)
    if not decision.keeps_answers():
        follow_up = None  # an old button: what it asks may not be kept any more
    if what == "stop":
        commands.stop(decision, "")
    elif follow_up is None:
        decision.talk(menu="")
        decision.tell("talk.check_in_closed")
    elif what == "later":
        check_in.later(decision, follow_up, decision.now + LATER)
        decision.say(Say((Phrase("talk.later_it_is"),), _choices(follow_up.id, SNOOZES)))
    elif what in SNOOZES:
        check_in.later(decision, follow_up, _until(decision, follow_up, what))
        decision.tell("talk.later_it_is")
    else:
        _begin(decision, follow_up, source)


def _begin(decision: Decision, follow_up: FollowUp, source: str) -> None:
    response = decision.case.response(follow_up.response)
    if response is None:
        step = decision.world.protocol.step(follow_up.step)
        response = answering.open_questionnaire(decision, step.questionnaire, follow_up.id)
    check_in.begun(decision, follow_up, response)
    answering.ask(decision, response, source)


def _waiting(decision: Decision) -> FollowUp | None:
    """Return the check-in whose opening stands open; None when it has ended meanwhile."""
    opening, _, follow_up = decision.dialogue.menu.partition(":")
    return _open_now(decision, follow_up) if opening == check_in.OPENING else None


def _open_now(decision: Decision, follow_up: str) -> FollowUp | None:
    """Return the check-in behind an opening; None when it has ended, or has moved to a day still to come.

    What was asked for the old date must not be taken for an answer after the new one.
    """
    found = check_in.by_id(decision.case, follow_up)
    has_moved = found is not None and found.state in MOVABLE and decision.now < found.window_start
    return None if has_moved else found


def _buttons(follow_up: FollowUpId) -> tuple[Choice, ...]:
    return _choices(follow_up, BUTTONS)


def _choices(follow_up: FollowUpId, names: tuple[str, ...]) -> tuple[Choice, ...]:
    return tuple(Choice(follow_up_data(follow_up, what), Phrase(f"talk.button.{what}")) for what in names)


def _until(decision: Decision, follow_up: FollowUp, what: str) -> datetime:
    """Return the moment that they chose, on their own clock; an evening that is over is tomorrow's."""
    if what == "hour":
        return decision.now + timedelta(hours=1)
    zone = zone_for(decision.case, follow_up, decision.now)
    here = at_place(decision.now, zone)
    evening = to_utc(on_wall(here.date(), EVENING, zone))
    if what == "evening" and evening > decision.now:
        return evening
    wall = EVENING if what == "evening" else parse_wall(decision.case.patient.at_time)
    return to_utc(on_wall(here.date().add(days=1), wall, zone))
