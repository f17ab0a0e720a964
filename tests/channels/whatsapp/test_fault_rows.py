"""Every row of the table of errors (channels.md 3.11), as the Graph API says it over HTTP."""

import pytest

from bot.channels.whatsapp.faults import CODES, Action
from handlers.errors import (
    AccountFault,
    ContactGone,
    NotToday,
    SendError,
    SendLater,
    SendRejected,
    TemplateRefused,
    WindowClosed,
)
from tests.channels.whatsapp.webhooks import outbound

MEANS = {
    Action.WAIT: (SendLater, True),
    Action.RETRY: (SendLater, False),
    Action.TEMPLATE_INSTEAD: (WindowClosed, False),
    Action.NEVER: (SendRejected, False),
    Action.TOMORROW: (NotToday, False),
    Action.GONE: (ContactGone, False),
    Action.TEMPLATE_DEFECT: (TemplateRefused, False),
    Action.ACCOUNT: (AccountFault, False),
}
ROWS = [(action, code) for action, codes in CODES for code in codes if code not in range(202, 299)]


@pytest.mark.parametrize("action", MEANS)
async def test_each_code_of_the_table_has_its_one_action(channel, provider, action):
    await provider.whatsapp_patient().say("hello")
    codes = [code for known, code in ROWS if known is action]
    await provider.faults(*(f"400:{code}" for code in codes), method="messages")
    told = []
    for _ in codes:
        with pytest.raises(SendError) as caught:
            await channel.send(outbound())
        told.append((type(caught.value), caught.value.code, caught.value.free))

    kind, free = MEANS[action]
    assert told == [(kind, str(code), free) for code in codes]


def test_every_action_but_doubt_has_a_row():
    assert {action for action, _ in CODES} == set(Action) - {Action.DOUBT}
