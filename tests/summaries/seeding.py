"""Generated patients in a real database, through the product's own writing side."""

import asyncio
from collections.abc import Iterator
from dataclasses import replace

from handlers.core.case import ResponseStatus
from handlers.core.changes import (
    AddDocument,
    Change,
    CloseResponse,
    PutAnswer,
    RaiseFlag,
    RecordConsent,
    StartResponse,
)
from handlers.core.values import ContactId
from storage.views.models import Record
from tests.summaries.patients import patient

_AT_ONCE = 64


async def seed(house, number: int, *, whole_every: int = 200) -> None:
    """Store `number` patients; each `whole_every`-th with all parts, the others with the first."""
    for first in range(0, number, _AT_ONCE):
        batch = range(first, min(first + _AT_ONCE, number))
        await asyncio.gather(*(_stored(house, one, 10 if one % whole_every == 0 else 1) for one in batch))


async def _stored(house, number: int, parts: int) -> None:
    record = patient(number, "", parts)
    await house.add(record.patient, *changes(record))


def changes(record: Record) -> Iterator[Change]:
    """Yield what a record's intake left behind, in the order in which it came."""
    contact = ContactId(f"c-{record.patient.id}")
    for consent in record.consents:
        yield RecordConsent(
            consent.purpose, consent.given, "v1", "hash", consent.language, consent.at, consent.by
        )
    for view in record.responses:
        yield StartResponse(replace(view.response, status=ResponseStatus.IN_PROGRESS, answers={}))
        for answer in view.response.answers.values():
            yield PutAnswer(view.response.id, replace(answer, who=None))
        yield CloseResponse(view.response.id, ResponseStatus.COMPLETED, view.completed_at)
    for flag in record.flags:
        yield RaiseFlag(
            flag.id, flag.rule, flag.rule_version, flag.level, flag.route, flag.staff_text,
            flag.evidence, flag.sources, flag.response, flag.raised_at,
        )  # fmt: skip
    for one in record.documents:
        yield AddDocument(
            one.id, contact, "ref", one.kind, one.name, one.mime, one.size, one.caption, one.purpose,
            one.received_at, one.by, f"m-{one.id}",
        )  # fmt: skip
