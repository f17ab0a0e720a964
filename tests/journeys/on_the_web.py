"""Somebody with the chat page, over HTTP as their browser would: cookies, Origin, the page's own requests."""

from uuid import uuid4

import httpx2

from tests.journeys.people import Heard, Person, Tapable

JSON = {"Accept": "application/json"}
PATIENCE = 2


class OnTheWeb(Person):
    """One browser profile."""

    channel = "web"
    unasked = frozenset({"English", "Stay in this chat"})

    def __init__(self, url, *, birth_date=""):
        super().__init__()
        self.birth_date = birth_date
        self.http = httpx2.AsyncClient(
            base_url=url, headers={"Origin": url, "Accept-Language": "en"}, follow_redirects=True, timeout=30
        )
        self._mark = ""

    async def arrives(self, invitation):
        """Open the invitation's link, which shows a button, and press it."""
        shown = await self.http.get(invitation)
        assert shown.status_code == 200, shown.text
        begun = await self.http.post(invitation)
        assert begun.url.path == "/chat/", begun.text

    async def comes_back(self):
        """Open the page; after 30 silent days it asks for the birth date first."""
        page = await self.http.get("/chat/")
        if 'action="/chat/identity"' in page.text:
            page = await self.http.post("/chat/identity", data={"birth_date": self.birth_date})
        assert 'id="log"' in page.text, page.text

    async def close(self):
        await self.http.aclose()

    async def _say(self, text):
        await self._post({"id": str(uuid4()), "kind": "text", "text": text})

    async def _tap(self, button):
        await self._post({"id": str(uuid4()), "kind": "choice", "data": button.data})

    async def _post(self, sent):
        answer = await self.http.post("/chat/messages", json=sent, headers=JSON)
        assert answer.status_code == 202, answer.text

    async def _send(self, name, mime, content):
        answer = await self.http.post(
            "/chat/files", data={"id": str(uuid4())}, files={"file": (name, content, mime)}, headers=JSON
        )
        assert answer.status_code == 202, answer.text

    async def _news(self):
        try:
            answer = await self.http.get(
                "/chat/messages", params={"after": self._mark}, headers=JSON, timeout=PATIENCE
            )
        except httpx2.TransportError:
            # Nothing new yet, or the product is away for a moment: the page asks again.
            return []
        answer.raise_for_status()
        found = answer.json()
        self._mark = found["after"]
        lines = [line for line in found["lines"] if line["from"] == "clinic"]
        await self._confirm([line["id"] for line in lines if not line["seen"]])
        return [_heard(line) for line in lines]

    async def _confirm(self, ids):
        """Say that the page has shown these lines, as its script does."""
        if ids:
            await self.http.post("/chat/receipts", json={"ids": ids}, headers=JSON)


def _heard(line):
    buttons = tuple(
        Tapable(button["label"], button["data"], button["picked"])
        for button in (*line["choices"], *line["keys"])
    )
    return Heard(line["id"], "\n\n".join(part for part in (line["text"], line["hint"]) if part), buttons)
