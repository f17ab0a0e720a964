"""What each route needs, one line each: `make matrix` fails for a route that is not listed here.

A console route names the right that it needs (`Right.…`), or SIGNED_IN. What anybody may ask for, and what
proves itself in another way (a link's token, a chat's cookie, a service's signature), is OPEN: there the
answer may not depend on who is signed in. TOKEN is what programs do: no session stands for a token.

A POST names a form that passes, so that the answer is about the right and the record, not about the form;
`$patient`, `$flag` and so on stand for ids of the record that is asked about.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from bot.console.access import Right

SIGNED_IN = "signed in"
OPEN = "open"
TOKEN = "a program's token"
REASON = {"reason": "for the matrix"}
TEXT = {"text": "for the matrix"}
MARK = REASON | {"paper": "doc.mri", "needed": "no"}
STEP = {"questionnaire": "own", "anchor": "infusion", "days": "1", "window": "7"}
DATE = {"kind": "infusion", "day": "2027-03-01", "time": "09:30"}


@dataclass(frozen=True)
class Needs:
    """What a route asks of whoever comes.

    `own`: how it answers who may, about their own clinic's record. `shows`: the record's words stand in it.
    """

    right: Right | str
    form: Mapping[str, str] = field(default_factory=dict)
    own: tuple[int, ...] = (200, 303)
    shows: bool = False
    assigned: bool = False
    """It is about a case that was given to the reader: any other of their clinic is none for them."""


def sees(**more):
    """Return the need of a page of one patient."""
    return Needs(Right.SEE_PATIENTS, **more)


CONSOLE = {
    "GET /": Needs(SIGNED_IN),
    "GET /account": Needs(SIGNED_IN),
    "GET /account/passkeys/new": Needs(SIGNED_IN),
    "GET /alerts": Needs(Right.ALERTS),
    "GET /alerts/bar": Needs(Right.ALERTS),
    "GET /alerts/{alert}": Needs(Right.ALERTS),
    "GET /assigned": Needs(Right.SEE_ASSIGNED),
    "GET /assigned/{patient}": Needs(Right.SEE_ASSIGNED, shows=True, assigned=True),
    "GET /authenticator": Needs(OPEN),
    "GET /break-glass": Needs(Right.REVIEW_GLASS),
    "GET /cases/{event}": sees(),
    "GET /channels": Needs(Right.UPKEEP),
    "GET /clinic": Needs(Right.SETTINGS),
    "GET /clinic/days": Needs(Right.SETTINGS),
    "GET /clinic/packs": Needs(Right.SETTINGS),
    "GET /clinic/packs/{number}": Needs(Right.SETTINGS, own=(404, 422)),
    "GET /clinic/packs/{number}/file": Needs(Right.SETTINGS, own=(404, 422)),
    "GET /clinic/packs/{number}/preview": Needs(Right.SETTINGS, own=(404, 422)),
    "GET /clinic/packs/{number}/words": Needs(Right.SETTINGS, own=(404, 422)),
    "GET /clinic/texts": Needs(Right.SETTINGS),
    "GET /clinic/texts/edit": Needs(Right.SETTINGS, own=(404,)),
    "GET /code": Needs(OPEN),
    "GET /cohort": sees(),
    "GET /confirm": Needs(SIGNED_IN),
    "GET /delivery": Needs(Right.SETTINGS),
    "GET /duplicates": Needs(Right.MERGE),
    "GET /enter/{token}": Needs(OPEN),
    "GET /erase": Needs(Right.ERASE),
    "GET /export/patients.csv": sees(shows=True),
    "GET /export/patients.xlsx": sees(shows=True),
    "GET /find": sees(),
    "GET /invite": Needs(Right.INVITE),
    "GET /log": Needs(Right.LOG),
    "GET /log.csv": Needs(Right.LOG),
    "GET /oidc/back": Needs(OPEN),
    "GET /on-call": Needs(Right.SETTINGS),
    "GET /overview": sees(),
    "GET /overview.csv": sees(),
    "GET /password": Needs(SIGNED_IN),
    "GET /patients": sees(),
    "GET /patients/{patient}": sees(shows=True),
    "GET /patients/{patient}/documents/{document}": sees(shows=True),
    "GET /patients/{patient}/documents/{document}/view": sees(own=(200, 404)),
    "GET /patients/{patient}/break-glass": Needs(Right.BREAK_GLASS),
    "GET /patients/{patient}/erase": Needs(Right.ERASE),
    "GET /patients/{patient}/summary": sees(shows=True),
    "GET /patients/{patient}/summary.json": sees(shows=True),
    "GET /patients/{patient}/summary.pdf": sees(),
    "GET /patients/{patient}/talk": sees(shows=True),
    "GET /patients/{patient}/talk/live": sees(shows=True),
    "GET /patients/{patient}/timeline": sees(shows=True),
    "GET /sign-in": Needs(OPEN),
    "GET /staff": Needs(Right.STAFF),
    "GET /static/{path:path}": Needs(OPEN),
    "GET /stuck": Needs(Right.UPKEEP),
    "GET /work/events": Needs(Right.TASKS),
    "GET /work/list": Needs(Right.TASKS),
    "POST /account/app": Needs(SIGNED_IN),
    "POST /account/codes": Needs(SIGNED_IN),
    "POST /account/passkeys": Needs(SIGNED_IN, {"name": "key", "credential": "{}"}, own=(400,)),
    "POST /account/passkeys/options": Needs(SIGNED_IN),
    "POST /account/passkeys/remove": Needs(SIGNED_IN, {"passkey": "none"}),
    "POST /account/sessions/all": Needs(SIGNED_IN),
    "POST /account/sessions/end": Needs(SIGNED_IN, {"key": "0" * 64}, own=(303, 404)),
    "POST /account/sessions/others": Needs(SIGNED_IN),
    "POST /alerts/chat": Needs(Right.ALERTS),
    "POST /alerts/{alert}/take": Needs(Right.ALERTS),
    "POST /authenticator": Needs(OPEN),
    "POST /break-glass/{opening}/review": Needs(Right.REVIEW_GLASS, own=(404,)),
    "POST /cases/{event}/close": Needs(Right.DECIDE, TEXT | {"status": "not-an-event"}),
    "POST /cases/{event}/confirm": Needs(Right.DECIDE, TEXT),
    "POST /cases/{event}/notes": Needs(Right.TASKS, TEXT | {"kind": "note"}),
    "POST /channels/ask": Needs(Right.SETTINGS, {"channel": "telegram"}, own=(200, 404)),
    "POST /channels/test": Needs(Right.SETTINGS, {"channel": "telegram"}, own=(200, 400)),
    "POST /channels/mail/ask": Needs(Right.SETTINGS, own=(200, 404)),
    "POST /channels/mail/test": Needs(Right.SETTINGS, own=(200, 404)),
    "POST /clinic": Needs(Right.SETTINGS),
    "POST /clinic/days": Needs(Right.SETTINGS, {"first": "2099-01-01", "last": "2099-01-02"}, own=(303, 400)),
    "POST /clinic/days/kept": Needs(Right.SETTINGS, {"days_voice": "14"}),
    "POST /clinic/days/remove": Needs(Right.SETTINGS, {"first": "2099-01-01", "last": "2099-01-02"}),
    "POST /clinic/packs": Needs(Right.SETTINGS, own=(400, 413)),
    "POST /clinic/packs/{number}/part": Needs(
        Right.SETTINGS, {"questionnaire": "own", "after": "intake-a"}, own=(200, 400, 404)
    ),
    "POST /clinic/packs/{number}/step": Needs(Right.SETTINGS, STEP, own=(200, 400, 404)),
    "POST /clinic/packs/{number}/use": Needs(Right.SETTINGS, {"seq": "0"}, own=(200, 400, 404)),
    "POST /clinic/packs/{number}/words": Needs(Right.SETTINGS, own=(400, 404, 422)),
    "POST /clinic/texts/edit": Needs(Right.SETTINGS, own=(404,)),
    "POST /clock/release": Needs(Right.UPKEEP),
    "POST /code": Needs(OPEN),
    "POST /confirm": Needs(OPEN, {"secret": "wrong"}),  # it asks who is there by itself
    "POST /confirm/oidc": Needs(SIGNED_IN, own=(502,)),  # the provider is away
    "POST /confirm/passkey": Needs(SIGNED_IN, {"credential": "{}"}),
    "POST /confirm/passkey/options": Needs(SIGNED_IN),
    "POST /delivery/{way}": Needs(Right.SETTINGS),
    "POST /duplicates/merge": Needs(Right.MERGE, {"patient": "$patient", "into": "$second"}),
    "POST /duplicates/undo": Needs(Right.MERGE, {"merge": "$merge"}, own=(303, 404)),
    "POST /enter/{token}": Needs(OPEN),
    "POST /erase": Needs(Right.ERASE, {"code": "none"}, own=(404,)),
    "POST /filters": sees(form={"name": "a list", "stage": "submitted"}),
    "POST /filters/{ident}/delete": sees(own=(404,)),
    "POST /filters/{ident}/rename": sees(form={"name": "a list"}, own=(404,)),
    "POST /find": sees(form={"typed": "nobody"}),
    "POST /invite": Needs(Right.INVITE, {"kind": "patient"}),
    "POST /language": Needs(OPEN, {"language": "en"}),
    "POST /oidc": Needs(OPEN, own=(502,)),
    "POST /oidc/back": Needs(OPEN, {"code": "x", "state": "x"}),
    "POST /on-call": Needs(Right.SETTINGS, {"minutes": "5", "orange_minutes": "15"}),
    "POST /on-call/chat": Needs(Right.SETTINGS, {"whose": "clinic"}, own=(200, 303, 404)),
    "POST /on-call/chat/{chat}/unlink": Needs(Right.SETTINGS, own=(303, 404)),
    "POST /passkey": Needs(OPEN, {"credential": "{}"}),
    "POST /passkey/options": Needs(OPEN),
    "POST /password": Needs(SIGNED_IN, {"password": "correct horse battery staple"}),
    "POST /patients/{patient}/again": Needs(Right.INVITE),
    "POST /patients/{patient}/break-glass": Needs(Right.BREAK_GLASS, {"reason": "they are in an ambulance"}),
    "POST /patients/{patient}/break-glass/end": Needs(Right.BREAK_GLASS, own=(404,)),
    "POST /patients/{patient}/cases": Needs(Right.TASKS),
    "POST /patients/{patient}/date": Needs(Right.PLAN, DATE),
    "POST /patients/{patient}/date/cancel": Needs(Right.PLAN, {"which": "$anchor"}),
    "POST /patients/{patient}/date/cancel/preview": Needs(Right.PLAN, {"which": "$anchor"}),
    "POST /patients/{patient}/date/preview": Needs(Right.PLAN, DATE),
    "POST /patients/{patient}/decision": Needs(Right.DECIDE, REASON | {"outcome": "more"}),
    "POST /patients/{patient}/documents/{document}/again": Needs(Right.TASKS, {"verdict": "unreadable"}),
    "POST /patients/{patient}/documents/{document}/judge": Needs(Right.TASKS, {"verdict": "accepted"}),
    "POST /patients/{patient}/erase": Needs(Right.ERASE, {"code": "wrong", "why": "asked"}, own=(400,)),
    "POST /patients/{patient}/flags/{flag}/close": Needs(Right.CLOSE_FLAGS, REASON),
    "POST /patients/{patient}/helper": Needs(Right.INVITE),
    "POST /patients/{patient}/interpreters": Needs(Right.ASSIGN, {"staff": "$interpreter", "days": "30"}),
    "POST /patients/{patient}/interpreters/{staff_id}/end": Needs(Right.ASSIGN, own=(404,)),
    "POST /patients/{patient}/name": sees(shows=True),
    "POST /patients/{patient}/notes": Needs(Right.TASKS, TEXT),
    "POST /patients/{patient}/papers": Needs(Right.TASKS, MARK, own=(303, 404)),
    "POST /patients/{patient}/pause": Needs(Right.PLAN, {"until": "2027-02-01"}),
    "POST /patients/{patient}/place": Needs(Right.PLAN, {"contact": "$contact"}, own=(303, 404)),
    "POST /patients/{patient}/steps/{step}/send": Needs(Right.PLAN),
    "POST /patients/{patient}/steps/{step}/skip": Needs(Right.PLAN, {"why": "not-needed"}),
    "POST /patients/{patient}/start-again": Needs(Right.PLAN, own=(303, 404)),
    "POST /patients/{patient}/stop": Needs(Right.PLAN, {"why": "left"}),
    "POST /patients/{patient}/summary/again": Needs(Right.TASKS),
    "POST /patients/{patient}/summary/seen": sees(form={"version": "0"}),
    "POST /patients/{patient}/tags": Needs(Right.TASKS, {"name": "a tag"}),
    "POST /patients/{patient}/tags/off": Needs(Right.TASKS, {"tag": "none"}, own=(303, 404)),
    "POST /patients/{patient}/talk/back": Needs(Right.TALK),
    "POST /patients/{patient}/talk/take": Needs(Right.TALK, {"name": "Yuki"}),
    "POST /patients/{patient}/talk/write": Needs(
        Right.TALK, TEXT | {"contact": "$contact", "message": "m1"}, own=(303, 404)
    ),
    "POST /patients/{patient}/tasks/{task}/close": Needs(Right.TASKS, REASON),
    "POST /sign-in": Needs(OPEN, {"email": "nobody@clinic.example", "password": "wrong"}),
    "POST /sign-out": Needs(OPEN),
    "POST /staff": Needs(
        Right.STAFF, {"name": "New", "email": "new@clinic.example", "role": "nurse"}, own=(200, 400)
    ),
    "POST /staff/{staff_id}/disable": Needs(Right.STAFF, own=(200, 303, 404)),
    "POST /staff/{staff_id}/enable": Needs(Right.STAFF, own=(200, 404)),
    "POST /staff/{staff_id}/role": Needs(Right.STAFF, {"role": "nurse"}, own=(303, 400, 404)),
    "POST /staff/{staff_id}/link": Needs(Right.STAFF),
    "POST /staff/{staff_id}/reset": Needs(Right.STAFF, own=(200, 303, 404)),
    "POST /stuck/check-in/again": Needs(
        Right.UPKEEP, {"item": "$step", "patient": "$patient"}, own=(303, 404)
    ),
    "POST /stuck/check-in/aside": Needs(
        Right.UPKEEP, {"item": "$step", "patient": "$patient"}, own=(303, 404)
    ),
    "POST /stuck/held/again": Needs(Right.UPKEEP, {"item": "$message"}, own=(303, 404)),
    "POST /stuck/message/again": Needs(Right.UPKEEP, {"item": "$event"}, own=(303, 404)),
    "POST /stuck/message/aside": Needs(Right.UPKEEP, {"item": "$event"}, own=(303, 404)),
    "POST /work/give-back": Needs(Right.TASKS, {"item": "task:none"}),
    "POST /work/snooze": Needs(Right.TASKS, {"item": "task:none", "rest": "hour"} | REASON, own=(303, 400)),
    "POST /work/take": Needs(Right.TASKS, {"item": "task:none"}),
    "POST /work/wake": Needs(Right.TASKS, {"item": "task:none"}),
}
"""Below /console."""

ELSEWHERE = dict.fromkeys(
    (
        "GET /",
        "GET /api/v1/openapi.json",
        "GET /chat/",
        "GET /chat/e/{token}",
        "GET /chat/email",
        "GET /chat/emergency",
        "GET /chat/events",
        "GET /chat/i/{token}",
        "GET /chat/messages",
        "GET /chat/r/{token}",
        "GET /chat/static/{name}",
        "GET /healthz",
        "GET /metrics",
        "GET /mine/",
        "GET /mine/data.json",
        "GET /mine/data.pdf",
        "GET /mine/files/{document}",
        "GET /mine/i/{token}",
        "GET /readyz",
        "GET /upload/at/{link}",
        "GET /upload/{token}",
        "GET /webhooks/whatsapp/{account}",
        "POST /mine/",
        "POST /mine/done",
        "POST /mine/i/{token}",
        "POST /chat/e/{token}",
        "POST /chat/email",
        "POST /chat/files",
        "POST /chat/i/{token}",
        "POST /chat/identity",
        "POST /chat/leave",
        "POST /chat/messages",
        "POST /chat/r/{token}",
        "POST /chat/receipts",
        "POST /chat/start",
        "POST /upload/{token}",
        "POST /upload/at/{link}/done",
        "POST /upload/at/{link}/files",
        "POST /upload/at/{link}/files/{ident}/done",
        "POST /webhooks/telegram/{account}",
        "POST /webhooks/whatsapp/{account}",
        "PUT /upload/at/{link}/files/{ident}",
    ),
    Needs(OPEN),
) | {"GET /readyz": Needs(OPEN, own=(200, 503))}
"""Everything else. Chats and webhooks know no staff: their tests are elsewhere, here they must not leak."""

API = dict.fromkeys(
    (
        "DELETE /api/v1/patients/{patient}/dates/{date}",
        "DELETE /api/v1/patients/{patient}/tags/{tag}",
        "GET /api/v1/patients",
        "GET /api/v1/patients/{patient}",
        "GET /api/v1/patients/{patient}/documents/{document}",
        "GET /api/v1/patients/{patient}/notes",
        "GET /api/v1/patients/{patient}/summary",
        "GET /api/v1/patients/{patient}/talk",
        "POST /api/v1/patients/{patient}/invitations",
        "POST /api/v1/patients/{patient}/place",
        *(f"POST /api/v1/patients/{{patient}}/talk/{act}" for act in ("back", "take", "write")),
        "DELETE /api/v1/merges/{merge}",
        "GET /api/v1/alerts",
        "GET /api/v1/cases",
        "GET /api/v1/duplicates",
        "GET /api/v1/overview",
        "GET /api/v1/stuck",
        "POST /api/v1/cases/{case}/notes",
        "POST /api/v1/held/{message}/again",
        "POST /api/v1/patients/{patient}/cases",
        "POST /api/v1/patients/{patient}/follow-ups/{follow_up}/stuck/{end}",
        "POST /api/v1/patients/{patient}/merge",
        "POST /api/v1/stuck/messages/{message}/{end}",
        "GET /api/v1/tasks",
        "GET /api/v1/work",
        *(f"POST /api/v1/work/{{line}}/{act}" for act in ("give-back", "snooze", "take", "wake")),
        "POST /api/v1/alerts/{alert}/take",
        "POST /api/v1/invitations",
        "POST /api/v1/patients/{patient}/documents/{document}/again",
        "POST /api/v1/patients/{patient}/documents/{document}/judge",
        "POST /api/v1/patients/find",
        "POST /api/v1/patients/{patient}/dates",
        "POST /api/v1/patients/{patient}/dates/preview",
        "POST /api/v1/patients/{patient}/follow-ups/{follow_up}/send",
        "POST /api/v1/patients/{patient}/follow-ups/{follow_up}/skip",
        "POST /api/v1/patients/{patient}/notes",
        "POST /api/v1/patients/{patient}/pause",
        "POST /api/v1/patients/{patient}/start-again",
        "POST /api/v1/patients/{patient}/stop",
        "POST /api/v1/patients/{patient}/tags",
        "POST /api/v1/patients/{patient}/tasks/{task}/close",
    ),
    Needs(TOKEN),
)
"""What programs do: no session of staff stands for a token. What a token may do is tested in tests/api."""

ROUTES = {route.replace(" ", " /console", 1): needs for route, needs in CONSOLE.items()} | ELSEWHERE | API


def lacking(routes, table=ROUTES):
    """Return the routes that are not listed, and the lines that no route has any more."""
    there = set(routes)
    return sorted(there - set(table)), sorted(set(table) - there)
