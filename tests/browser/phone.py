"""Somebody with the chat page open in a real browser: taps what stands on the screen, sees what appears."""

from playwright.async_api import TimeoutError as NotYet, expect

from tests.journeys.people import Heard, Person, Tapable

LINES = """() => [...document.querySelectorAll("#log > li[data-from=clinic]")].map((line) => ({
    id: line.id,
    text: [".words", ".hint"].map((part) => line.querySelector(part)?.textContent || "").join("\\n"),
    buttons: [...line.querySelectorAll("button")].map((button) => ({
        label: button.querySelector(".label").textContent,
        data: button.value,
        picked: button.getAttribute("aria-pressed") === "true",
    })),
}))"""
REST_MS = 700
"""The page takes two taps in such a hurry for one of a trembling hand."""
TRIES = 5


class OnThePhone(Person):
    """One tab."""

    channel = "web"
    unasked = frozenset({"English", "Stay in this chat"})

    def __init__(self, page):
        super().__init__()
        self.page = page

    async def comes_back(self):
        await self.page.reload()
        await expect(self.page.locator("html.ready")).to_be_attached()

    async def _say(self, text):
        send = self.page.get_by_role("button", name="Send", exact=True)

        async def write():
            await self.page.fill("#text", text)
            await send.click()

        await self._until_it_stands(write)

    async def _tap(self, button):
        place = self.page.locator(f'#{button.message} button[value="{button.data}"]')
        await self._until_it_stands(place.click)

    async def _until_it_stands(self, act):
        """Do it again while the page takes it for the tremble of a hand."""
        mine = self.page.locator("#log > li[data-from=me]")
        said = await mine.count()
        for _ in range(TRIES):
            await act()
            try:
                await expect(mine).not_to_have_count(said, timeout=REST_MS)
            except (AssertionError, NotYet):
                continue
            return
        raise AssertionError("the page took nothing")

    async def _send(self, name, mime, content):
        chosen = {"name": name, "mimeType": mime, "buffer": content}
        await self.page.set_input_files("#papers input[type=file]", chosen)

    async def _news(self):
        return [_heard(line) for line in await self.page.evaluate(LINES)]


def _heard(line):
    buttons = [Tapable(key["label"], key["data"], key["picked"], line["id"]) for key in line["buttons"]]
    return Heard(line["id"], line["text"].strip(), tuple(buttons))
