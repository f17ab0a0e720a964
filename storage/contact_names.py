"""Further addresses of a contact, by which they are found too: WhatsApp knows people by two."""

from sqlalchemy import bindparam, delete, select

from handlers.core.changes import KeepName
from handlers.core.frozen import replace
from handlers.core.values import ContactId
from storage.scope import Scope
from storage.search import tokens
from storage.sql import insert_new
from storage.tables import contact_aliases, contact_points

_OF_CLINIC = contact_aliases.c.clinic_id == bindparam("clinic")
_FORGET = delete(contact_aliases).where(_OF_CLINIC, contact_aliases.c.contact_id == bindparam("contact"))
_FORGET_AT = delete(contact_aliases).where(
    _OF_CLINIC,
    contact_aliases.c.contact_id.in_(
        select(contact_points.c.id).where(
            contact_points.c.clinic_id == bindparam("clinic"),
            contact_points.c.address_index == bindparam("place"),
        )
    ),
)
_KEEP = insert_new(contact_aliases)


def forget_names(scope: Scope, contact: ContactId) -> None:
    """Let a contact be found by their address alone."""
    scope.conn.execute(_FORGET, {"clinic": scope.clinic, "contact": contact})


def forget_names_at(scope: Scope, address_index: bytes) -> None:
    """Let whoever stands at this index be found by no other name, whosever contact it is."""
    scope.conn.execute(_FORGET_AT, {"clinic": scope.clinic, "place": address_index})


def keep_name(scope: Scope, change: KeepName) -> None:
    """Remember an address as a further name of a contact; one that is another contact's stays theirs."""
    point = scope.case.contact.point
    index = scope.index("address", point.channel, point.account, change.address)
    place = {"clinic_id": scope.clinic, "channel": point.channel.value, "account": point.account}
    scope.conn.execute(_KEEP, place | {"address_index": index, "contact_id": change.contact})
    known = tokens.of_address(scope.patient, change.contact, replace(point, address=change.address))
    tokens.add(scope.conn, scope.vault, scope.clinic_key, known)
