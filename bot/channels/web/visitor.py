"""The cookie that says whose page this is: a random address, signed."""

import base64
import hmac
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from typing import Final

from fastapi import Request, Response

_LIFE: Final = timedelta(days=400)
"""As long as browsers keep a cookie at most; a treatment with all check-ins is shorter."""

_PARTS: Final = 3


@dataclass(frozen=True, slots=True)
class Visitor:
    """Somebody with a valid cookie. `checked_at` is when they last gave their birth date, if ever."""

    address: str
    checked_at: datetime | None = None


class Cookies:
    """Writes and reads the signed cookie."""

    def __init__(self, key: bytes, *, https: bool, clinic: str, account: str) -> None:
        """Sign with `key`, for this clinic's page alone; `https` gives the strict form of the cookie."""
        self._key = key
        self._https = https
        self._scope = f"yorisoi chat\0{clinic}\0{account}\0"
        self.name = "__Host-yorisoi-chat" if https else "yorisoi-chat"

    def visitor(self, request: Request) -> Visitor | None:
        """Return who the request comes from, or None without a cookie that we signed."""
        parts = request.cookies.get(self.name, "").split(".")
        if len(parts) != _PARTS:
            return None
        address, checked, signature = parts
        expected = self._signature(address, checked)
        if not hmac.compare_digest(signature.encode(), expected.encode()):
            return None
        return Visitor(address, datetime.fromtimestamp(int(checked), UTC) if checked != "0" else None)

    def give(self, response: Response, visitor: Visitor) -> None:
        """Set the cookie of `visitor` on `response`."""
        checked = str(int(visitor.checked_at.timestamp())) if visitor.checked_at else "0"
        value = f"{visitor.address}.{checked}.{self._signature(visitor.address, checked)}"
        response.set_cookie(
            self.name,
            value,
            max_age=int(_LIFE.total_seconds()),
            path="/",
            secure=self._https,
            httponly=True,
            samesite="lax",
        )

    def take(self, response: Response) -> None:
        """Delete the cookie."""
        response.delete_cookie(self.name, path="/", secure=self._https, httponly=True, samesite="lax")

    def _signature(self, address: str, checked: str) -> str:
        message = f"{self._scope}{address}\0{checked}".encode()
        return base64.urlsafe_b64encode(hmac.digest(self._key, message, sha256)).rstrip(b"=").decode()
