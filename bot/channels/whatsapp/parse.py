"""One stored WhatsApp item → one event (channels.md section 4). Pure; never raises for content."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, Final

from bot.channels.loose_json import identity, load, mapping, moment, number, text
from bot.channels.whatsapp.faults import ACTIONS, Action
from bot.channels.whatsapp.items import Item, Kind, unpack
from bot.channels.whatsapp.messages import code_in, message_in
from bot.channels.whatsapp.notices import error_in, notice_in
from bot.channels.whatsapp.people import Person, person_in
from handlers.core.events import NO_TIME, Delivery, Event, Happening, Other, Receipt, Setback

STATES: Final[Mapping[str, Delivery]] = MappingProxyType(
    {
        "sent": Delivery.SENT,
        "delivered": Delivery.DELIVERED,
        "read": Delivery.READ,
        "played": Delivery.READ,
        "failed": Delivery.FAILED,
    }
)
"""By a status' own word; any other is counted."""
_SETBACKS: Final[Mapping[Action, Setback]] = {
    Action.GONE: Setback.GONE,
    Action.TOMORROW: Setback.NOT_TODAY,
    Action.TEMPLATE_INSTEAD: Setback.WINDOW_CLOSED,
    Action.TEMPLATE_DEFECT: Setback.TEMPLATE,
    Action.ACCOUNT: Setback.ACCOUNT,
    **dict.fromkeys((Action.WAIT, Action.RETRY, Action.DOUBT), Setback.PASSING),
}


def parse(raw: bytes) -> Event:
    """Return the event in one item, as `split` stored it."""
    item = unpack(load(raw))
    content, person = mapping(item.content), person_in(item)
    return Event(
        message_id=identity(content.get("id")),
        at=moment(content.get("timestamp")) or moment(item.time) or NO_TIME,
        what=_what(item, content, person),
        sender_name=person.name if item.kind is Kind.MESSAGE else "",
        aliases=person.aliases,
    )


def _what(item: Item, content: Mapping[str, Any], person: Person) -> Happening:
    match item.kind:
        case Kind.MESSAGE:
            # Nobody could be answered, and nobody may come into being by it.
            return message_in(content) if person.address else Other("no-sender")
        case Kind.STATUS:
            return _receipt(content)
        case Kind.ERROR:
            return error_in(content)
        case Kind.CHANGE:
            return notice_in(item.field, content)
        case Kind.BROKEN:
            return Other("unreadable")


def _receipt(status: Mapping[str, Any]) -> Happening:
    state = STATES.get(text(status.get("status")))
    if state is None:
        return Other("status")
    code = code_in(status)
    return Receipt(
        provider_id=identity(status.get("id")),
        state=state,
        outbox_id=text(status.get("biz_opaque_callback_data")),
        code=code,
        setback=_setback(code),
    )


def _setback(code: str) -> Setback:
    action = ACTIONS.get(number(code) or 0) if code else None
    return Setback.NONE if action is None else _SETBACKS.get(action, Setback.NONE)
