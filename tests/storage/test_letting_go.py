"""What was held goes by itself once its reason has ended, in its order; what makes no sense is closed."""

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select, update

from handlers.core.buttons import answer_data
from handlers.core.case import FollowUpState
from handlers.core.changes import AddPatient, CancelQueued, FreeHeld, LetGo, OpenTask, PlanFollowUps
from handlers.core.held import IN_ORDER, Way, marks
from handlers.core.messages import Body, Button, Lane
from handlers.core.ramp import AT_ONCE
from handlers.core.talk import Person, Talk
from handlers.core.values import ChannelKind
from handlers.held_sends import HeldSends
from storage.freeing import WaitingSends
from storage.stores import Stores
from storage.tables import contact_points, outbox, tasks
from tests.handlers.desk import StillClock, surroundings
from tests.storage.samples import NOON, count, follow_up, message, newcomer

OPEN, SHUT = Way(words=True, templates=True), Way()
CLOSED = Way(templates=True)
LONG_AGO = NOON - timedelta(days=8)


async def held(stores: Stores, *rows: dict, code: str = "window-closed", state=FollowUpState.IN_PROGRESS):
    """Keep messages that are held for this reason, with a task each; a follow-up stands beside them."""
    case = newcomer("12025550143", ChannelKind.WHATSAPP)
    sent = [message(case, f"o-{n}", f"words {n}", **row) for n, row in enumerate(rows or ({},), 1)]
    stand = [OpenTask("window-closed", f"window-closed:{one.id}", NOON) for one in sent]
    plan = PlanFollowUps((follow_up(case, state=state),))
    await stores.uow.save(case, [AddPatient(case.patient, case.contact), plan, *sent, *stand])
    await stores.database.write(
        lambda conn: conn.execute(update(outbox).values(state="held", code=code, holder="somebody"))
    )
    return await stores.uow.case_of(case.clinic.id, case.patient.id)


async def states(stores: Stores) -> list[str]:
    query = select(outbox.c.state, outbox.c.code).order_by(outbox.c.seq)
    return [
        f"{row.state} {row.code}".strip()
        for row in await stores.database.read(lambda c: c.execute(query).all())
    ]


async def free(stores: Stores, case, way=OPEN, said=()) -> list[str]:
    await stores.uow.save(case, [FreeHeld(case.contact.id, NOON, way, frozenset(said))])
    return await states(stores)


@pytest.mark.parametrize(
    ("code", "account", "after"),
    [
        ("132015", "main", IN_ORDER),
        ("template-stopped", "main", IN_ORDER),
        ("window-closed", "main", "window-closed"),
        ("131047", "main", "131047"),
        ("132015", "another", "132015"),
    ],
)
async def test_only_what_was_held_for_a_template_of_this_account_is_marked_as_free(
    stores: Stores, code, account, after
):
    await held(stores, code=code)
    await stores.database.write(lambda conn: conn.execute(update(outbox).values(account=account)))

    await stores.uow.save(newcomer("news", ChannelKind.WHATSAPP), [LetGo(NOON)])

    assert await states(stores) == [f"held {after}"]


@pytest.mark.parametrize(
    ("code", "way", "after"),
    [
        ("window-closed", OPEN, "queued"),
        ("132015", OPEN, "queued"),
        ("window-closed", CLOSED, "held window-closed"),
        ("132015", CLOSED, "held 132015"),
        (IN_ORDER, CLOSED, "queued"),
        (IN_ORDER, SHUT, f"held {IN_ORDER}"),
        ("window-closed", Way(words=True, staff_only=True), "held window-closed"),
    ],
)
async def test_a_held_message_goes_where_its_way_is_free_and_its_task_goes_with_it(stores, code, way, after):
    case = await held(stores, code=code)

    assert await free(stores, case, way) == [after]
    assert await count(stores, tasks, tasks.c.closed_at.is_(None)) == (after != "queued")


@pytest.mark.parametrize(
    ("row", "state", "after"),
    [
        ({"expires_at": NOON - timedelta(hours=1)}, "in-progress", "queued"),
        ({"follow_up": "f-1"}, "missed", "cancelled over"),
        ({"follow_up": "f-1"}, "in-progress", "held window-closed"),
        ({"not_before": LONG_AGO}, "in-progress", "expired too-old"),
        ({"not_before": LONG_AGO, "lane": Lane.STAFF}, "in-progress", "held window-closed"),
    ],
)
async def test_what_is_over_ends_although_nothing_may_leave(stores: Stores, row, state, after):
    case = await held(stores, row, state=FollowUpState(state))

    assert await free(stores, case, SHUT) == [after]
    kinds = await stores.database.read(
        lambda c: c.scalars(select(tasks.c.kind).where(tasks.c.closed_at.is_(None))).all()
    )
    assert kinds == {"expired too-old": ["expired"], "held window-closed": ["window-closed"]}.get(after, [])


async def test_what_a_template_held_goes_to_a_few_people_at_each_look(stores: Stores):
    for n in range(2 * AT_ONCE + 1):
        case = newcomer(f"1202555{n:04}", ChannelKind.WHATSAPP)
        contact = replace(case.contact, window_closes_at=NOON + timedelta(days=1))
        # With the first ones a person is talking: what waits there must not keep back all behind them.
        talk = Talk(Person("s", "Aoi", NOON), NOON) if n < AT_ONCE else Talk()
        row = message(case, f"o-{n:02}")
        patient = replace(case.patient, talk=talk)
        await stores.uow.save(case, [AddPatient(patient, contact), row])
    await stores.database.write(
        lambda conn: conn.execute(update(outbox).values(state="held", code=IN_ORDER, holder="somebody"))
    )
    looks = HeldSends(stores.uow, surroundings(StillClock(NOON)).world, WaitingSends(stores.database))

    gone = []
    for _ in range(3):
        await looks.let_go(NOON)
        gone.append((await states(stores)).count("queued"))

    assert gone == [AT_ONCE, AT_ONCE + 1, AT_ONCE + 1]


async def test_of_an_opening_and_its_reminders_that_all_waited_only_the_newest_goes(stores: Stores):
    case = await held(stores, *[{"follow_up": "f-1"}] * 3, {})

    assert await free(stores, case) == ["cancelled overtaken", "cancelled overtaken", "queued", "queued"]


async def test_a_question_that_is_asked_anew_in_this_moment_is_not_asked_twice(stores: Stores):
    body = Body("Do you smoke?", (Button(answer_data("r-1", 2, (), "0"), "Yes"),))
    case = await held(stores)
    again = marks(Body("words 1"))

    assert marks(body) == {"q:r-1:2:()"}
    assert await free(stores, case, said=again) == ["cancelled overtaken"]


async def test_an_opening_goes_no_more_whose_reminder_has_left_meanwhile(stores: Stores):
    case = await held(stores, *[{"follow_up": "f-1"}] * 2)
    sent = update(outbox).where(outbox.c.id == "o-2").values(state="delivered", code="")
    await stores.database.write(lambda conn: conn.execute(sent))

    assert await free(stores, case) == ["cancelled overtaken", "delivered"]


@pytest.mark.parametrize(("before", "after"), [("Europe/Berlin", "Asia/Tokyo"), ("", "")])
async def test_quiet_hours_hold_where_the_patient_is_by_now(stores: Stores, before, after):
    case = await held(stores, {"quiet_zone": before})

    await stores.uow.save(case, [FreeHeld(case.contact.id, NOON, OPEN, zone="Asia/Tokyo")])

    assert await stores.database.read(lambda conn: conn.scalar(select(outbox.c.quiet_zone))) == after


async def test_what_was_stopped_while_it_was_held_is_closed_with_its_task_and_never_goes(stores: Stores):
    case = await held(stores)

    await stores.uow.save(case, [CancelQueued(None, "stopped", at=NOON)])

    assert await free(stores, case) == ["cancelled stopped"]
    assert await count(stores, tasks, tasks.c.closed_at.is_(None)) == 0


@pytest.mark.parametrize(
    ("closes", "code", "row", "found"),
    [
        (NOON + timedelta(hours=1), "window-closed", {}, [False]),
        (NOON, "window-closed", {}, []),
        (None, IN_ORDER, {}, [False]),
        (None, "132015", {"expires_at": NOON - timedelta(hours=1)}, [True]),
        (None, "132015", {"not_before": LONG_AGO}, [True]),
    ],
)
async def test_the_look_finds_what_may_go_or_must_end_and_nothing_else(
    stores: Stores, closes, code, row, found
):
    await held(stores, row, code=code)
    await stores.database.write(
        lambda conn: conn.execute(update(contact_points).values(window_closes_at=closes))
    )

    assert [one.is_over for one in await WaitingSends(stores.database)(NOON)] == found
