"""Codes of authenticator apps (TOTP, RFC 6238) and recovery codes: made, shown, and taken once."""

import base64
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from hmac import compare_digest
from typing import Final

import pyotp
import segno

from bot.console.deps import Console
from handlers.ports import Ids
from storage.staff import Member

STEP_SECONDS: Final = 30
RECOVERY_CODES: Final = 10
_SECRET_BYTES: Final = 20
_DIGITS: Final = 6
_GROUP: Final = 4
_CODE_LENGTH: Final = 16
_MISREAD: Final = str.maketrans("oil", "011")
"""What people read for the digits of our alphabet (bot/ids.py)."""


@dataclass(frozen=True, slots=True)
class Shown:
    """What an app learns its secret from: a picture, or the key typed in groups of four."""

    qr: str
    key: str


class Authenticator:
    """Looks at codes, on the system's clock; one step early or late is forgiven."""

    def __init__(self, deps: Console) -> None:
        """Take the store of second factors."""
        self._deps = deps
        self._factors = deps.door.factors

    async def passes(self, member_id: str, typed: str) -> str:
        """Use up a code; return how it was one, "code" or "recovery", or "" if it is none or was used."""
        clinic, now = self._deps.clinic, self._deps.now_system()
        code = "".join(typed.split())
        if _is_digits(code):
            secret = await self._factors.secret(clinic, member_id)
            step = step_of(secret, code, now) if secret else None
            is_used = step is not None and await self._factors.use(clinic, member_id, step)
            return "code" if is_used else ""
        plain = code.replace("-", "").casefold().translate(_MISREAD)
        is_one = await self._factors.use_code(clinic, member_id, plain, now_system=now)
        return "recovery" if is_one else ""

    async def learn(self, member_id: str, secret: str, typed: str) -> tuple[str, ...]:
        """Keep an app's secret if `typed` is its code; return new recovery codes, none if it is not."""
        now = self._deps.now_system()
        step = step_of(secret, "".join(typed.split()), now)
        if step is None:
            return ()
        await self._factors.learn(self._deps.clinic, member_id, secret, step=step, now_system=now)
        return await self.new_codes(member_id)

    async def new_codes(self, member_id: str) -> tuple[str, ...]:
        """Replace a member's recovery codes; return the new ones, which nobody can show again."""
        ids = self._deps.ids
        plain = [(ids.short() + ids.short())[:_CODE_LENGTH] for _ in range(RECOVERY_CODES)]
        now = self._deps.now_system()
        await self._factors.replace_codes(self._deps.clinic, member_id, plain, now_system=now)
        return tuple(grouped(code, "-") for code in plain)


def new_secret(ids: Ids) -> str:
    """Return 160 random bits in base32, as apps take them."""
    return base64.b32encode(sha256(ids.secret().encode()).digest()[:_SECRET_BYTES]).decode()


def step_of(secret: str, code: str, now: datetime) -> int | None:
    """Return the step of time whose code this is: now's, or the one before or after; None if none."""
    if not _is_digits(code):
        return None
    current = int(now.timestamp()) // STEP_SECONDS
    app = pyotp.TOTP(secret)
    fits = [
        step for step in (current, current - 1, current + 1) if compare_digest(app.generate_otp(step), code)
    ]
    return fits[0] if fits else None


def shown(secret: str, member: Member, clinic_name: str) -> Shown:
    """Return what the member's app learns the secret from."""
    url = pyotp.TOTP(secret).provisioning_uri(name=member.email, issuer_name=clinic_name)
    return Shown(segno.make(url, error="m").svg_data_uri(border=2, dark="#1b2a33"), grouped(secret, " "))


def grouped(text: str, between: str) -> str:
    """Return a text in groups of four, as people copy it."""
    return between.join(text[start : start + _GROUP] for start in range(0, len(text), _GROUP))


def _is_digits(code: str) -> bool:
    return len(code) == _DIGITS and code.isascii() and code.isdecimal()
