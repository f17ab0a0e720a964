"""The contract export: what stands in a clinic's database, opened, list by list (DESIGN.md)."""

import json
from collections.abc import AsyncIterator, Callable, Mapping
from datetime import datetime
from types import MappingProxyType
from typing import Any, Final

from sqlalchemy import Row, Select, and_, bindparam, select

from handlers.core.codec import decode_values, plain
from handlers.core.values import ClinicId
from storage.clinics import Clinics
from storage.engine import Database
from storage.interviews import slot_of
from storage.keys import ClinicKey, PatientKey, Vault
from storage.plans import IS_CHECK_IN
from storage.tables import answers, contact_points, follow_ups, outbox, patients, responses, tasks

PAGE: Final = 500
Fields = dict[str, Any]

_ANSWERS = (
    select(
        answers,
        responses.c.patient_id,
        responses.c.questionnaire,
        patients.c.wrapped_key,
        contact_points.c.name.label("helper_name"),
        contact_points.c.relation.label("helper_relation"),
        answers.c.id.label("key"),
    )
    .join(
        responses, and_(responses.c.clinic_id == answers.c.clinic_id, responses.c.id == answers.c.response_id)
    )
    .join(
        patients, and_(patients.c.clinic_id == responses.c.clinic_id, patients.c.id == responses.c.patient_id)
    )
    .outerjoin(
        contact_points,
        and_(contact_points.c.clinic_id == answers.c.clinic_id, contact_points.c.id == answers.c.contact_id),
    )
    .where(answers.c.clinic_id == bindparam("clinic"), answers.c.current)
)
_FOLLOW_UPS = select(follow_ups, follow_ups.c.id.label("key")).where(
    follow_ups.c.clinic_id == bindparam("clinic"), IS_CHECK_IN
)
_SENDS = (
    select(outbox, patients.c.wrapped_key, outbox.c.id.label("key"))
    .join(patients, and_(patients.c.clinic_id == outbox.c.clinic_id, patients.c.id == outbox.c.patient_id))
    .where(outbox.c.clinic_id == bindparam("clinic"))
)
_TASKS = select(tasks, tasks.c.id.label("key")).where(tasks.c.clinic_id == bindparam("clinic"))


class Export:
    """Reads one clinic's lists page by page, so that a large clinic needs no large memory."""

    def __init__(self, database: Database, vault: Vault, clinics: Clinics) -> None:
        """Take the keys that open the answers."""
        self._database = database
        self._vault = vault
        self._clinics = clinics

    async def rows(self, clinic: ClinicId, name: str) -> AsyncIterator[Fields]:
        """Yield one list: "answers", "follow_ups", "sends" or "tasks"; times are UTC ISO 8601."""
        statement, column, shape = LISTS[name]
        owner = await self._clinics.key(clinic)
        after = ""
        while page := await self._page(statement, column, clinic, after):
            for row in page:
                yield shape(self._vault, owner, row)
            after = page[-1].key

    async def as_json(self, clinic: ClinicId) -> AsyncIterator[str]:
        """Yield the whole export as the pieces of one JSON object with an array per list."""
        for number, name in enumerate(LISTS):
            yield f'{"," if number else "{"}"{name}":['
            first = True
            async for row in self.rows(clinic, name):
                yield f"{'' if first else ','}{json.dumps(row, ensure_ascii=False)}"
                first = False
            yield "]"
        yield "}"

    async def _page(self, statement: Select[Any], column: Any, clinic: str, after: str) -> list[Row[Any]]:
        paged = statement.where(column > after).order_by(column).limit(PAGE)
        return await self._database.read(lambda conn: list(conn.execute(paged, {"clinic": clinic}).all()))


def _answer(vault: Vault, owner: ClinicKey, row: Row[Any]) -> Fields:
    key = _key(owner, row)
    value = vault.open_text(key, "answers", row.id, "value", row.value) if key else ""
    source = vault.open_text(key, "answers", row.id, "source", row.source) if key else ""
    return {
        "patient": row.patient_id,
        "questionnaire": row.questionnaire,
        "link_id": str(slot_of(row.link_id, row.instance)),
        "value": plain(decode_values(value)) if value else None,
        "source_message_id": source,
        "stored_at": _iso(row.at),
        "by": row.by,
        "helper": _helper(vault, key, row),
    }


def _helper(vault: Vault, key: PatientKey | None, row: Row[Any]) -> Fields | None:
    """Return who helped with an answer; None if it was the patient, or nobody keeps the name any more."""
    if key is None or row.helper_name is None:
        return None
    relation = vault.open_text(key, "contact_points", row.contact_id, "relation", row.helper_relation)
    name = vault.open_text(key, "contact_points", row.contact_id, "name", row.helper_name)
    return {"name": name, "relation": relation or None}


def _follow_up(_: Vault, __: ClinicKey, row: Row[Any]) -> Fields:
    return {
        "patient": row.patient_id,
        "step": row.step,
        "due_at": _iso(row.due_at),
        "window_end": _iso(row.window_end),
        "state": row.state,
        "outbox_id": row.outbox_id,
    }


def _send(vault: Vault, owner: ClinicKey, row: Row[Any]) -> Fields:
    key = _key(owner, row)
    provider_id = vault.open_text(key, "outbox", row.id, "provider_id", row.provider_id) if key else ""
    return {
        "outbox_id": row.id,
        "channel": row.channel,
        "state": row.state,
        "provider_id": provider_id or None,
        "attempts": row.attempts,
        "ambiguous": row.uncertain,
    }


def _task(_: Vault, __: ClinicKey, row: Row[Any]) -> Fields:
    return {
        "patient": row.patient_id,
        "kind": row.kind,
        "opened_at": _iso(row.opened_at),
        "closed_at": _iso(row.closed_at),
    }


def _key(owner: ClinicKey, row: Row[Any]) -> PatientKey | None:
    return PatientKey(owner, row.patient_id, row.wrapped_key) if row.wrapped_key is not None else None


def _iso(moment: datetime | None) -> str | None:
    return moment.isoformat().replace("+00:00", "Z") if moment else None


Shape = Callable[[Vault, ClinicKey, Row[Any]], Fields]
LISTS: Mapping[str, tuple[Select[Any], Any, Shape]] = MappingProxyType(
    {
        "answers": (_ANSWERS, answers.c.id, _answer),
        "follow_ups": (_FOLLOW_UPS, follow_ups.c.id, _follow_up),
        "sends": (_SENDS, outbox.c.id, _send),
        "tasks": (_TASKS, tasks.c.id, _task),
    }
)
