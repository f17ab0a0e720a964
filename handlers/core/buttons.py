"""The ids of buttons: what a tap brings back. At most 64 bytes, without a word about health.

| id                                              | means                                            |
|-------------------------------------------------|--------------------------------------------------|
| a:<response>:<item>[.<instance>…]:<code>[-<tag>] | something about one question of one response     |
| c:<command>[:<argument>]                        | a command or a menu entry                        |
| f:<follow-up>:start, later or stop              | the buttons of an opening message; after "later" |
|                                                 | hour, evening or tomorrow                        |

`<item>` is the item's index in `questionnaire.order`. The codes of a question:

| code        | means                                                                              |
|-------------|------------------------------------------------------------------------------------|
| 0, 1, 2 …   | the option with this index; tag 0 takes the pick back in a multi-choice            |
| yes, no     | the answer of a yes/no question; "Yes, one of these" of a safety question          |
| right, wrong| the answer to our own "Is that right?"; the tag marks which value was meant         |
| done        | enough picked or sent                                                              |
| keep        | take the suggested or the present answer                                           |
| more        | the page of options that the tag numbers                                           |
| page        | the page of a date's or a number's pad that the tag names                          |
| set, about  | the date or the number in the tag; about: they are not quite sure                  |
| keys        | show Done, Skip, Back and Why as buttons (for lists that have room for one row)    |
| skip, back, why, unsure                                                                            ||
"""

import re
from dataclasses import dataclass
from functools import lru_cache
from zlib import crc32

from handlers.core.frozen import quick
from handlers.core.values import FollowUpId, ResponseId, Slot

MAX_BYTES = 64

_DATA = re.compile(
    r"a:([^:]{1,26}):(\d{1,4}(?:\.\d{1,3})*):([a-z]{1,8}|\d{1,4})(?:-([0-9a-f]{1,8}))?", re.ASCII
)


@quick
@dataclass(frozen=True, slots=True)
class ParsedButton:
    """What a button's id says: which question of which response, what was chosen there."""

    response: ResponseId
    index: int
    instance: tuple[int, ...]
    code: str
    tag: str = ""


def answer_data(response: str, index: int, instance: tuple[int, ...], code: str, tag: str = "") -> str:
    """Return the id of a button about one question."""
    place = ".".join(map(str, (index, *instance))) if instance else index
    return f"a:{response}:{place}:{code}-{tag}" if tag else f"a:{response}:{place}:{code}"


def command_data(command: str, argument: str = "") -> str:
    """Return the id of a menu entry."""
    return f"c:{command}:{argument}" if argument else f"c:{command}"


def follow_up_data(follow_up: FollowUpId, what: str) -> str:
    """Return the id of a button under an opening message: start, later or stop."""
    return f"f:{follow_up}:{what}"


@lru_cache(maxsize=1)
def read_data(data: str) -> ParsedButton | None:
    """Return what an id about a question says; None for every other text.

    One tap is read in four places: the one in hand is remembered, and none before it.
    """
    found = _DATA.fullmatch(data)
    if not found:
        return None
    response, place, code, tag = found.groups()
    index, *instance = map(int, place.split("."))
    return ParsedButton(ResponseId(response), index, tuple(instance), code, tag or "")


def mark(slot: Slot, value: str) -> str:
    """Return a short tag that tells one encoded value from another, without telling either."""
    return f"{crc32(f'{slot}={value}'.encode(errors='replace')):08x}"
