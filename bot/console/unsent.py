"""Why a message of ours has not left: said beside it, so that nobody has to guess."""

from types import MappingProxyType
from typing import Final

from handlers.core.held import IN_ORDER, Fate
from handlers.core.templates import WINDOW_CODES
from locales import Catalog
from storage.states import SendState
from storage.views.models import MessageView

_KEY: Final = "console.unsent"
_NOT_SENT: Final = frozenset({SendState.CANCELLED, SendState.EXPIRED})
_REASONS: Final = MappingProxyType(
    {
        Fate.OVERTAKEN.value: "overtaken",
        Fate.OVER.value: "over",
        Fate.TOO_OLD.value: "too-old",
        "expired": "expired",
        "answered": "over",
        "stopped": "stopped",
        "withdrawn": "stopped",
        "refused": "stopped",
        "number-changed": "number-changed",
        "sent-elsewhere": "sent-elsewhere",
        "unreachable": "unreachable",
        "person-here": "person-here",
        "paused": "paused",
    }
)
"""Our own words for why a message was called off; any other reason is told as "it was called off"."""


def why_unsent(message: MessageView, catalog: Catalog) -> str:
    """Return in words why a message waits or was not sent; "" for whatever is on its way or has left."""
    if message.state == SendState.HELD:
        return catalog.plain(f"{_KEY}.waits.{_waits_for(message.code)}")
    if message.state not in _NOT_SENT:
        return ""
    return catalog.plain(f"{_KEY}.because.{_REASONS.get(message.code, 'called-off')}")


def _waits_for(code: str) -> str:
    if code in WINDOW_CODES:
        return "window"
    return "next" if code == IN_ORDER else "template"
