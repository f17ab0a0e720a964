"""What asks again who is there: exports, keys, and whatever decides who may come in."""

from collections.abc import Mapping
from datetime import timedelta
from types import MappingProxyType
from typing import Final

from fastapi import Request

from bot.console.deps import Session

PROOF_LASTS: Final = timedelta(minutes=10)
FORM_TAKES: Final = timedelta(minutes=5)
"""A page with a form asks this much sooner, so that what is filled in there still finds the proof fresh."""

_CAN_DO_AGAIN: Final = frozenset({"passkey", "oidc"})
"""Ways in that a member can go once more, as proof of who is there."""

_STAFF, _DELIVERY, _ACCOUNT = "/console/staff", "/console/delivery", "/console/account"
_ONE: Final = "/console/patients/{patient}"
_GLASS = f"{_ONE}/break-glass"
_ERASE, _ERASE_ONE = "/console/erase", f"{_ONE}/erase"

STEP_UP: Final[Mapping[tuple[str, str], str]] = MappingProxyType(
    {
        ("GET", "/console/export/patients.csv"): "",
        ("GET", "/console/export/patients.xlsx"): "",
        ("GET", "/console/log.csv"): "",
        ("GET", f"{_ONE}/summary.pdf"): "",
        ("GET", f"{_ONE}/summary.json"): "",
        ("GET", f"{_ONE}/documents/{{document}}"): "",
        ("GET", _STAFF): "",
        ("POST", _STAFF): _STAFF,
        ("POST", f"{_STAFF}/{{staff_id}}/link"): _STAFF,
        ("POST", f"{_STAFF}/{{staff_id}}/reset"): _STAFF,
        ("POST", f"{_STAFF}/{{staff_id}}/disable"): _STAFF,
        ("POST", f"{_STAFF}/{{staff_id}}/role"): _STAFF,
        ("POST", f"{_STAFF}/{{staff_id}}/enable"): _STAFF,
        ("GET", _DELIVERY): "",
        ("POST", f"{_DELIVERY}/{{way}}"): _DELIVERY,
        ("GET", _GLASS): "",
        ("POST", _GLASS): "",
        ("GET", _ERASE): "",
        ("POST", _ERASE): _ERASE,
        ("GET", _ERASE_ONE): "",
        ("POST", _ERASE_ONE): "",
        ("GET", "/console/password"): "",
        ("POST", "/console/password"): "/console/password",
        ("POST", f"{_ACCOUNT}/app"): _ACCOUNT,
        ("POST", f"{_ACCOUNT}/codes"): _ACCOUNT,
        ("POST", "/console/authenticator"): _ACCOUNT,
        ("GET", f"{_ACCOUNT}/passkeys/new"): "",
        ("POST", f"{_ACCOUNT}/passkeys/options"): f"{_ACCOUNT}/passkeys/new",
        ("POST", f"{_ACCOUNT}/passkeys"): f"{_ACCOUNT}/passkeys/new",
        ("POST", f"{_ACCOUNT}/passkeys/remove"): _ACCOUNT,
    }
)
"""Method and path of each route that asks, and the page to come back to; "" where it is the route itself.

An export is whatever leaves as a file, one patient's as well; the picture of a file on a page is none.
"""


class ProofNeeded(Exception):
    """Whoever sits there must show again who they are; `back` is where they go on."""

    def __init__(self, back: str) -> None:
        """Keep the way back."""
        super().__init__(back)
        self.back = back


def asks(request: Request) -> bool:
    """Say whether the request's route asks again who is there."""
    return _route(request) in STEP_UP


def require_proof(request: Request, session: Session, age: timedelta | None) -> None:
    """Raise ProofNeeded if the session's last proof, `age` ago, is too old for this route.

    Where nobody can prove anything, as in a demo without a password, nothing is asked.
    """
    if not (session.has_password or session.has_app or session.came_by in _CAN_DO_AGAIN):
        return
    limit = PROOF_LASTS if request.method == "POST" else PROOF_LASTS - FORM_TAKES
    if age is None or age > limit:
        raise ProofNeeded(STEP_UP[_route(request)] or _address(request))


def _address(request: Request) -> str:
    """Return the page itself, as it was asked for: a download goes on with what was chosen for it."""
    url = request.url
    return f"{url.path}?{url.query}" if request.method == "GET" and url.query else url.path


def _route(request: Request) -> tuple[str, str]:
    return request.method, request.scope["route"].path
