"""Notes and tags by programs: the same that staff write and read."""

from bot.api.scopes import Scope
from tests.api.test_what_programs_do import acts
from tests.console.record import anna


async def test_a_program_writes_and_reads_notes_and_tags(office):
    await office.house.add(anna())
    program = await office.program(Scope.NOTES_READ, Scope.NOTES_WRITE)

    await program.post("/patients/p1/notes", json={"text": " Called. "})
    for _ in range(2):
        await program.post("/patients/p1/tags", json={"name": "wheel  chair"})

    told = (await program.get("/patients/p1/notes")).json()
    assert [(one["text"], one["by"]) for one in told["notes"]] == [("Called.", "api:t1")]
    assert [one["name"] for one in told["tags"]] == ["wheel chair"]
    assert {("api:t1", one) for one in ("note.write", "tag.add", "notes.read")} <= set(await acts(office))


async def test_a_tag_is_taken_off_once(office):
    await office.house.add(anna())
    program = await office.program(Scope.NOTES_READ, Scope.NOTES_WRITE)
    await program.post("/patients/p1/tags", json={"name": "vip"})
    [tag] = (await program.get("/patients/p1/notes")).json()["tags"]

    ended = [(await program.delete(f"/patients/p1/tags/{tag['id']}")).status_code for _ in range(2)]

    assert ended == [204, 404]
    assert ("api:t1", "tag.off") in await acts(office)
    assert (await program.get("/patients/p1/notes")).json()["others"] == [tag]


async def test_reading_is_not_writing_and_nobody_is_nobody(office):
    await office.house.add(anna())
    program = await office.program(Scope.NOTES_READ)

    assert (await program.post("/patients/p1/notes", json={"text": "x"})).status_code == 403
    assert (await program.get("/patients/nobody/notes")).status_code == 404
