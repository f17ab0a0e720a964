"""What each type of message means to us: the one table of them (channels.md 3.6). Pure.

The table in docs/whatsapp.md is made from it (`python -m tools.whatsapp_tables`).
"""

import re
from collections.abc import Callable, Mapping
from functools import partial
from types import MappingProxyType
from typing import Any, Final

from bot.channels.loose_json import identity, mapping, number, text
from bot.channels.whatsapp import files
from handlers.core.events import (
    AddressChanged,
    Chose,
    Edited,
    Happening,
    Other,
    Said,
    Started,
    Unusable,
    Withdrawn,
)

Message = Mapping[str, Any]
Reader = Callable[[Message], Happening]

_TOO_LARGE: Final = "131052"
_MOVES: Final = frozenset({"user_changed_number", "user_changed_user_id"})

# What an invitation's wa.me link puts into the patient's first message, after words of its own. Our codes
# have 43 characters: a shorter number behind a # is a patient's own, in an answer that must not be lost.
_CODE = "[A-Za-z0-9_-]"
_INVITATION = re.compile(rf"(?:.*\s)?(?:#({_CODE}{{43}})|/start\s+({_CODE}{{8,64}}))\s*", re.DOTALL)


def message_in(content: Message) -> Happening:
    """Return what a message means; a group's is none of ours, whatever its type."""
    if content.get("group_id"):
        return Unusable("group")
    kind = text(content.get("type"))
    if kind in MESSAGES:
        return MESSAGES[kind](content)
    return Unusable(kind) if kind else Other("message")


def code_in(content: Mapping[str, Any]) -> str:
    """Return the first code among the errors of a message or a status, or ""."""
    errors = content.get("errors")
    codes = (number(mapping(error).get("code")) for error in errors) if isinstance(errors, list) else ()
    return next((str(code) for code in codes if code is not None), "")


def _text(message: Message) -> Happening:
    words = text(mapping(message.get("text")).get("body"))
    if not words:
        return Unusable("text")
    invited = _INVITATION.fullmatch(words)
    return Started(invited[1] or invited[2]) if invited else Said(words, _quoted(message))


def _template_button(message: Message) -> Happening:
    """Read a tap under a template: another type than a tap under a question."""
    button = mapping(message.get("button"))
    return _choice(message, text(button.get("payload")), text(button.get("text")))


def _interactive(message: Message) -> Happening:
    answer = mapping(message.get("interactive"))
    kind = text(answer.get("type"))
    if kind not in {"button_reply", "list_reply", ""}:
        return Unusable(kind)
    reply = mapping(answer.get("button_reply")) or mapping(answer.get("list_reply"))
    return _choice(message, text(reply.get("id")), text(reply.get("title")))


def _choice(message: Message, data: str, label: str) -> Happening:
    """Return what was tapped; a tap that came without its id is taken as if its label had been typed."""
    if data:
        return Chose(data)
    return Said(label, _quoted(message)) if label else Unusable("button")


def _quoted(message: Message) -> str:
    return identity(mapping(message.get("context")).get("id"))


def _file(kind: str, message: Message) -> Happening:
    return files.file_in(kind, message) or Unusable(kind)


def _unread(kind: str, _: Message) -> Happening:
    return Unusable(kind)


def _silent(kind: str, _: Message) -> Happening:
    return Other(kind)


def _reaction(message: Message) -> Happening:
    is_taken_back = not text(mapping(message.get("reaction")).get("emoji"))
    return Other("reaction") if is_taken_back else Unusable("reaction")


def _edit(message: Message) -> Happening:
    edit = mapping(message.get("edit"))
    after = mapping(edit.get("message"))
    held = mapping(after.get(text(after.get("type"))))
    words = text(held.get("body")) or text(held.get("caption"))
    return Edited(message=identity(edit.get("original_message_id")), text=words)


def _revoke(message: Message) -> Happening:
    return Withdrawn(identity(mapping(message.get("revoke")).get("original_message_id")))


def _unsupported(message: Message) -> Happening:
    if code_in(message) == _TOO_LARGE:
        return Unusable("too-large")
    return Unusable(text(mapping(message.get("unsupported")).get("type")) or "unsupported")


def _system(message: Message) -> Happening:
    system = mapping(message.get("system"))
    if text(system.get("type")) not in _MOVES:
        return Other("system")
    previous = text(system.get("previous_user_id")) or identity(message.get("from"))
    current = text(system.get("user_id")) or identity(system.get("wa_id"))
    return AddressChanged(previous, current) if previous and current else Other("system")


MESSAGES: Final[Mapping[str, Reader]] = MappingProxyType(
    {
        "text": _text,
        "button": _template_button,
        "interactive": _interactive,
        **{kind: partial(_file, kind) for kind in files.KINDS},
        **{kind: partial(_unread, kind) for kind in ("sticker", "location", "contacts", "order", "referral")},
        "reaction": _reaction,
        "unsupported": _unsupported,
        "edit": _edit,
        "revoke": _revoke,
        "system": _system,
        # The chat was opened and nothing said yet: an answer to nothing would be a puzzle.
        "request_welcome": partial(_silent, "request_welcome"),
    }
)
"""By the message's own `type`. What stands nowhere here is new: Unusable, and so answered in words."""
