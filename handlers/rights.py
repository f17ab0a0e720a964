"""What a patient may always do, whoever speaks and whatever is signed.

They take a consent back, see what is kept, take it along, have it deleted: all in the product's own words.
"""

from typing import Final

from handlers import commands, own_data, withdrawing
from handlers.birth_dates import is_date
from handlers.decision import Decision

ENTRANCES: Final = frozenset({"consents", "privacy", "own_copy", "erase"})
"""What may be typed, too: each shows something, and takes nothing yet."""
_STEPS: Final = frozenset({"take_back", "withdraw", "erase_sure", "erase_now", "erase_not"})
TAPPED: Final = ENTRANCES | _STEPS


def obey(decision: Decision, name: str, argument: str) -> None:
    """Do one of `TAPPED`; a consent that does not hold any more is shown as it is, and no question asked."""
    if name == "withdraw" and argument not in decision.case.patient.purposes:
        name, argument = "consents", ""
    commands.COMMANDS[name](decision, argument)


def hear(decision: Decision, text: str, name: str) -> bool:
    """Take the date of birth, or the yes or no, that was asked for before; False if the words are none."""
    menu = decision.dialogue.menu
    if own_data.is_asking(decision, name or None):
        own_data.hear(decision, text, name or None)
        return True
    if not menu.startswith(withdrawing.WITHDRAW) or name not in {"yes", "no"}:
        return False
    obey(decision, "withdraw", menu.partition(":")[2] if name == "yes" else "")
    return True


def hear_date(decision: Decision, text: str) -> bool:
    """Take the date of birth alone: all other words are a person's, who is in the chat."""
    if not own_data.is_asking(decision, None) or not is_date(decision, text):
        return False
    own_data.hear(decision, text, None)
    return True
