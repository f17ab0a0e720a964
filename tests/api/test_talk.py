"""A person in the chat, behind a program; links for people; where check-ins come first."""

from dataclasses import replace

import pytest

from bot.api.scopes import Scope
from handlers.core.changes import AddContact
from handlers.core.values import ContactId, Purpose
from tests.api.test_what_programs_do import acts
from tests.console.house import CLINIC
from tests.console.record import anna, intake

TALK = "/patients/p1/talk"
LETTER = {"contact": "c-p1", "text": "We have a date.", "message": "m1"}


@pytest.fixture
async def program(office):
    await office.house.add(anna(purposes=frozenset({Purpose.HEALTH, Purpose.MESSAGES})), *intake())
    return await office.program(Scope.TALK_WRITE, Scope.INVITATIONS_WRITE, Scope.PLAN_WRITE)


async def sent(office):
    return [one.text for one in await office.house.views.messages(CLINIC, anna().id) if one.by_staff]


async def test_a_chat_is_taken_written_in_once_and_handed_back(program, office):
    await program.post(f"{TALK}/take", json={"name": "Yuki"})
    told = (await program.get(TALK)).json()
    for _ in range(2):
        assert (await program.post(f"{TALK}/write", json=LETTER)).status_code == 204
    await program.post(f"{TALK}/back")

    assert (told["name"], told["mine"], told["places"][0]["contact"]) == ("Yuki", True, "c-p1")
    assert sum("We have a date." in text for text in await sent(office)) == 1
    assert (await program.get(TALK)).json()["name"] == ""
    assert {("api:t1", "talk.read"), ("api:t1", "talk.back")} <= set(await acts(office))


@pytest.mark.parametrize(("act", "body"), [("write", LETTER), ("back", None)])
async def test_nobody_writes_in_a_chat_that_is_not_theirs(program, office, act, body):
    answer = await program.post(f"{TALK}/{act}", json=body)

    assert (answer.status_code, answer.json()["code"], await sent(office)) == (409, "not-yours", [])
    assert (await program.post(f"/patients/nobody/talk/{act}", json=body)).status_code == 404


async def test_a_promise_never_leaves(program, office):
    await program.post(f"{TALK}/take", json={"name": "Yuki"})
    promise = LETTER | {"text": "This will cure you.", "sure": True}

    answer = await program.post(f"{TALK}/write", json=promise)

    assert (answer.status_code, answer.json()["code"]) == (422, "wording-stops")
    assert ("cure" in answer.text, any("cure" in text for text in await sent(office))) == (False, False)


@pytest.mark.parametrize("kind", ["helper", "again"])
async def test_a_link_for_a_patients_people_is_given_once(program, office, kind):
    answer = await program.post("/patients/p1/invitations", json={"kind": kind})

    assert (answer.status_code, answer.json()[0]["channel"]) == (201, "web")
    assert (await program.post("/patients/nobody/invitations", json={"kind": kind})).status_code == 404
    assert (await acts(office))[0] == ("api:t1", f"invite.{kind}")


async def test_check_ins_come_first_where_staff_say(program, office):
    case = await office.house.uow.case_of(CLINIC, "p1")
    point = replace(case.contact.point, address="another")
    await office.house.uow.save(case, [AddContact(replace(case.contact, id=ContactId("c2"), point=point))])

    chosen = [
        (await program.post("/patients/p1/place", json={"contact": one})).status_code
        for one in ("c2", "c2", "none")
    ]

    assert ("api:t1", "patient.place") in await acts(office)
    case = await office.house.uow.case_of(CLINIC, "p1")
    assert (chosen, [one.id for one in case.people() if one.preferred]) == ([204, 204, 404], ["c2"])
