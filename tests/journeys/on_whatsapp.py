"""Somebody with WhatsApp, on the fake provider."""

import base64
from urllib.parse import parse_qs, urlsplit

from tests.journeys.people import Heard, Person, Tapable

PICKED = "✓ "
PATIENCE = 2


class OnWhatsApp(Person):
    """One person's chat with the clinic's number."""

    channel = "whatsapp"

    def __init__(self, provider, phone):
        super().__init__()
        self.provider = provider
        self.who = {"phone": phone, "user_id": f"US.{phone}", "name": "Patient"}
        self._newest = 0

    async def arrives(self, invitation):
        """Open the invitation's link and send the words that it has typed for them."""
        await self._say(parse_qs(urlsplit(invitation).query)["text"][0])

    async def _say(self, text):
        await self.provider.whatsapp("say", who=self.who, text=text)

    async def _tap(self, button):
        await self.provider.whatsapp("tap", who=self.who, data=button.data, wamid=button.message)

    async def _send(self, name, mime, content):
        kind = mime.partition("/")[0]
        kind = kind if kind in {"image", "audio"} else "document"
        sent = {"name": name} if kind == "document" else {}
        coded = base64.b64encode(content).decode()
        await self.provider.whatsapp("file", who=self.who, content=coded, kind=kind, mime=mime, **sent)

    async def _news(self):
        said = await self.provider.whatsapp_messages(self.who, after=self._newest, wait=PATIENCE)
        self._newest = max((message["n"] for message in said), default=self._newest)
        return [_heard(message) for message in said if message["ours"]]


def _heard(message):
    picked = {row["id"] for row in _rows(message["body"]) if row.get("description", "").startswith(PICKED[0])}
    buttons = tuple(
        Tapable(
            label.removeprefix(PICKED), data, label.startswith(PICKED) or data in picked, message["wamid"]
        )
        for label, data in message["buttons"]
    )
    return Heard(message["n"], message["text"], buttons)


def _rows(body):
    sections = body.get("interactive", {}).get("action", {}).get("sections", [])
    return [row for section in sections for row in section["rows"]]
