"""What each channel can show: the provider's limits, in one table (channels.md 2.1, 3.2).

Texts and labels are counted in UTF-16 code units, button ids in UTF-8 bytes: the stricter of what
the providers count.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from handlers.core.values import ChannelKind


@dataclass(frozen=True, slots=True)
class Limits:
    """How much one message holds. `rows` is how many choices one message may show."""

    text: int
    rows: int
    label: int
    detail: int
    data_bytes: int
    buttons: int
    button_label: int
    pad: int = 40
    """So many buttons of a date or a number are put at once: more would have to be searched through."""
    beside: tuple[str, ...] = ()
    """Commands that stand beside the side doors of every question: here nothing else shows them always."""


_OUR_OWN = Limits(text=16000, rows=60, label=200, detail=400, data_bytes=200, buttons=60, button_label=200)
"""Our page and the terminal: no service stands between."""
LIMITS: Mapping[ChannelKind, Limits] = MappingProxyType(
    {
        ChannelKind.TELEGRAM: Limits(
            text=4096,
            rows=40,
            label=64,
            detail=0,
            data_bytes=64,
            buttons=40,
            button_label=64,
            pad=18,
            beside=("emergency",),
        ),
        ChannelKind.WHATSAPP: Limits(
            text=1024,
            rows=9,
            label=24,
            detail=72,
            data_bytes=200,
            buttons=3,
            button_label=20,
            beside=("emergency", "menu"),
        ),
        ChannelKind.WEB: _OUR_OWN,
        ChannelKind.TERMINAL: _OUR_OWN,
    }
)


def utf16_units(text: str) -> int:
    """Return the length of `text` as Telegram and WhatsApp count it: UTF-16 code units."""
    return len(text) if text.isascii() else len(text.encode("utf-16-le")) // 2


def clipped(text: str, units: int) -> str:
    """Return `text` on one line, cut with an ellipsis to `units` UTF-16 code units. For display only."""
    line = " ".join(text.split())
    if utf16_units(line) <= units:
        return line
    line = line[:units]
    while utf16_units(line) >= units:
        line = line[:-1]
    return f"{line.rstrip()}…"
