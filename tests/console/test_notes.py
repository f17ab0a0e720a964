"""What staff write for each other: sealed, noted without its words, and gone with the record."""

import pytest
from sqlalchemy import select

from bot.console.access import Role
from handlers.core.values import PatientId
from storage.erasure.rows import erase_rows
from storage.tables import staff_notes, tags
from tests.console.house import CLINIC
from tests.console.record import anna
from tests.console.samples import NOW
from tests.console.test_pages import PAGE, words_of


@pytest.fixture
async def coordinator(house):
    await house.add(anna())
    return await house.signed_in(Role.COORDINATOR)


async def beside(house):
    return await house.console().notes.of(CLINIC, PatientId("p1"))


async def test_a_note_and_a_tag_stand_on_the_patients_page_and_say_nothing_in_the_record_of_acts(
    house, coordinator
):
    await coordinator.post(f"{PAGE}/notes", data={"text": "Son speaks Japanese."})
    await coordinator.post(f"{PAGE}/tags", data={"name": "needs  interpreter"})

    shown = words_of(await coordinator.get(PAGE))

    assert "Son speaks Japanese." in shown
    assert "needs interpreter" in shown
    assert {("note.write", "p1"), ("tag.add", "p1")} <= set(await house.acts())


async def test_a_clinics_tags_are_few_whatever_their_case_and_come_off_again(house, coordinator):
    await house.add(anna("p2", "YR-3000"))
    for patient, name in (("p1", "VIP"), ("p2", "vip"), ("p1", "Late")):
        await coordinator.post(f"/console/patients/{patient}/tags", data={"name": name})
    first = (await beside(house)).tags

    await coordinator.post(f"{PAGE}/tags/off", data={"tag": first[0].id})

    assert [tag.name for tag in first] == ["Late", "VIP"]
    assert [tag.name for tag in (await beside(house)).others] == ["Late"]


async def test_they_lie_sealed_and_are_erased_with_the_record(house_on_each):
    house = house_on_each
    await house.add(anna())
    await (await house.signed_in(Role.NURSE)).post(f"{PAGE}/notes", data={"text": "Son speaks Japanese."})
    await (await house.signed_in(Role.NURSE)).post(f"{PAGE}/tags", data={"name": "VIP"})

    kept = await house.database.read(
        lambda conn: [*conn.scalars(select(staff_notes.c.note)), *conn.scalars(select(tags.c.name))]
    )
    owner = await house.clinics.key(CLINIC)
    await house.database.write(lambda conn: erase_rows(conn, house.vault, owner, "p1", now=NOW, by="cli"))

    assert not any(b"Son" in one or b"VIP" in one for one in kept)
    assert await house.database.read(lambda conn: conn.execute(select(staff_notes)).all()) == []


@pytest.mark.parametrize("path", ["notes", "tags", "tags/off"])
async def test_an_auditor_writes_none(house, path):
    house.demo = False
    await house.add(anna())

    answer = await (await house.signed_in(Role.AUDITOR)).post(
        f"{PAGE}/{path}", data={"text": "x", "name": "x", "tag": "x"}
    )

    assert answer.status_code == 403
