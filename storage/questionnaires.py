"""Every version of a clinic's questionnaires: what the pack has replaced, people may still be answering."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, bindparam, select

from handlers.core.fhir import read_questionnaire
from handlers.core.questionnaire import Questionnaire
from handlers.core.values import ClinicId
from storage.sql import upsert
from storage.tables import questionnaires

Texts = Mapping[str, Mapping[str, str]]
"""language → locale key → text."""

_KEEP = upsert(questionnaires, "content", "texts", "kept_at")
_ALL = select(questionnaires).where(questionnaires.c.clinic_id == bindparam("clinic"))


@dataclass(frozen=True, slots=True)
class Edition:
    """One version of a questionnaire: its FHIR JSON, and the texts it was asked in."""

    url: str
    version: str
    content: Mapping[str, Any]
    texts: Texts = field(default_factory=dict)


def editions(conn: Connection, clinic: ClinicId) -> Sequence[Edition]:
    """Return every version that was kept."""
    rows = conn.execute(_ALL.order_by("url", "version"), {"clinic": clinic})
    return [Edition(row.url, row.version, json.loads(row.content), json.loads(row.texts)) for row in rows]


def keep(conn: Connection, clinic: ClinicId, found: Sequence[Edition], now: datetime) -> None:
    """Keep what is new; a version that was corrected without a new number replaces what was kept."""
    known = {(one.url, one.version): one for one in editions(conn, clinic)}
    for edition in found:
        if known.get((edition.url, edition.version)) != edition:
            conn.execute(_KEEP, _row(edition) | {"clinic_id": clinic, "kept_at": now})


def opened(edition: Edition) -> tuple[Questionnaire, Texts]:
    """Return the questionnaire under a name of its own, "<id>@<version>", with its texts under that name.

    Raises PackError for a file that this version of Yorisoi refuses.
    """
    current = read_questionnaire(edition.content, source=f"{edition.url}|{edition.version}")
    name = f"{current.id}@{edition.version}"
    texts = {
        language: {f"{name}{key.removeprefix(current.id)}": text for key, text in known.items()}
        for language, known in edition.texts.items()
    }
    return replace(current, id=name), texts


def _row(edition: Edition) -> dict[str, Any]:
    return {
        "url": edition.url,
        "version": edition.version,
        "content": json.dumps(edition.content, ensure_ascii=False),
        "texts": json.dumps(edition.texts, ensure_ascii=False),
    }
