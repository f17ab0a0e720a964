"""Who may send a test message, and where to."""

import pytest

from bot.console.access import Role


@pytest.mark.parametrize(
    ("form", "said"),
    [
        ({"channel": "whatsapp", "to": "call me"}, "type the number with its country code"),
        ({"channel": "telegram"}, "you have not linked a chat of your own yet"),
        ({"channel": "web", "to": "x"}, "this channel has no test message"),
    ],
)
async def test_a_test_needs_somewhere_to_go(house, form, said):
    browser = await house.signed_in(Role.ADMINISTRATOR)

    answer = await browser.post("/console/channels/test", data=form)

    assert answer.status_code == 400
    assert said in answer.text


async def test_a_channel_that_is_not_connected_is_no_page(house):
    browser = await house.signed_in(Role.ADMINISTRATOR)

    answer = await browser.post("/console/channels/test", data={"channel": "whatsapp", "to": "+81901234567"})

    assert answer.status_code == 404


async def test_only_an_administrator_sends_tests(house):
    browser = await house.signed_in(Role.COORDINATOR)

    assert (await browser.post("/console/channels/ask", data={"channel": "telegram"})).status_code == 403
