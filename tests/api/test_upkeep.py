"""Cases, duplicates and what is stuck, by programs: the use cases of the console, named by ids alone."""

from bot.api.scopes import Scope
from tests.api.test_what_programs_do import NAMES, acts
from tests.console.house import CLINIC
from tests.console.record import anna, intake


async def test_a_case_is_opened_once_and_written_into(office):
    await office.house.add(anna(), *intake())
    program = await office.program(Scope.CASES_WRITE, Scope.PATIENTS_READ)

    opened = [(await program.post("/patients/p1/cases")).json()["id"] for _ in range(2)]
    noted = await program.post(f"/cases/{opened[0]}/notes", json={"kind": "call", "text": "A bruise"})

    event = await office.house.console().alert_views.event(CLINIC, opened[0])
    assert (len(set(opened)), noted.status_code) == (1, 204)
    assert ("call", "A bruise") in {(line.kind, line.text) for line in event.log}
    assert [one["id"] for one in (await program.get("/cases")).json()] == [opened[0]]
    assert {("api:t1", one) for one in ("event.open", "event.note", "events.read")} <= set(await acts(office))
    assert (await program.post("/cases/none/notes", json={"text": "A bruise"})).status_code == 404


async def test_records_are_merged_and_let_apart_without_a_name(office):
    await office.house.add(anna(), *intake())
    await office.house.add(anna("p2", "YR-2"))
    program = await office.program(Scope.MERGE_WRITE)

    listed = await program.get("/duplicates")
    done = [
        (await program.post("/patients/p2/merge", json={"into": one})).status_code for one in ("p1", "p2")
    ]
    [merge] = (await program.get("/duplicates")).json()["merges"]
    undone = [(await program.delete(f"/merges/{merge['id']}")).status_code for _ in range(2)]

    assert {("api:t1", "patient.merge"), ("api:t1", "patient.unmerge")} <= set(await acts(office))
    assert [{one["one"], one["other"]} for one in listed.json()["pairs"]] == [{"p1", "p2"}]
    assert (done, merge["patient"], merge["into"], undone) == ([204, 404], "p2", "p1", [204, 404])
    assert not [name for name in NAMES if name in listed.text]


async def test_what_is_not_stuck_is_not_found_and_the_list_is_read_in_ones_own_name(office):
    await office.house.add(anna(), *intake())
    program = await office.program(Scope.UPKEEP_WRITE)
    held = "UPDATE outbox SET state = 'held', code = '131047'"
    await office.house.database.write(lambda conn: conn.exec_driver_sql(held))

    told = (await program.get("/stuck")).json()
    released = [(await program.post("/held/o-p1/again")).status_code for _ in range(2)]

    assert ([one["id"] for one in told["held"]], told["messages"], released) == (["o-p1"], [], [204, 404])
    assert (await program.post("/stuck/messages/none/again")).status_code == 404
    assert (await program.post("/patients/p1/follow-ups/none/stuck/aside")).status_code == 404
    assert {("api:t1", "stuck.read"), ("api:t1", "stuck.held.again")} <= set(await acts(office))
