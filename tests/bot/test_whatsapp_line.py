"""WhatsApp as it is connected: what Meta told of a template is looked at before it is tried."""

from datetime import timedelta

import pytest

from bot.channels.whatsapp.vetted import STOPPED
from bot.demo import demo_settings, make_clinic
from bot.foundation import foundation
from bot.lines import connect
from handlers.core.changes import NoteNews
from handlers.core.messages import Body, Outbound, Template
from handlers.core.values import ChannelKind
from handlers.errors import SendLater, TemplateRefused
from tests.storage.samples import newcomer

CONNECTED = {
    "YORISOI_WHATSAPP_ACCESS_TOKEN": "t",
    "YORISOI_WHATSAPP_APP_SECRET": "s",
    "YORISOI_WHATSAPP_VERIFY_TOKEN": "v",
    "YORISOI_WHATSAPP_PHONE_NUMBER_ID": "1",
    "YORISOI_WHATSAPP_CONTENT": "full",
    "YORISOI_WHATSAPP_API_BASE_URL": "http://127.0.0.1:9",
}
OPENING = Body("Start?", template=Template("checkin_start_v1", "en", ("A", "B")), language="en")


@pytest.fixture
async def base(tmp_path):
    async with foundation(demo_settings(CONNECTED, tmp_path)) as base:
        await make_clinic(base)
        yield base


async def told(base, now, minutes):
    at = base.clock.now() + timedelta(minutes=minutes)
    news = NoteNews(f"n{minutes}", "checkin_start_v1", "en", "status", now, "", at)
    await base.stores.uow.save(newcomer("news", ChannelKind.WHATSAPP), [news])


async def test_a_paused_template_is_not_tried_until_it_is_in_order_again(base):
    lines = await connect(base)
    [channel] = [line.channel for line in lines.lines]
    message = Outbound("o-1", 1, "12025550143", OPENING, window_open=False)

    await told(base, "PAUSED", 1)
    with pytest.raises(TemplateRefused, match=STOPPED):
        await channel.send(message)

    await told(base, "APPROVED", 2)
    with pytest.raises(SendLater, match="not-connected"):
        await channel.send(message)
    await lines.close()
