"""What typed answers mean: commands, choices, numbers with units, dates in many calendars, and checks.

Everything here is pure and quick: it is called on every message.
"""

from handlers.core.understanding.answering import understand
from handlers.core.understanding.checks import check, check_file
from handlers.core.understanding.commands import change_number, command_in
from handlers.core.understanding.outcome import Likely, NotUnderstood, Outcome, Understood
from handlers.core.understanding.patterns import is_safe_regex
from handlers.core.understanding.times import understand_time
from handlers.core.understanding.vocabulary import match_vocabulary
from handlers.core.understanding.words import WORD_KEYS, build_words

__all__ = [
    "WORD_KEYS",
    "Likely",
    "NotUnderstood",
    "Outcome",
    "Understood",
    "build_words",
    "change_number",
    "check",
    "check_file",
    "command_in",
    "is_safe_regex",
    "match_vocabulary",
    "understand",
    "understand_time",
]
