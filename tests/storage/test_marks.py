"""Flags, tasks, merges, acts and invitations."""

import pytest
from sqlalchemy import select

from handlers.core.changes import (
    Audit,
    CloseFlag,
    CloseTask,
    FinishTask,
    Level,
    MergePatients,
    OpenTask,
    ReplaceFlags,
    SpendInvitation,
    UnmergePatients,
)
from handlers.core.values import (
    ResponseId,
)
from handlers.errors import ConcurrentUpdate
from handlers.ports import Invited
from storage.invitations import add_invitation
from storage.stores import Stores
from storage.tables import audit, flags, merges, patients, tasks
from tests.storage.samples import (
    CLINIC,
    MINUTE,
    NOON,
    count,
    flag,
    interviewed,
    known,
    settled,
)

LATER = NOON + MINUTE


async def test_a_flag_is_raised_once_by_its_key(stores: Stores):
    case = await interviewed(stores)

    await stores.uow.save(case, [flag(), flag(level=Level.ORANGE)])

    levels = await stores.database.read(lambda conn: conn.scalars(select(flags.c.level)).all())
    assert levels == ["ORANGE"]


async def test_flags_that_no_longer_hold_are_withdrawn_and_may_come_back(stores: Stores):
    case = await interviewed(stores)
    await stores.uow.save(case, [flag("k-1"), flag("k-2")])
    anew = ReplaceFlags(ResponseId("r-1"), (flag("k-2"),), LATER)

    await stores.uow.save(await known(stores), [anew])
    withdrawn = await count(stores, flags, flags.c.withdrawn_at.is_not(None))
    await stores.uow.save(await known(stores), [flag("k-1")])

    assert (withdrawn, await count(stores, flags, flags.c.withdrawn_at.is_not(None))) == (1, 0)


async def test_a_closed_flag_stays_closed(stores: Stores):
    case = await interviewed(stores)
    await stores.uow.save(case, [flag()])
    row_id = await stores.database.read(lambda conn: conn.scalar(select(flags.c.id)))
    await stores.uow.save(await known(stores), [CloseFlag(row_id, LATER, "dr", "seen")])

    await stores.uow.save(await known(stores), [flag()])

    assert await count(stores, flags, flags.c.closed_by == "dr") == 1


async def test_one_task_is_open_per_key_and_may_open_again_when_closed(stores: Stores):
    case = await settled(stores)
    await stores.uow.save(case, [OpenTask("call", "k", NOON, "note"), OpenTask("call", "k", NOON)])
    before = await count(stores, tasks)

    await stores.uow.save(await known(stores), [CloseTask("k", LATER, "ann"), OpenTask("call", "k", LATER)])

    assert (before, await count(stores, tasks)) == (1, 2)


async def test_a_task_is_finished_with_its_reason(stores: Stores):
    case = await settled(stores)
    await stores.uow.save(case, [OpenTask("call", "k", NOON)])
    row_id = await stores.database.read(lambda conn: conn.scalar(select(tasks.c.id)))

    await stores.uow.save(await known(stores), [FinishTask(row_id, LATER, "ann", "called")])

    assert await count(stores, tasks, tasks.c.closing_note.is_not(None)) == 1


async def test_a_merge_is_undone_once(stores: Stores):
    kept = await settled(stores, address="a")
    case = await settled(stores, address="b")
    await stores.uow.save(case, [MergePatients("m-1", kept.patient.id, NOON, "ann")])
    undo = UnmergePatients("m-1", LATER, "ann")

    await stores.uow.save(await known(stores, "b"), [undo])

    with pytest.raises(ConcurrentUpdate):
        await stores.uow.save(await known(stores, "b"), [undo])
    assert await count(stores, patients, patients.c.merged_into.is_not(None)) == 0
    assert await count(stores, merges) == 1


async def test_acts_are_numbered_in_their_order(stores: Stores):
    case = await settled(stores)

    await stores.uow.save(case, [Audit("ann", act, case.patient.id, NOON) for act in ("read", "export")])

    acts = await stores.database.read(lambda conn: conn.scalars(select(audit.c.action).order_by("seq")).all())
    assert acts == ["read", "export"]


async def test_an_invitation_is_spent_once(stores: Stores):
    case = await settled(stores)
    key = await stores.clinics.key(CLINIC)
    await stores.database.write(
        lambda conn: add_invitation(
            conn, stores.vault, key, "secret", created_by="ann", now=NOON, patient=case.patient.id
        )
    )
    invited = await stores.uow.invited(CLINIC, "secret", now_system=NOON)
    await stores.uow.save(case, [SpendInvitation("secret", NOON)])

    with pytest.raises(ConcurrentUpdate):
        await stores.uow.save(await known(stores), [SpendInvitation("secret", NOON)])
    assert invited == Invited(case.patient.id)
    assert await stores.uow.invited(CLINIC, "secret", now_system=NOON) is None


async def test_an_invitation_that_ran_out_invites_nobody(stores: Stores):
    case = await settled(stores)
    key = await stores.clinics.key(CLINIC)
    await stores.database.write(
        lambda conn: add_invitation(
            conn,
            stores.vault,
            key,
            "secret",
            created_by="ann",
            now=NOON,
            patient=case.patient.id,
            expires_at=NOON,
        )
    )

    assert await stores.uow.invited(CLINIC, "secret", now_system=NOON) is None
