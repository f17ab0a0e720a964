"""What each route needs: `make matrix` fails for a route that is not listed here.

What needs may be is said in `needs`; the console's routes have a list of their own, `console_routes`.
"""

from tests.matrix.console_routes import CONSOLE
from tests.matrix.needs import OPEN, TOKEN, Needs

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
