"""Somebody whose WhatsApp carries links only: each link leads to the page in their browser."""

import re

from tests.journeys.on_the_web import OnTheWeb
from tests.journeys.on_whatsapp import OnWhatsApp
from tests.journeys.waiting import until

LINK = re.compile(r"https?://[^\s\u2069]+")


class OverLinks(OnTheWeb):
    """One person: `phone` is the chat, the rest is their browser."""

    channel = "whatsapp"

    def __init__(self, url, provider, number, *, birth_date=""):
        super().__init__(url, birth_date=birth_date)
        self.phone = OnWhatsApp(provider, number)

    async def arrives(self, invitation):
        """Open WhatsApp by the invitation, and the page by the link that comes there."""
        await self.phone.arrives(invitation)
        await self.follows("In this chat we only send you links")

    async def follows(self, words):
        """Open the link in the chat's next message that holds `words`."""
        message = await self.phone.hears(words)
        await super().arrives(LINK.search(message.text)[0])
        # Another conversation of the same person: what it says begins anew.
        self._mark = ""

    async def is_called_back(self):
        """Answer the template with a tap, open the link that it brings, and say who is there."""
        await self.phone.is_asked("waits for you on our page")
        await self.phone.taps("Start")
        await self.follows("waits for you on our page:")
        await until(self._is_asked_who, "the birth date was asked for after a month of silence")
        await self.comes_back()

    async def _is_asked_who(self):
        return 'action="/chat/identity"' in (await self.http.get("/chat/")).text
