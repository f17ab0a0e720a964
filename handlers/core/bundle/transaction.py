"""The same resources as a transaction: what a FHIR server takes, and takes a second time unharmed."""

from collections.abc import Mapping
from typing import Any, Final
from urllib.parse import quote

from handlers.core.bundle.naming import Resource

_ONCE: Final = frozenset({"Patient", "RelatedPerson", "Organization", "Device"})
"""Who is there already is not made again (`ifNoneExist`), and not changed: the server may know more."""


def transaction(document: Mapping[str, Any]) -> Resource:
    """Return a document Bundle as a transaction: people once, what was told anew in its place."""
    return {
        "resourceType": "Bundle",
        "type": "transaction",
        "entry": [_entry(one) for one in document["entry"]],
    }


def _entry(entry: Resource) -> Resource:
    resource = entry["resource"]
    kind = resource["resourceType"]
    if kind in _ONCE:
        request = {"method": "POST", "url": kind, "ifNoneExist": _identified(resource)}
    elif kind == "Questionnaire":
        known = f"url={quote(resource['url'], safe='')}&version={quote(resource['version'], safe='')}"
        request = {"method": "POST", "url": kind, "ifNoneExist": known}
    elif kind == "Provenance":
        # It has no identifier in R4: its own id, made from ours, is where it belongs.
        ident = entry["fullUrl"].removeprefix("urn:uuid:")
        return {
            **entry,
            "resource": {**resource, "id": ident},
            "request": {"method": "PUT", "url": f"{kind}/{ident}"},
        }
    else:
        request = {"method": "PUT", "url": f"{kind}?{_identified(resource)}"}
    return {**entry, "request": request}


def _identified(resource: Resource) -> str:
    """Return the search for the resource with the first of our identifiers."""
    known = resource["identifier"]
    first = known[0] if isinstance(known, list) else known
    return f"identifier={quote(first['system'], safe='')}%7C{quote(first['value'], safe='')}"
