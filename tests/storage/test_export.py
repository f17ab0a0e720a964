"""The contract export: one JSON object with what stands in the database, opened."""

import json

from handlers.core.changes import OpenTask, PlanFollowUps
from handlers.core.values import Quantity
from storage.export import Export
from storage.stores import Stores
from tests.storage.samples import (
    CLINIC,
    NOON,
    answer,
    claim_outbox,
    clinic,
    follow_up,
    interviewed,
    known,
    message,
)


async def exported(stores: Stores, clinic_id: str = CLINIC):
    export = Export(stores.database, stores.vault, stores.clinics)
    return json.loads("".join([piece async for piece in export.as_json(clinic_id)]))


async def filled(stores: Stores):
    case = await interviewed(stores, answer("a.weight", Quantity(70, "kg"), source="m-7"))
    changes = [PlanFollowUps((follow_up(case),)), OpenTask("call", "k", NOON), message(case)]
    await stores.uow.save(case, changes)
    [row] = await claim_outbox(stores)
    await stores.outbox.settle_sent(row, "77", now=NOON)
    return case


async def test_every_list_is_there_with_its_fields(stores: Stores):
    case = await filled(stores)

    told = await exported(stores)

    [one] = told["answers"]
    assert (one["patient"], one["link_id"], one["source_message_id"]) == (case.patient.id, "a.weight", "m-7")
    assert told["follow_ups"] == [
        {
            "patient": case.patient.id,
            "step": "step-f-1",
            "due_at": "2026-11-24T12:00:00Z",
            "window_end": "2026-12-01T12:00:00Z",
            "state": "scheduled",
            "outbox_id": None,
        }
    ]
    assert told["sends"] == [
        {
            "outbox_id": "o-1",
            "channel": "telegram",
            "state": "sent",
            "provider_id": "77",
            "attempts": 1,
            "ambiguous": 0,
        }
    ]
    assert told["tasks"] == [
        {"patient": case.patient.id, "kind": "call", "opened_at": "2026-11-24T12:00:00Z", "closed_at": None}
    ]


async def test_a_long_list_comes_whole_and_each_row_once(stores: Stores):
    case = await interviewed(stores)
    names = [f"o-{number:04}" for number in range(1203)]
    await stores.uow.save(case, [message(case, name) for name in names])

    told = await exported(stores)

    assert [row["outbox_id"] for row in told["sends"]] == names


async def test_nothing_of_another_clinic_is_exported(stores: Stores):
    await filled(stores)
    await stores.clinics.create(clinic("other"), now=NOON)

    told = await exported(stores, "other")

    assert told == {"answers": [], "follow_ups": [], "sends": [], "tasks": []}
    assert (await known(stores)).patient
