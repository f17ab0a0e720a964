"""Tokens of programs: made once, known by their hash, with an end. All moments are the system clock's."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import Row, bindparam, insert, select, update

from handlers.core.values import ClinicId
from storage.engine import Database
from storage.sql import changed, is_row
from storage.staff import hash_of
from storage.tables import api_tokens

USED_EVERY: Final = timedelta(minutes=1)
"""How often at most a token's last use is written."""


@dataclass(frozen=True, slots=True)
class ApiToken:
    """What is known of a token: everything but the token itself."""

    id: str
    name: str
    scopes: frozenset[str]
    created_by: str
    created_at: datetime
    expires_at: datetime
    used_at: datetime | None = None
    ended_at: datetime | None = None

    def holds(self, now_system: datetime) -> bool:
        """Say whether it still opens anything."""
        return self.ended_at is None and self.expires_at > now_system


_OF_CLINIC = select(api_tokens).where(api_tokens.c.clinic_id == bindparam("clinic"))
_BY_HASH = _OF_CLINIC.where(api_tokens.c.token_hash == bindparam("hash"))
_ADD = insert(api_tokens)
_USED = update(api_tokens).where(*is_row(api_tokens))
_END = update(api_tokens).where(*is_row(api_tokens), api_tokens.c.ended_at.is_(None))


class ApiTokens:
    """The tokens of all clinics."""

    def __init__(self, database: Database) -> None:
        """Take the database: nothing of a token needs a key."""
        self._database = database

    async def add(self, clinic: ClinicId, token: ApiToken, secret: str) -> None:
        """Keep a new token; `secret` is what the program shows, at least 128 random bits."""
        values = {
            "clinic_id": clinic,
            "id": token.id,
            "token_hash": hash_of(secret),
            "name": token.name,
            "scopes": " ".join(sorted(token.scopes)),
            "created_by": token.created_by,
            "created_at": token.created_at,
            "expires_at": token.expires_at,
        }
        await self._database.write(lambda conn: conn.execute(_ADD, values))

    async def shown(self, clinic: ClinicId, secret: str, *, now_system: datetime) -> ApiToken | None:
        """Return whose token this is and note its use; None where it opens nothing (any more)."""
        values = {"clinic": clinic, "hash": hash_of(secret)}
        row = await self._database.read(lambda conn: conn.execute(_BY_HASH, values).first())
        token = _token(row) if row is not None else None
        if token is None or not token.holds(now_system):
            return None
        if token.used_at is None or now_system - token.used_at >= USED_EVERY:
            used = {"clinic": clinic, "row": token.id, "used_at": now_system}
            await self._database.write(lambda conn: changed(conn, _USED, used))
        return token

    async def listed(self, clinic: ClinicId) -> Sequence[ApiToken]:
        """Return every token that was ever made, oldest first."""
        wanted = _OF_CLINIC.order_by(api_tokens.c.created_at, api_tokens.c.id)
        rows = await self._database.read(lambda conn: conn.execute(wanted, {"clinic": clinic}).all())
        return [_token(row) for row in rows]

    async def end(self, clinic: ClinicId, ident: str, *, now_system: datetime) -> bool:
        """End a token at once; False if there is none with this id, or it has ended."""
        values = {"clinic": clinic, "row": ident, "ended_at": now_system}
        return await self._database.write(lambda conn: changed(conn, _END, values))


def _token(row: Row[Any]) -> ApiToken:
    return ApiToken(
        row.id,
        row.name,
        frozenset(row.scopes.split()),
        row.created_by,
        row.created_at,
        row.expires_at,
        row.used_at,
        row.ended_at,
    )
