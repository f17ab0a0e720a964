"""What is done with somebody for whom the doctor's signature is missing: help, a person, another language.

What they agreed to before they may take back, and see and have deleted what is kept (`rights`).
"""

from typing import Final

from handlers import commands, notes, rights
from handlers.core.buttons import command_data
from handlers.core.events import Chose, Event, Said
from handlers.core.messages import Choice, Phrase, Say
from handlers.decision import Decision
from handlers.heard import says_stop

OPEN: Final = frozenset({"stop", "emergency", "language", "person"})
"""Commands whose words are the product's own."""


def take(decision: Decision, event: Event, heard: tuple[str, str]) -> None:
    """Obey what needs no clinical text; keep anything else that is said for a person, and ask nothing."""
    name, argument = ("stop", "") if says_stop(decision, event) else heard
    if isinstance(event.what, Chose):
        decision.ack = event.what.ack
    if name in OPEN:
        commands.COMMANDS[name](decision, argument)
    elif name in rights.TAPPED:
        rights.obey(decision, name, argument)
    elif not (isinstance(event.what, Said) and rights.hear(decision, event.what.text, name)):
        _refuse(decision, event)


def _refuse(decision: Decision, event: Event) -> None:
    if isinstance(event.what, Said):
        notes.keep(decision, event.message_id)
    decision.task("unsigned", key=f"unsigned:{decision.case.patient.id}")
    decision.say(Say((Phrase("talk.not_approved"),), keys=_ways_out(decision)))


def _ways_out(decision: Decision) -> tuple[Choice, ...]:
    names = ["emergency", "person", "privacy"]
    if decision.world.offered():
        names.append("language")
    return tuple(Choice(command_data(name), Phrase(f"talk.button.{name}")) for name in names)
