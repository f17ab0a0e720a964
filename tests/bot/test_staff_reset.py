"""`yorisoi staff reset`: a lost phone, from the command line."""

import pytest

from bot.demo import DEFAULT_CLINIC, demo_settings, make_clinic
from bot.foundation import foundation
from bot.staff_door import FIRST, change_role, first_link, let_back, make_door, reset_link
from handlers.errors import NotFound
from storage.staff import StaffRoom


async def test_a_lost_phone_is_forgotten_and_a_link_leads_to_another(tmp_path):
    async with foundation(demo_settings({}, tmp_path)) as base:
        await make_clinic(base)
        await first_link(base)
        stores, now = base.stores, base.now_system()
        staff = StaffRoom(stores.database, stores.vault, stores.clinics)
        member = await staff.by_email(DEFAULT_CLINIC, FIRST)
        await make_door(stores).factors.learn(DEFAULT_CLINIC, member.id, "A" * 32, step=1, now_system=now)

        link = await reset_link(base, FIRST)

        assert not (await staff.by_email(DEFAULT_CLINIC, FIRST)).has_app
        token = link.rpartition("/")[2]
        assert await staff.spend_link(DEFAULT_CLINIC, token, now_system=now) == member.id
        with pytest.raises(NotFound):
            await reset_link(base, "nobody@clinic.example")


async def test_a_role_is_changed_and_a_former_member_let_in_again_from_the_command_line(tmp_path):
    async with foundation(demo_settings({}, tmp_path)) as base:
        await make_clinic(base)
        await first_link(base)
        stores, second = base.stores, "second@clinic.example"
        staff = StaffRoom(stores.database, stores.vault, stores.clinics)
        with pytest.raises(ValueError, match="last administrator"):
            await change_role(base, FIRST, "nurse")
        await first_link(base, email=second)
        await change_role(base, second, "nurse")
        member = await staff.by_email(DEFAULT_CLINIC, second)
        await staff.disable(DEFAULT_CLINIC, member.id)

        token = (await let_back(base, second)).rpartition("/")[2]

        assert member.role == "nurse"
        assert await staff.spend_link(DEFAULT_CLINIC, token, now_system=base.now_system()) == member.id
