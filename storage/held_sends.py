"""Messages that were held because of their template, let go again once it is in order."""

from collections.abc import Collection
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, update

from handlers.core.values import ChannelKind, ClinicId
from storage.engine import Database
from storage.sql import changed
from storage.states import SendState, Wake
from storage.tables import outbox
from storage.types import is_word, moment_param

_LET_GO = (
    update(outbox)
    .where(
        outbox.c.clinic_id == bindparam("clinic"),
        outbox.c.channel == bindparam("at_channel"),
        outbox.c.account == bindparam("at_account"),
        is_word(outbox.c.state, SendState.HELD),
        outbox.c.code.in_(bindparam("codes", expanding=True)),
    )
    .values(state=SendState.QUEUED.value, not_before=moment_param("now"), code="")
)


async def let_go(
    database: Database,
    clinic: ClinicId,
    channel: ChannelKind,
    account: str,
    codes: Collection[str],
    *,
    now: datetime,
) -> bool:
    """Queue what an account holds for one of these codes; say whether there was any.

    The pace and the day's places hold for them as for all. What is over by now ends as expired.
    """
    values: dict[str, Any] = {"clinic": clinic, "at_channel": channel.value, "at_account": account}
    values |= {"codes": sorted(codes), "now": now}
    return await database.write(lambda conn: changed(conn, _LET_GO, values), wakes=(Wake.OUTBOX,))
