"""Words that answer nothing: kept for a person, never lost."""

from handlers.core.buttons import command_data
from handlers.core.messages import Choice, Phrase, Say
from handlers.decision import Decision


def leave(decision: Decision, source: str) -> None:
    """Keep what was said for a person and offer the menu; without consent the words are not kept."""
    keep(decision, source)
    menu = Choice(command_data("menu"), Phrase("talk.button.menu"))
    told = "talk.note_kept" if decision.keeps_words() else "talk.needs_consent"
    decision.say(Say((Phrase(told),), keys=(menu,)))


def keep(decision: Decision, source: str) -> None:
    """Open a task for a person to read the message; nothing is said."""
    decision.task("message", key=f"message:{decision.case.patient.id}:{source}")
