"""One stored WhatsApp item → one event (channels.md section 4). Pure; never raises for content."""

import re
from collections.abc import Mapping
from typing import Any, Final

from bot.channels.loose_json import identity, load, mapping, moment, number, text
from bot.channels.whatsapp import files
from bot.channels.whatsapp.faults import ACTIONS, Action
from bot.channels.whatsapp.items import Item, Kind, unpack
from bot.channels.whatsapp.people import person_in
from handlers.core.events import (
    NO_TIME,
    AddressChanged,
    Chose,
    Delivery,
    Edited,
    Event,
    Happening,
    Other,
    Receipt,
    Said,
    Setback,
    Started,
    Unusable,
    Withdrawn,
)

_TOO_LARGE: Final = 131052
_UNUSABLE: Final = frozenset({"sticker", "location", "contacts", "order"})
_MOVES: Final = frozenset({"user_changed_number", "user_changed_user_id"})
_STATES: Final[Mapping[str, Delivery]] = {
    "sent": Delivery.SENT,
    "delivered": Delivery.DELIVERED,
    "read": Delivery.READ,
    "played": Delivery.READ,
    "failed": Delivery.FAILED,
}
_SETBACKS: Final[Mapping[Action, Setback]] = {
    Action.GONE: Setback.GONE,
    Action.TOMORROW: Setback.NOT_TODAY,
    Action.TEMPLATE_INSTEAD: Setback.WINDOW_CLOSED,
    Action.TEMPLATE_DEFECT: Setback.TEMPLATE,
    Action.ACCOUNT: Setback.ACCOUNT,
    **dict.fromkeys((Action.WAIT, Action.RETRY, Action.DOUBT), Setback.PASSING),
}

# What an invitation's wa.me link puts into the patient's first message, after words of its own.
_INVITATION = re.compile(r"(?:.*\s)?(?:#|/start\s+)([A-Za-z0-9_-]{8,64})\s*", re.DOTALL)


def parse(raw: bytes) -> Event:
    """Return the event in one item, as `split` stored it."""
    item = unpack(load(raw))
    content, person = mapping(item.content), person_in(item)
    return Event(
        message_id=identity(content.get("id")),
        at=moment(content.get("timestamp")) or NO_TIME,
        what=_what(item, content),
        sender_name=person.name if item.kind is Kind.MESSAGE else "",
        aliases=person.aliases,
    )


def _what(item: Item, content: Mapping[str, Any]) -> Happening:
    match item.kind:
        case Kind.MESSAGE:
            return Unusable("group") if content.get("group_id") else _message(content)
        case Kind.STATUS:
            return _receipt(content)
        case Kind.ERROR:
            return Other(f"error-{identity(content.get('code'))}")
        case Kind.CHANGE:
            return Other(item.field or "change")
        case Kind.BROKEN:
            return Other("unreadable")


def _message(message: Mapping[str, Any]) -> Happening:
    kind = text(message.get("type"))
    if kind in files.KINDS:
        return files.file_in(kind, message) or Unusable(kind)
    if kind in _UNUSABLE:
        return Unusable(kind)
    reader = _READERS.get(kind)
    return reader(message) if reader else Other(kind or "message")


def _text(message: Mapping[str, Any]) -> Happening:
    words = text(mapping(message.get("text")).get("body"))
    if not words:
        return Unusable("text")
    invited = _INVITATION.fullmatch(words)
    return Started(invited[1]) if invited else Said(words, _quoted(message))


def _template_button(message: Mapping[str, Any]) -> Happening:
    """Read a tap under a template: another type than a tap under a question."""
    button = mapping(message.get("button"))
    return _choice(message, text(button.get("payload")), text(button.get("text")))


def _interactive(message: Mapping[str, Any]) -> Happening:
    answer = mapping(message.get("interactive"))
    kind = text(answer.get("type"))
    if kind not in {"button_reply", "list_reply", ""}:
        return Unusable(kind)
    reply = mapping(answer.get("button_reply")) or mapping(answer.get("list_reply"))
    return _choice(message, text(reply.get("id")), text(reply.get("title")))


def _choice(message: Mapping[str, Any], data: str, label: str) -> Happening:
    """Return what was tapped; a tap that came without its id is taken as if its label had been typed."""
    if data:
        return Chose(data)
    return Said(label, _quoted(message)) if label else Unusable("button")


def _quoted(message: Mapping[str, Any]) -> str:
    return identity(mapping(message.get("context")).get("id"))


def _reaction(message: Mapping[str, Any]) -> Happening:
    is_taken_back = not text(mapping(message.get("reaction")).get("emoji"))
    return Other("reaction") if is_taken_back else Unusable("reaction")


def _edit(message: Mapping[str, Any]) -> Happening:
    edit = mapping(message.get("edit"))
    after = mapping(edit.get("message"))
    held = mapping(after.get(text(after.get("type"))))
    words = text(held.get("body")) or text(held.get("caption"))
    return Edited(message=identity(edit.get("original_message_id")), text=words)


def _revoke(message: Mapping[str, Any]) -> Happening:
    return Withdrawn(identity(mapping(message.get("revoke")).get("original_message_id")))


def _unsupported(message: Mapping[str, Any]) -> Happening:
    if _code(message) == str(_TOO_LARGE):
        return Unusable("too-large")
    return Unusable(text(mapping(message.get("unsupported")).get("type")) or "unsupported")


def _system(message: Mapping[str, Any]) -> Happening:
    system = mapping(message.get("system"))
    if text(system.get("type")) not in _MOVES:
        return Other("system")
    previous = text(system.get("previous_user_id")) or identity(message.get("from"))
    current = text(system.get("user_id")) or identity(system.get("wa_id"))
    return AddressChanged(previous, current) if previous and current else Other("system")


def _receipt(status: Mapping[str, Any]) -> Happening:
    state = _STATES.get(text(status.get("status")))
    if state is None:
        return Other("status")
    return Receipt(
        provider_id=identity(status.get("id")),
        state=state,
        outbox_id=text(status.get("biz_opaque_callback_data")),
        code=_code(status),
        setback=_setback(status),
    )


def _setback(status: Mapping[str, Any]) -> Setback:
    code = number(_code(status))
    action = None if code is None else ACTIONS.get(code)
    return Setback.NONE if action is None else _SETBACKS.get(action, Setback.NONE)


def _code(content: Mapping[str, Any]) -> str:
    """Return the code of the first error that stands in a message or status, or ""."""
    errors = content.get("errors")
    first = mapping(errors[0]) if isinstance(errors, list) and errors else {}
    code = number(first.get("code"))
    return "" if code is None else str(code)


_READERS: Final = {
    "text": _text,
    "button": _template_button,
    "interactive": _interactive,
    "reaction": _reaction,
    "edit": _edit,
    "revoke": _revoke,
    "unsupported": _unsupported,
    "system": _system,
}
