"""Files that go before their patient does: voice notes and passports."""

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import Connection, and_, bindparam, exists, func, select, update

from handlers.core.events import SPOKEN
from handlers.core.papers import DocumentState, Verdict
from handlers.core.retention import DataClass, kept_for
from storage.tables import anchors, documents, legal_holds
from storage.types import moment_param

PASSPORT = "passport"
REASON = "retention"

_FREE = ~exists().where(
    legal_holds.c.clinic_id == documents.c.clinic_id,
    legal_holds.c.patient_id == documents.c.patient_id,
    legal_holds.c.ended_at.is_(None),
)
_LAST_DATE = (
    select(func.max(anchors.c.local))
    .where(anchors.c.clinic_id == documents.c.clinic_id, anchors.c.patient_id == documents.c.patient_id)
    .scalar_subquery()
)
_GO = (
    update(documents)
    .where(documents.c.clinic_id == bindparam("clinic"), documents.c.blob_key.is_not(None), _FREE)
    .values(
        state=DocumentState.REFUSED.value,
        reason=REASON,
        ref=None,
        name=None,
        caption=None,
        sha256=None,
        blob_key=None,
        inspection=None,
        verdict=Verdict.NOT_NEEDED.value,
    )
)
_VOICE = _GO.where(
    documents.c.kind.in_([kind.value for kind in SPOKEN]), documents.c.stored_at <= moment_param("before")
)
_PASSPORT = _GO.where(
    and_(documents.c.purpose == PASSPORT, func.substr(_LAST_DATE, 1, 10) <= bindparam("day"))
)


def let_files_go(conn: Connection, clinic: str, texts: Mapping[str, str], now: datetime) -> int:
    """Destroy the keys of files whose time is over; return how many. The sweep deletes the files.

    A voice note goes some days after it came, a passport some days after the last treatment date, as the
    clinic's `texts` say. Neither is missed afterwards: the list of papers does not ask for it again.
    """
    voice = conn.execute(
        _VOICE, {"clinic": clinic, "before": now - kept_for(texts, DataClass.VOICE)}
    ).rowcount
    day = f"{now - kept_for(texts, DataClass.PASSPORT):%Y-%m-%d}"
    return voice + conn.execute(_PASSPORT, {"clinic": clinic, "day": day}).rowcount
