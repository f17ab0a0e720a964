"""Roles that change, and members who come back."""

import asyncio

import pytest

from bot.console.access import Role
from storage.staff import ADMINISTRATOR, Member
from tests.console.at_the_door import EMAIL, is_in, link_again, sign_in, strict, with_all, with_app
from tests.console.house import CLINIC
from tests.console.test_pages import words_of

BOSS = "admin@clinic.example"


async def met(house, role=Role.NURSE):
    """Return a member with everything set up and signed in nowhere, an administrator, and the member."""
    nurse, *_ = await with_all(strict(house), role)
    boss, *_ = await with_app(house, email=BOSS)
    return nurse, boss, await house.staff.by_email(CLINIC, EMAIL)


async def test_an_administrator_changes_a_role_which_ends_the_members_sessions(house):
    nurse, *_ = await with_app(strict(house), Role.NURSE)
    boss, *_ = await with_app(house, email=BOSS)
    member = await house.staff.by_email(CLINIC, EMAIL)

    answer = await boss.post(f"/console/staff/{member.id}/role", data={"role": "doctor"})

    assert answer.status_code == 303
    assert not await is_in(nurse)
    assert (await house.staff.by_email(CLINIC, EMAIL)).role == Role.DOCTOR
    assert ("staff.role.doctor", member.id) in await house.acts()


async def test_nobody_changes_their_own_role(house):
    boss, *_ = await with_app(strict(house), email=BOSS)
    member = await house.staff.by_email(CLINIC, BOSS)

    answer = await boss.post(f"/console/staff/{member.id}/role", data={"role": "nurse"})

    assert (answer.status_code, "Nobody changes their own role" in answer.text) == (400, True)
    assert (await house.staff.by_email(CLINIC, BOSS)).role == Role.ADMINISTRATOR


async def test_a_role_that_there_is_not_is_refused(house):
    _, boss, member = await met(house)

    assert (await boss.post(f"/console/staff/{member.id}/role", data={"role": "owner"})).status_code in {
        400,
        422,
    }


@pytest.mark.parametrize("how", ["disable", "role"])
async def test_a_clinic_keeps_an_administrator_whatever_two_do_to_each_other_at_once(house_on_each, how):
    staff, ids = house_on_each.staff, ("a1", "a2")
    for one in ids:
        new = Member(one, one, f"{one}@clinic.example", ADMINISTRATOR)
        await staff.add(CLINIC, new, now_system=house_on_each.clocks.system)

    def act(one):
        return staff.disable(CLINIC, one) if how == "disable" else staff.change_role(CLINIC, one, "nurse")

    assert sorted(await asyncio.gather(*map(act, ids))) == [False, True]
    assert [one.role for one in await staff.members(CLINIC)].count(ADMINISTRATOR) == 1


async def test_a_former_member_is_shown_and_comes_back_by_a_link_alone(house):
    nurse, boss, member = await met(house)
    old = await link_again(house)
    await boss.post(f"/console/staff/{member.id}/disable")
    before = words_of(await boss.get("/console/staff"))

    page = await boss.post(f"/console/staff/{member.id}/enable")

    back = await house.staff.by_email(CLINIC, EMAIL)
    assert ("Let in no more" in before, "/console/enter/" in page.text) == (True, True)
    assert (back.role, back.has_password, back.has_app) == (Role.NURSE, False, False)
    assert await house.door.passkeys.of(CLINIC, member.id) == []
    assert ((await sign_in(nurse)).status_code, (await nurse.post(old)).status_code) == (401, 410)
    assert ("staff.enable", member.id) in await house.acts()


async def test_who_came_back_sets_up_a_second_step_anew(house):
    _, boss, member = await met(house)
    await boss.post(f"/console/staff/{member.id}/disable")
    await boss.post(f"/console/staff/{member.id}/enable")

    answer = await house.browser().post(await link_again(house))

    assert answer.headers["location"] == "/console/authenticator"


async def test_who_is_there_already_is_not_let_in_again(house):
    _, boss, member = await met(house)

    assert (await boss.post(f"/console/staff/{member.id}/enable")).status_code == 404
