"""The list that stands on the screen: what a number or a label means that is typed under it (pure).

A menu, the answers to choose from, the offer of a part, the opening of a check-in: each may come after a
question, and hides it until it is asked again.
"""

import re
from typing import Final

from handlers.core.messages import Body, Listed, Say
from handlers.core.turn import Words
from handlers.core.understanding.folding import bare, fold, is_alphabetic, within_one
from handlers.core.understanding.numbers import place_meant, without_marks

SHORTEST_MISTYPED: Final = 4
"""Letters of a label in which one slip is forgiven; in a shorter one, two letters that changed places."""
_SHORTEST_SWAPPED: Final = 3
_ANSWER: Final = re.compile(r"c:change:\d+(e\d+)?", re.ASCII)
"""A row of the numbered answers: it goes by the answer's number, not by its place on the page."""
_FIRST_NUMBER: Final = re.compile(r"\d+")


def rows_after(say: Say, body: Body, before: Listed) -> Listed:
    """Return the list on the screen after a message: its own, none after a question, else the one before.

    Of the numbered answers no label is kept: it would hold the answer.
    """
    if say.about:
        return ()
    if not say.choices:
        return before
    return tuple(
        (button.data, "" if _ANSWER.fullmatch(button.data) else button.label) for button in body.choices
    )


def row_meant(listed: Listed, text: str, words: Words, name: str | None) -> str | None:
    """Return the id of the row that typed words name by number or label, or None.

    `name` is the command that they mean by themselves: "yes" and "no" answer a list that may be left for
    later. Words that are no command may have one slip of the finger, if no other label is as near.
    """
    heard = fold(text)
    if not heard:
        return None
    place = place_meant(heard, words) or words.numbers.get(without_marks(heard, words, ("number",)))
    if place is not None:
        return _at(listed, place)
    named = [data for data, label in listed if fold(label) == heard]
    if not named and name is None and is_alphabetic(heard):
        named = [data for data, label in listed if _is_slip(bare(heard), bare(fold(label)))]
    return named[0] if len(named) == 1 else _offered(listed, name)


def _offered(listed: Listed, name: str | None) -> str | None:
    """Return the row of "now" or "later" that a word means, where both are offered; or None."""
    ids = [data for data, _ in listed]
    later = next((data for data in ids if data.endswith(":later")), None)
    if later is None:
        return None
    now = next((data for data in ids if data == "c:continue" or data.endswith(":start")), None)
    return {"yes": now, "no": later, "skip": later, "later": later}.get(name or "")


def _at(listed: Listed, place: int) -> str | None:
    answer = next((found for data, _ in listed if (found := _ANSWER.fullmatch(data))), None)
    if answer is not None:
        return f"c:change:{place}{answer[1] or ''}"
    # "5 March" and "12 March" go by their own numbers.
    own = [data for data, label in listed if _number_of(label) == place]
    if len(own) == 1:
        return own[0]
    return listed[place - 1][0] if 1 <= place <= len(listed) else None


def _number_of(label: str) -> int | None:
    found = _FIRST_NUMBER.match(fold(label))
    return int(found[0]) if found else None


def _is_slip(heard: str, label: str) -> bool:
    if len(label) < SHORTEST_MISTYPED:
        is_long_enough = len(label) == _SHORTEST_SWAPPED and heard[0] == label[0]
        return is_long_enough and sorted(heard) == sorted(label)
    return within_one(heard, label)
