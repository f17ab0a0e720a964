"""What the web page gives out opens again after a new master key."""

import base64

from bot.channels.web.tokens import LinkKind
from bot.demo import demo_settings, make_clinic
from bot.foundation import foundation
from bot.front_chat import make_web_chat, with_files_page
from handlers.core.values import ChannelKind, ContactPoint
from storage.rotation import Rotation

OLD, NEW = (base64.b64encode(letter * 32).decode() for letter in (b"o", b"n"))
POINT = ContactPoint(ChannelKind.TELEGRAM, "main", "4711")


def under(folder, *keys):
    return foundation(demo_settings({"YORISOI_MASTER_KEY": " ".join(keys)}, folder))


async def test_a_link_to_the_page_for_files_outlives_the_master_key_it_was_made_under(tmp_path):
    async with under(tmp_path, OLD) as base:
        await make_clinic(base)
        link = (await with_files_page(base)).around.files_page(POINT)
    async with under(tmp_path, NEW, OLD) as base:
        await Rotation(base.stores.database, base.stores.vault, base.stores.clinics).run()

    async with under(tmp_path, NEW) as base:
        chat = await make_web_chat(base, "Sample Clinic")
        found = chat.tokens.read(LinkKind.UPLOAD, link.rpartition("/")[2])

    assert found.address.endswith("4711")
