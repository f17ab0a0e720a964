"""Who answers for a patient, in the words of staff."""

from collections.abc import Mapping, Sequence

from handlers.core.case import Contact
from handlers.core.values import AnsweredBy
from locales import Catalog


def helper_names(contacts: Sequence[Contact], catalog: Catalog) -> Mapping[str, str]:
    """Return contact id → name and relation of everybody who helps, or has helped."""
    return {one.id: _named(one, catalog) for one in contacts if one.by is AnsweredBy.HELPER}


def _named(contact: Contact, catalog: Catalog) -> str:
    name = contact.name or catalog.plain("console.helpers.unnamed")
    key = f"console.relation.{contact.relation}"
    return f"{name} ({catalog.plain(key)})" if contact.relation and catalog.has(key) else name
