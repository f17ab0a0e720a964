"""A webhook body → its items: every entry, change, message, status and error on its own. Pure.

An item is small and complete: it carries what its message needs of the body around it (the number,
the one contact it belongs to), so that it can be stored and understood alone.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any, Final

from bot.channels.loose_json import identity, mapping, text


class Kind(StrEnum):
    """What an item is. CHANGE is everything that is no message, status or error; BROKEN is unreadable."""

    MESSAGE = "message"
    STATUS = "status"
    ERROR = "error"
    CHANGE = "change"
    BROKEN = "broken"


@dataclass(frozen=True, slots=True)
class Item:
    """One thing that happened. `number` is the phone_number_id it happened at, `time` the entry's."""

    kind: Kind
    content: Any
    waba: str = ""
    time: Any = None
    field: str = ""
    number: str = ""
    contact: Mapping[str, Any] | None = None


_LISTS: Final = (("messages", Kind.MESSAGE), ("statuses", Kind.STATUS), ("errors", Kind.ERROR))
_AROUND: Final = frozenset({"messaging_product", "metadata", "contacts", "messages", "statuses", "errors"})


def items_in(body: Any) -> Iterator[Item]:
    """Yield the items of a webhook body, in their order. What is no envelope at all has none."""
    for entry in _listed(mapping(body).get("entry")):
        if not isinstance(entry, dict):
            yield Item(Kind.BROKEN, entry)
            continue
        for change in _listed(entry.get("changes")):
            yield from _items_of_change(entry, change)


def pack(item: Item) -> dict[str, Any]:
    """Return an item as the JSON object that is stored; `unpack` reads it."""
    kept = {"waba": item.waba, "time": item.time, "field": item.field, "number": item.number}
    return {name: value for name, value in kept.items() if value} | {
        **({"contact": item.contact} if item.contact else {}),
        item.kind.value: item.content,
    }


def unpack(raw: Any) -> Item:
    """Return the item in a stored object; what is none is BROKEN."""
    stored = mapping(raw)
    kind = next((kind for kind in Kind if kind.value in stored), Kind.BROKEN)
    return Item(
        kind=kind,
        content=stored.get(kind.value),
        waba=text(stored.get("waba")),
        time=stored.get("time"),
        field=text(stored.get("field")),
        number=text(stored.get("number")),
        contact=mapping(stored.get("contact")),
    )


def _items_of_change(entry: Mapping[str, Any], change: Any) -> Iterator[Item]:
    value, field = mapping(change).get("value"), text(mapping(change).get("field"))
    if not isinstance(value, dict):
        yield Item(Kind.BROKEN, change)
        return
    whole = Item(
        Kind.CHANGE,
        value,
        waba=identity(entry.get("id")),
        time=entry.get("time"),
        field=field,
        number=identity(mapping(value.get("metadata")).get("phone_number_id")),
    )
    inner = list(_items_of_value(value, whole)) if field in {"messages", ""} else []
    yield from inner or [whole]


def _items_of_value(value: Mapping[str, Any], whole: Item) -> Iterator[Item]:
    directory = _Directory(_listed(value.get("contacts")))
    for name, kind in _LISTS:
        for content in _listed(value.get(name)):
            if not isinstance(content, dict):
                yield Item(Kind.BROKEN, content, number=whole.number)
            else:
                contact = None if kind is Kind.ERROR else directory.of(content)
                yield replace(whole, kind=kind, content=content, contact=contact)
    if beside := {name: held for name, held in value.items() if name not in _AROUND and held}:
        yield replace(whole, content=beside)


class _Directory:
    """The contacts of one change, found by user id, then by phone; the only one serves for all."""

    def __init__(self, contacts: list[Any]) -> None:
        known = [contact for contact in contacts if isinstance(contact, dict)]
        self._by_user = {text(contact.get("user_id")): contact for contact in known}
        self._by_phone = {identity(contact.get("wa_id")): contact for contact in known}
        self._only = known[0] if len(known) == 1 else None

    def of(self, content: Mapping[str, Any]) -> Mapping[str, Any] | None:
        user = text(content.get("from_user_id")) or text(content.get("recipient_user_id"))
        phone = identity(content.get("from")) or identity(content.get("recipient_id"))
        named = self._by_user.get(user) if user else None
        return named or (self._by_phone.get(phone) if phone else None) or self._only_if(user, phone)

    def _only_if(self, user: str, phone: str) -> Mapping[str, Any] | None:
        """Return the only contact, unless it is told to be somebody else's."""
        only = self._only or {}
        pairs = ((user, text(only.get("user_id"))), (phone, identity(only.get("wa_id"))))
        return None if any(one and other and one != other for one, other in pairs) else self._only


def _listed(value: Any) -> list[Any]:
    """Return a list as it is, nothing as an empty one, and anything else as the one thing it is."""
    if value is None:
        return []
    return value if isinstance(value, list) else [value]
