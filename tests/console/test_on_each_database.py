from datetime import timedelta

from bot.console.access import Role
from handlers.core.case import Case
from handlers.core.changes import CloseFlag, FinishTask, Level, MergePatients
from tests.console.house import CLINIC
from tests.console.record import anna, intake, treated
from tests.console.samples import NOW


async def test_a_record_is_read_whole(house_on_each):
    await house_on_each.add(anna(), *intake(), *treated())

    record = await house_on_each.views.record(CLINIC, anna().id)

    assert [record.patient.name, len(record.responses[0].history), len(record.follow_ups)] == [
        "Anna Maria Rossi",
        1,
        3,
    ]


async def test_the_last_heard_of_stands_first_and_the_silent_last(house_on_each):
    house = house_on_each
    await house.add(anna("p1", "YR-1"))
    await house.add(anna("p2", "YR-2"), *intake("p2"), *treated("p2"))
    update = "UPDATE contact_points SET last_heard_at = NULL WHERE patient_id = 'p1'"
    await house.database.write(lambda conn: conn.exec_driver_sql(update))

    page = await house.views.patients(CLINIC, code="", offset=0, limit=1)

    assert (page.total, [row.code for row in page.rows]) == (2, ["YR-2"])
    assert (page.rows[0].flags, page.rows[0].next_step) == ({Level.LIKELY_NO: 1}, "M1")


async def test_a_search_takes_its_signs_as_they_are(house_on_each):
    await house_on_each.add(anna("p1", "YR-1"))

    page = await house_on_each.views.patients(CLINIC, code="%", offset=0, limit=5)

    assert page.total == 0


async def test_what_staff_close_is_kept_with_name_and_reason(house_on_each):
    house = house_on_each
    case: Case = await house.add(anna(), *intake())
    open_before = await house.views.record(CLINIC, case.patient.id)
    await house.uow.save(
        case,
        [
            CloseFlag(open_before.flags[0].id, NOW, "s1", "seen"),
            FinishTask(open_before.tasks[0].id, NOW, "s1", "done"),
        ],
    )

    record = await house.views.record(CLINIC, case.patient.id)

    assert (record.flags[0].reason, record.tasks[0].reason) == ("seen", "done")
    assert [task.closed_at for task in record.tasks] == [NOW]


async def test_merged_records_are_told_once(house_on_each):
    house = house_on_each
    kept = await house.add(anna("p1", "YR-1"))
    merged = await house.add(anna("p2", "YR-2"))
    await house.uow.save(merged, [MergePatients("m1", kept.patient.id, NOW, "s1")])

    [merge] = await house.views.merges(CLINIC)

    assert (merge.patient.code, merge.into.code) == ("YR-2", "YR-1")
    assert await house.views.duplicates(CLINIC) == ()


async def test_a_link_is_spent_by_one_of_two(house_on_each):
    token = await house_on_each.link_for(Role.DOCTOR)

    spent = [await house_on_each.staff.spend_link(CLINIC, token, now_system=NOW) for _ in range(2)]

    assert [one is None for one in spent] == [False, True]


async def test_a_session_that_is_used_lives_on(house_on_each):
    house = house_on_each
    browser = await house.signed_in(Role.COORDINATOR)
    for _ in range(3):
        house.clocks.system += timedelta(minutes=20)
        answer = await browser.get("/console/")

    assert answer.status_code == 200


async def test_the_next_check_in_of_anybody_is_found(house_on_each):
    house = house_on_each
    await house.add(anna(), *treated())

    due = await house.views.next_due(CLINIC, after=NOW)

    assert due == (await house.views.record(CLINIC, anna().id)).follow_ups[0].due_at
