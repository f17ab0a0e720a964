"""A conversation in the form that the page shows: the same for its first sight and for what follows."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from hashlib import sha256
from typing import Any, Final

from bot.channels.web.links import Link, links_in
from handlers.chat_view import ChatLine, Conversation, LineKind
from handlers.core.buttons import read_data
from handlers.core.messages import Button

RIGHT_TO_LEFT: Final = frozenset({"ar", "fa", "he", "ur"})

_UNSEEN: Final = dict.fromkeys(range(0x2066, 0x206A))
"""Marks that keep the directions of texts apart."""
LONGEST_IN_A_ROW: Final = 12
"""Characters of a label beside which others may stand."""


@dataclass(frozen=True, slots=True)
class Shown:
    """One line as the page shows it. `seq` orders lines, compared as text.

    `is_open` says that its buttons stand open; those of older questions wait behind a word.
    """

    id: str
    seq: str
    mine: bool
    at: str
    text: str
    hint: str = ""
    many: bool = False
    choices: tuple[Button, ...] = ()
    keys: tuple[Button, ...] = ()
    links: tuple[Link, ...] = ()
    is_file: bool = False
    is_seen: bool = True
    is_open: bool = False

    @property
    def pad(self) -> bool:
        """Say whether its choices are a date's or a number's: short words that may stand side by side."""
        return any(_on_pad(button) for button in self.choices)

    def asks(self) -> bool:
        """Say whether there is something to tap."""
        return bool(self.choices or self.keys)

    def as_json(self) -> dict[str, Any]:
        """Return the line for the page's script."""
        return {
            "id": self.id,
            "seq": self.seq,
            "from": "me" if self.mine else "clinic",
            "at": self.at,
            "text": self.text,
            "hint": self.hint,
            "many": self.many,
            "file": self.is_file,
            "seen": self.is_seen,
            "pad": self.pad,
            "choices": [_button(button) for button in self.choices],
            "keys": [_button(button) for button in self.keys],
            "links": [asdict(link) for link in self.links],
        }


def shown(conversation: Conversation, public_url: str) -> list[Shown]:
    """Return the lines in their order; links to `public_url` and into our other channels get buttons."""
    return sorted((_line(line, public_url) for line in conversation.lines), key=lambda line: line.seq)


def arranged(lines: Sequence[Shown]) -> list[Shown]:
    """Return the lines for the page's first sight: empty ones left out, the right questions open.

    Open are the newest question and everything asked since the person last said something. A
    question with several answers comes again after every tap: only the newest of it stays.
    """
    kept = _without_repeats([line for line in lines if line.text or line.is_file or line.asks()])
    asking = [number for number, line in enumerate(kept) if line.asks()]
    spoke = max((number for number, line in enumerate(kept) if line.mine), default=-1)
    opened = {number for number in asking if number > spoke} | set(asking[-1:])
    return [replace(line, is_open=number in opened) for number, line in enumerate(kept)]


def cursor(conversation: Conversation) -> str:
    """Return a mark that changes whenever the page would show something else."""
    state = "|".join(line.id for line in conversation.lines)
    return sha256(f"{conversation.language}|{state}".encode()).hexdigest()[:16]


def direction(language: str) -> str:
    """Return the writing direction of a language, for the page's `dir`."""
    return "rtl" if language.partition("-")[0] in RIGHT_TO_LEFT else "ltr"


def _line(line: ChatLine, public_url: str) -> Shown:
    mine = line.kind is not LineKind.CLINIC
    milliseconds = int(line.at.timestamp() * 1000)
    base = Shown(
        id=line.id,
        # What somebody said stands before the reply of the same millisecond.
        seq=f"{milliseconds:014d}.{'a' if mine else 'b'}.{line.number:012d}",
        mine=mine,
        at=line.at.isoformat(timespec="seconds"),
        text=line.text,
        is_file=line.kind is LineKind.FILE,
        is_seen=mine or line.shown,
    )
    if line.body is None:
        return base
    body = line.body
    return replace(
        base,
        text=body.text,
        hint=body.hint,
        many=body.many,
        choices=body.choices,
        keys=body.keys,
        links=links_in(body.text, public_url),
    )


def _without_repeats(lines: Sequence[Shown]) -> list[Shown]:
    newest = {_question(line): line.id for line in lines if line.many}
    return [line for line in lines if not line.many or newest[_question(line)] == line.id]


def _question(line: Shown) -> tuple[str, ...]:
    return tuple(button.data for button in line.choices)


def is_wide(button: Button) -> bool:
    """Say whether a button takes a whole row of a pad."""
    return not _on_pad(button) or len(button.label.translate(_UNSEEN)) > LONGEST_IN_A_ROW


def _on_pad(button: Button) -> bool:
    read = read_data(button.data)
    return read is not None and read.code in {"page", "set"}


def _button(button: Button) -> dict[str, Any]:
    shown = {"data": button.data, "label": button.label, "detail": button.detail, "picked": button.picked}
    return shown | {"wide": is_wide(button)}
