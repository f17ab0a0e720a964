"""Messages that WhatsApp did not take: seen on the page Stuck, let go by a button, audited."""

import pytest
from sqlalchemy import select, update

from bot.console.access import Role
from handlers.core.changes import OpenTask
from storage.tables import outbox
from tests.console.house import CLINIC
from tests.console.record import anna
from tests.console.samples import NOW
from tests.console.test_pages import words_of
from tests.storage.samples import message

PAGE = "/console/stuck"


@pytest.fixture
async def held(house):
    """A house in which one message is held because of its template."""
    await house.add(anna())
    case = await house.uow.case_of(CLINIC, "p1")
    task = OpenTask("template-refused", "template-refused:o-1", NOW, "132001")
    await house.uow.save(case, [message(case, not_before=NOW), task])
    hold = update(outbox).values(state="held", code="132001")
    await house.database.write(lambda conn: conn.execute(hold))
    return house


async def states(house):
    return await house.database.read(lambda conn: list(conn.scalars(select(outbox.c.state))))


@pytest.mark.parametrize("role", [Role.COORDINATOR, Role.ADMINISTRATOR])
async def test_a_held_message_goes_out_when_staff_say_so(held, role):
    browser = await held.signed_in(role)
    shown = words_of(await browser.get(PAGE))

    answer = await browser.post(f"{PAGE}/held/again", data={"item": "o-1"})

    assert "does not accept its template (code 132001)" in shown
    assert (answer.status_code, await states(held)) == (303, ["queued"])
    assert ("stuck.held.again", "p1") in await held.acts()


async def test_the_list_of_what_needs_a_person_leads_there_until_it_is_done(held):
    browser = await held.signed_in(Role.COORDINATOR)
    before = await browser.get("/console/"), await browser.get("/console/patients/p1")

    await browser.post(f"{PAGE}/held/again")

    assert all('href="/console/stuck"' in page.text.partition("<main")[2] for page in before)
    assert "does not accept its template" not in words_of(await browser.get("/console/"))


async def test_what_is_not_held_is_not_found(held):
    browser = await held.signed_in(Role.COORDINATOR)

    assert (await browser.post(f"{PAGE}/held/again", data={"item": "o-9"})).status_code == 404
