"""Updates of every kind that Telegram documents (channels.md 2.3): what is mutated."""

from tests.channels.telegram import updates as made
from tests.fuzz.whatsapp import TAPS, WORDS

_HERE = {"latitude": 1.0, "longitude": 2.0}

BODIES = (
    *(made.message(text=words) for words in WORDS),
    made.message(text="/start inv_7Qm2xAAA", entities=[{"type": "bot_command", "offset": 0, "length": 6}]),
    *(made.tap(data=data) for data in TAPS),
    made.edit(text="corrected"),
    made.message(photo=made.PHOTO, caption="a paper", media_group_id="g1"),
    made.message(document=made.DOCUMENT),
    made.message(voice=made.VOICE),
    made.message(sticker={"file_id": "x"}),
    made.message(location=_HERE),
    made.message(contact={"phone_number": "+12025550143"}),
    made.message(poll={"id": "1", "options": []}),
    made.message(text="hi", chat=made.GROUP),
    made.message(text="hi", chat=made.CHANNEL),
    *(made.membership(status) for status in ("kicked", "member", "left")),
    {"update_id": 7, "message_reaction": {"chat": made.private()}},
)
