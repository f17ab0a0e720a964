"""Messages that were held because of their template, let go again once one is in order."""

from datetime import datetime
from typing import Final

from sqlalchemy import Connection, bindparam, select, update

from handlers.core.templates import WINDOW_CODES
from handlers.core.values import ChannelKind
from storage.keys import ClinicKey, Vault
from storage.marks import close_task_row
from storage.sql import changed, is_row
from storage.states import SendState
from storage.tables import outbox
from storage.types import is_word, moment_param

TASK: Final = "template-refused"
"""The kind of task that such a message opens; its id is the key."""

_IS_HELD = is_word(outbox.c.state, SendState.HELD)
_HELD = (
    select(outbox.c.id, outbox.c.patient_id, outbox.c.follow_up_id)
    .where(
        outbox.c.clinic_id == bindparam("clinic"),
        outbox.c.channel == bindparam("at_channel"),
        outbox.c.account == bindparam("at_account"),
        _IS_HELD,
        outbox.c.code.not_in(sorted(WINDOW_CODES)),
    )
    .order_by(outbox.c.seq)
)
_LET_GO = (
    update(outbox)
    .where(*is_row(outbox), _IS_HELD)
    .values(state=SendState.QUEUED.value, not_before=moment_param("now"), code="")
)
_SET_ASIDE = (
    update(outbox).where(*is_row(outbox), _IS_HELD).values(state=SendState.CANCELLED.value, code="overtaken")
)


def let_go(
    conn: Connection, vault: Vault, clinic: ClinicKey, channel: ChannelKind, account: str, now: datetime
) -> int:
    """Queue what an account holds for its templates and close the tasks; return how many there were.

    Which template each needs stands under its patient's key: one whose template is still stopped is held
    again before anybody is asked. The pace and the day's places hold for them as for all; what is over by
    now ends as expired. Of an opening and its reminders, which all waited, only the newest goes.
    """
    place = {"clinic": clinic.clinic, "at_channel": channel.value, "at_account": account}
    rows = conn.execute(_HELD, place).all()
    newest = {row.follow_up_id or row.id: row.id for row in rows}
    going = frozenset(newest.values())
    freed = 0
    for row in rows:
        goes, which = row.id in going, {"clinic": clinic.clinic, "row": row.id}
        if changed(conn, _LET_GO, which | {"now": now}) if goes else changed(conn, _SET_ASIDE, which):
            freed += goes
            task = f"{TASK}:{row.id}"
            close_task_row(conn, vault, clinic, task, at=now, by="", patient=row.patient_id)
    return freed
