"""Whom an item is about: a business-scoped user id, a phone number, either of them or none. Pure."""

from dataclasses import dataclass

from bot.channels.loose_json import identity, mapping, text
from bot.channels.whatsapp.items import Item, Kind


@dataclass(frozen=True, slots=True)
class Person:
    """The ids of one person as they stand in one item."""

    user_id: str = ""
    phones: tuple[str, ...] = ()
    name: str = ""

    @property
    def address(self) -> str:
        """Return what a message to them is addressed to: the user id if there is one, else the phone."""
        return self.user_id or next(iter(self.phones), "")

    @property
    def aliases(self) -> tuple[str, ...]:
        """Return their other addresses."""
        return tuple(phone for phone in self.phones if phone != self.address)


def person_in(item: Item) -> Person:
    """Return the person that a message came from or a status is about; an empty one where none is named."""
    if item.kind not in {Kind.MESSAGE, Kind.STATUS}:
        return Person()
    content, contact = mapping(item.content), mapping(item.contact)
    system = mapping(content.get("system"))
    # A change of address is told by the system message alone, and of the old address it is.
    user_id = (
        text(system.get("previous_user_id"))
        or text(content.get("from_user_id"))
        or text(content.get("recipient_user_id"))
        or text(contact.get("user_id"))
    )
    phones = (content.get("from"), content.get("recipient_id"), contact.get("wa_id"))
    found = dict.fromkeys(filter(None, map(identity, phones)))
    name = text(mapping(contact.get("profile")).get("name"))
    return Person(user_id, tuple(found), name)
