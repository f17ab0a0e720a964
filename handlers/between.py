"""What is typed between two parts of the intake: no question is open, "now or later?" is on the screen."""

from handlers import answering, commands, openings, parts, questions
from handlers.core.events import Said
from handlers.core.messages import Phrase
from handlers.decision import Decision
from handlers.labels import is_stop

_AGREES = frozenset({"yes", "start", "continue"})
_NOT_NOW = frozenset({"no", "later", "skip"})


def is_offer(decision: Decision, name: str | None) -> bool:
    """Say whether a command (`name`) belongs to the offer of a part that stands open."""
    return name is not None and decision.dialogue.menu == parts.OFFER


def hear(decision: Decision, said: Said, name: str | None, source: str) -> None:
    """Take typed words: Back, Skip and Why work here, too; what is no command is kept for a person."""
    if name == "back":
        _back(decision)
    elif name == "why":
        parts.offer(decision, Phrase("talk.part.why"))
    elif name in _NOT_NOW:
        parts.later(decision)
    elif name in _AGREES and is_offer(decision, name):
        commands.go_on(decision, "")
    elif name is not None:
        parts.offer(decision)
    elif not questions.hear(decision, said.text, None, source):
        parts.keep_and_offer(decision, source)


def stop_meant(decision: Decision, text: str) -> str | None:
    """Return STOP for its word without accents, where no question waits for words; None for other words."""
    is_free = decision.dialogue.asked is None and decision.dialogue.menu in {"", parts.OFFER}
    is_free = is_free or openings.stands_open(decision)
    return "stop" if is_free and is_stop(decision, text, unaccented=True) else None


def _back(decision: Decision) -> None:
    """Ask the last question of the parts so far again."""
    if not answering.last_again(decision):
        parts.offer(decision, Phrase("talk.nothing_before"))
