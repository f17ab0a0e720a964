"""A message of ours that has not left says why, on the patient's page: it waits, or it was not sent."""

import pytest
from sqlalchemy import update

from bot.console.access import Role
from storage.tables import outbox
from tests.console.house import CLINIC
from tests.console.record import anna
from tests.console.samples import NOW
from tests.console.test_pages import words_of
from tests.storage.samples import message


@pytest.mark.parametrize(
    ("state", "code", "said"),
    [
        ("held", "window-closed", "It goes by itself as soon as the patient writes."),
        ("held", "132015", "as soon as the template is approved again"),
        ("held", "template-in-order", "Its template is in order again"),
        ("cancelled", "overtaken", "Not sent, because a newer message says the same."),
        ("cancelled", "over", "Not sent, because what it was about has been answered or is over."),
        ("cancelled", "stopped:died", "Not sent, because it was called off."),
        ("expired", "too-old", "Not sent, because it had waited for more than seven days."),
        ("sent", "", ""),
    ],
)
async def test_the_patients_page_says_why_a_message_has_not_left(house, state, code, said):
    await house.add(anna())
    case = await house.uow.case_of(CLINIC, "p1")
    await house.uow.save(case, [message(case, text="Good morning", not_before=NOW)])
    is_so = update(outbox).values(state=state, code=code)
    await house.database.write(lambda conn: conn.execute(is_so))

    shown = words_of(await (await house.signed_in(Role.DOCTOR)).get("/console/patients/p1"))

    assert "Good morning" in shown
    assert said in shown if said else "Not sent, because" not in shown
