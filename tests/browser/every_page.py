"""Every GET route of the application: who looks at it and at which addresses, or why it is no page.

A route that stands in neither table fails `make test`, so that a new page is looked at by whoever makes it.
`{patient}` and the like are ids of the seeded clinic (`whole_site.py`), by the names that the routes use.
"""

from collections.abc import Mapping
from typing import Final

from bot.console.access import Role
from tests.console.test_texts_edited import KEY

STRANGER, TALKING, GUEST, KNOWN = "stranger", "talking patient", "guest", "known guest"
"""Nobody we know; somebody with a chat; somebody at their own data before and after the date of birth."""
CODE_OWED, APP_OWED = "code owed", "app owed"
"""Staff who came in and have not yet shown a code, or not yet met an app."""

COORDINATOR, NURSE, DOCTOR = Role.COORDINATOR, Role.NURSE, Role.DOCTOR
INTERPRETER, ADMINISTRATOR, AUDITOR = Role.INTERPRETER, Role.ADMINISTRATOR, Role.AUDITOR

PATIENT: Final = "/console/patients/{patient}"
PACK: Final = "/console/clinic/packs/{number}"

PAGES: Final[Mapping[str, tuple[tuple[str, str], ...]]] = {
    "/chat/": ((STRANGER, "/chat/"), (TALKING, "/chat/")),
    "/chat/e/{token}": ((STRANGER, "/chat/e/{prove}"), (STRANGER, "/chat/e/spent")),
    "/chat/email": ((TALKING, "/chat/email"),),
    "/chat/emergency": ((STRANGER, "/chat/emergency"),),
    "/chat/i/{token}": ((STRANGER, "/chat/i/{invitation}"),),
    "/chat/r/{token}": ((STRANGER, "/chat/r/{return}"),),
    "/console/": tuple((role, "/console/") for role in Role if role is not Role.INTERPRETER),
    "/console/account": ((NURSE, "/console/account"),),
    "/console/account/passkeys/new": ((NURSE, "/console/account/passkeys/new"),),
    "/console/alerts": ((DOCTOR, "/console/alerts"), (ADMINISTRATOR, "/console/alerts")),
    "/console/alerts/{alert}": ((DOCTOR, "/console/alerts/{alert}"),),
    "/console/assigned": ((INTERPRETER, "/console/assigned"),),
    "/console/assigned/{patient}": ((INTERPRETER, "/console/assigned/{patient}"),),
    "/console/authenticator": ((APP_OWED, "/console/authenticator"),),
    "/console/break-glass": ((ADMINISTRATOR, "/console/break-glass"),),
    "/console/cases/{event}": ((DOCTOR, "/console/cases/{event}"), (COORDINATOR, "/console/cases/{event}")),
    "/console/channels": ((ADMINISTRATOR, "/console/channels"),),
    "/console/clinic": ((ADMINISTRATOR, "/console/clinic"),),
    "/console/clinic/days": ((ADMINISTRATOR, "/console/clinic/days"),),
    "/console/clinic/packs": ((ADMINISTRATOR, "/console/clinic/packs"),),
    "/console/clinic/packs/{number}": ((ADMINISTRATOR, PACK),),
    "/console/clinic/packs/{number}/preview": (
        (ADMINISTRATOR, f"{PACK}/preview?questionnaire=intake-a&look=whatsapp&language=ja"),
    ),
    "/console/clinic/packs/{number}/words": (
        (ADMINISTRATOR, f"{PACK}/words?questionnaire=sleep&language=ar"),
    ),
    "/console/clinic/texts": ((ADMINISTRATOR, "/console/clinic/texts?q=month"),),
    "/console/clinic/texts/edit": ((ADMINISTRATOR, f"/console/clinic/texts/edit?key={KEY}"),),
    "/console/code": ((CODE_OWED, "/console/code"),),
    "/console/cohort": ((COORDINATOR, "/console/cohort"),),
    "/console/confirm": ((NURSE, "/console/confirm"),),
    "/console/delivery": ((ADMINISTRATOR, "/console/delivery"),),
    "/console/duplicates": ((COORDINATOR, "/console/duplicates"),),
    "/console/enter/{token}": ((STRANGER, "/console/enter/{link}"), (STRANGER, "/console/enter/spent")),
    "/console/erase": ((ADMINISTRATOR, "/console/erase"),),
    "/console/find": (
        (DOCTOR, "/console/find"),
        *((COORDINATOR, f"/console/find?stage=submitted&language={one}") for one in ("en", "ja")),
    ),
    "/console/invite": ((COORDINATOR, "/console/invite"), (ADMINISTRATOR, "/console/invite")),
    "/console/log": ((AUDITOR, "/console/log"), (AUDITOR, "/console/log?case=nobody&day=2026-11-24")),
    "/console/oidc/back": ((STRANGER, "/console/oidc/back?state=spent&code=none"),),
    "/console/on-call": ((ADMINISTRATOR, "/console/on-call"),),
    "/console/overview": ((COORDINATOR, "/console/overview"),),
    "/console/password": ((NURSE, "/console/password"),),
    "/console/patients": ((COORDINATOR, "/console/patients"), (DOCTOR, "/console/patients?code=nobody")),
    "/console/patients/{patient}": (
        *((role, PATIENT) for role in (COORDINATOR, NURSE, DOCTOR)),
        *((DOCTOR, f"/console/patients/{{{name}}}") for name in ("written", "followed")),
    ),
    "/console/patients/{patient}/break-glass": ((COORDINATOR, f"{PATIENT}/break-glass"),),
    "/console/patients/{patient}/erase": ((ADMINISTRATOR, f"{PATIENT}/erase"),),
    "/console/patients/{patient}/summary": ((DOCTOR, "/console/patients/{written}/summary"),),
    "/console/patients/{patient}/talk": ((COORDINATOR, f"{PATIENT}/talk"),),
    "/console/patients/{patient}/timeline": ((DOCTOR, f"{PATIENT}/timeline"),),
    "/console/sign-in": ((STRANGER, "/console/sign-in"),),
    "/console/staff": ((ADMINISTRATOR, "/console/staff"),),
    "/console/stuck": ((COORDINATOR, "/console/stuck"),),
    "/mine/": ((STRANGER, "/mine/"), (GUEST, "/mine/"), (KNOWN, "/mine/")),
    "/mine/i/{token}": ((STRANGER, "/mine/i/{data}"),),
    "/upload/{token}": ((STRANGER, "/upload/{upload}"),),
    "/upload/at/{link}": ((KNOWN, "{uploading}"),),
}

JSON, FILE, PART, STREAM = "JSON for programs", "a file", "a part of a page that is open", "a stream"

NO_PAGES: Final[Mapping[str, str]] = {
    "/": "leads to the chat",
    **dict.fromkeys(
        (
            *(f"/api/v1/{name}" for name in ("alerts", "cases", "duplicates", "overview", "stuck", "work")),
            "/api/v1/openapi.json",
            "/api/v1/patients",
            "/api/v1/patients/{patient}",
            "/api/v1/patients/{patient}/documents/{document}",
            "/api/v1/patients/{patient}/notes",
            "/api/v1/patients/{patient}/summary",
            "/api/v1/patients/{patient}/talk",
            "/api/v1/tasks",
            "/chat/messages",
            "/readyz",
            "/webhooks/whatsapp/{account}",
        ),
        JSON,
    ),
    **dict.fromkeys(
        (
            "/chat/static/{name}",
            "/console/clinic/packs/{number}/file",
            "/console/export/patients.csv",
            "/console/export/patients.xlsx",
            "/console/log.csv",
            "/console/overview.csv",
            "/console/patients/{patient}/documents/{document}",
            "/console/patients/{patient}/documents/{document}/view",
            "/console/patients/{patient}/summary.json",
            "/console/patients/{patient}/summary.pdf",
            "/console/static/{path:path}",
            "/healthz",
            "/metrics",
            "/mine/data.json",
            "/mine/data.pdf",
            "/mine/files/{document}",
        ),
        FILE,
    ),
    **dict.fromkeys(
        ("/console/alerts/bar", "/console/work/list", "/console/patients/{patient}/talk/live"), PART
    ),
    **dict.fromkeys(("/chat/events", "/console/work/events"), STREAM),
}


def unlisted(routes):
    """Return the GET routes that stand in neither table, and the lines of a route that is no more."""
    there = {path for method, path in routes if method == "GET"}
    listed = set(PAGES) | set(NO_PAGES)
    return sorted(there - listed), sorted(listed - there)
