"""Somebody with Telegram, on the fake provider."""

from itertools import chain

from tests.journeys.people import Heard, Person, Tapable

PICKED = "✓ "
PATIENCE = 2

KINDS = {"image": "photo", "audio": "voice"}


class OnTelegram(Person):
    """One private chat with the clinic's bot."""

    channel = "telegram"

    def __init__(self, provider, chat, *, language="de"):
        """`language` is that of their app; one that we do not speak is asked for."""
        super().__init__()
        self.language = language
        self.provider = provider
        self.chat = chat
        self._newest = 0

    async def arrives(self, invitation):
        """Open the invitation's link: Telegram sends /start with its code."""
        await self._say(f"/start {invitation.rpartition('=')[2]}".strip())

    async def _say(self, text):
        await self.provider.say(self.chat, text, language=self.language)

    async def _tap(self, button):
        await self.provider.tap(self.chat, data=button.data, message_id=button.message)

    async def _send(self, name, mime, content):
        kind = KINDS.get(mime.partition("/")[0], "document")
        await self.provider.send_file(self.chat, content, kind=kind, name=name, mime=mime)

    async def _news(self):
        said = await self.provider.messages(self.chat, after=self._newest, wait=PATIENCE)
        self._newest = max((message["message_id"] for message in said), default=self._newest)
        return [_heard(message) for message in said if message["from"]["is_bot"]]


def _heard(message):
    rows = message.get("reply_markup", {}).get("inline_keyboard", [])
    number = message["message_id"]
    buttons = tuple(
        Tapable(
            key["text"].removeprefix(PICKED), key["callback_data"], key["text"].startswith(PICKED), number
        )
        for key in chain(*rows)
        if "callback_data" in key
    )
    return Heard(number, message.get("text", ""), buttons)
