"""A message in the patient's language → the calls that show it on Telegram. Pure.

Texts go out plain (no parse_mode): nothing in them can be read as markup.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from bot.channels.text import clean, columns, details, one_line, split_text
from handlers.core.limits import LIMITS, utf16_units
from handlers.core.messages import Body, Button
from handlers.core.values import ChannelKind
from handlers.errors import SendRejected

PICKED: Final = "✓ "
SHORT: Final = 20
"""Columns up to which two labels share a row."""
MOST_BUTTONS: Final = 100
MOST_CAPTION: Final = 1024
KEYS_IN_A_ROW: Final = 3
_LIMITS: Final = LIMITS[ChannelKind.TELEGRAM]


@dataclass(frozen=True, slots=True)
class Key:
    """One button of an inline keyboard."""

    label: str
    data: str


Keyboard = tuple[tuple[Key, ...], ...]


@dataclass(frozen=True, slots=True)
class SendText:
    """sendMessage: one text, on its last part with the keyboard."""

    text: str
    keyboard: Keyboard = ()


def render(body: Body) -> list[SendText]:
    """Return the texts that show `body`, in order; none for a blank body.

    Raises SendRejected for what Telegram would refuse: that is our defect, and cutting a button's
    id or its label would hide it.
    """
    parts = split_text(_text(body), _LIMITS.text)
    keyboard = _keyboard(body)
    if not parts and keyboard:
        raise SendRejected("buttons-without-text")
    if not parts:
        return []
    return [*(SendText(part) for part in parts[:-1]), SendText(parts[-1], keyboard)]


def render_caption(body: Body) -> str:
    """Return the text that stands under a file; raise SendRejected for what has no place there."""
    text = _text(body)
    if body.choices or body.keys or utf16_units(text) > MOST_CAPTION:
        raise SendRejected("caption")
    return text


def _text(body: Body) -> str:
    parts = (body.text, details(body.choices), body.hint)
    return "\n\n".join(part for part in map(clean, parts) if part.strip())


def _keyboard(body: Body) -> Keyboard:
    choices = [_key(button) for button in body.choices]
    keys = [_key(button) for button in body.keys]
    if len(choices) + len(keys) > MOST_BUTTONS:
        raise SendRejected("too-many-buttons")
    return (*_rows(choices, 2), *_rows(keys, KEYS_IN_A_ROW))


def _rows(keys: Sequence[Key], most: int) -> Iterator[tuple[Key, ...]]:
    """Yield rows of up to `most` keys; a label that is not short gives every key its own row."""
    width = most if all(columns(key.label) <= SHORT for key in keys) else 1
    for start in range(0, len(keys), width):
        yield tuple(keys[start : start + width])


def _key(button: Button) -> Key:
    label = one_line(button.label)
    if not label:
        raise SendRejected("button-without-label")
    if not 1 <= len(button.data.encode()) <= _LIMITS.data_bytes:
        raise SendRejected("button-data-too-long")
    return Key(label=f"{PICKED}{label}" if button.picked else label, data=button.data)
