"""Which pages of the console are timed, by whom they are opened, and why the other routes are not.

A GET route that is in neither table fails `make test` (tests/benchmarks/test_console.py).
`{patient}` and the like are ids of the measured clinic (console_clinic.py), by the names that the routes use.
"""

from collections.abc import Iterable, Mapping
from typing import Final

from bot.console.access import Role
from tests.browser.every_page import PACK, PAGES, PATIENT, STRANGER

Visit = tuple[str, str]
"""Who opens an address, and the address."""

NOT_TIMED: Final[Mapping[str, str]] = {
    "/console/alerts/{alert}": "leads to the patient's page, which is timed",
    "/console/export/patients.csv": "a whole export, streamed: `make summaries` times its first byte",
    "/console/export/patients.xlsx": "a whole export, streamed: `make summaries` times its first byte",
    "/console/patients/{patient}/documents/{document}": "a file: invented papers have none on the disk",
    "/console/patients/{patient}/documents/{document}/view": "a file: invented papers have none on the disk",
    "/console/patients/{patient}/summary.pdf": "a file: `make summaries` times it",
    "/console/static/{path:path}": "a file of the product's own: no database is asked",
    "/console/work/events": "a stream: it does not end",
}

PARTS: Final[Mapping[str, Visit]] = {
    "/console/alerts/bar": (Role.DOCTOR, "/console/alerts/bar"),
    "/console/clinic/packs/{number}/file": (Role.ADMINISTRATOR, f"{PACK}/file"),
    "/console/log.csv": (Role.AUDITOR, "/console/log.csv"),
    "/console/overview.csv": (Role.COORDINATOR, "/console/overview.csv"),
    "/console/patients/{patient}/summary.json": (Role.DOCTOR, f"{PATIENT}/summary.json"),
    "/console/patients/{patient}/talk/live": (Role.COORDINATOR, f"{PATIENT}/talk/live"),
    "/console/work/list": (Role.DOCTOR, "/console/work/list"),
}
"""What is no page and is timed like one: parts of pages, and files that are made when they are asked for."""

_NO_PAGE: Final = frozenset({(STRANGER, "/console/enter/spent"), (Role.AUDITOR, "/console/")})
"""What the judge of pages opens and no page comes of: a link that is used up, and a way to the log."""


def visits() -> list[Visit]:
    """Return who opens what: whatever of the console the judge of pages looks at, and the parts."""
    pages = (one for route in PAGES if route not in NOT_TIMED for one in PAGES[route])
    return [*(one for one in pages if one[1].startswith("/console") and one not in _NO_PAGE), *PARTS.values()]


def unlisted(routes: Iterable[str]) -> tuple[list[str], list[str]]:
    """Return the routes that are neither timed nor listed, and the lines of a route that is no more."""
    there = set(routes)
    timed = {route for route in PAGES if route.startswith("/console")} | set(PARTS)
    known = timed | set(NOT_TIMED)
    return sorted(there - known), sorted((set(PARTS) | set(NOT_TIMED)) - there)


def listed_twice() -> list[str]:
    """Return the parts that are listed as pages too, or as not timed."""
    return sorted(set(PARTS) & (set(PAGES) | set(NOT_TIMED)))
