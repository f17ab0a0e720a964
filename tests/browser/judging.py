"""What is wrong with a page: by axe-core, by width, by keyboard, and by what it asks for and says."""

import asyncio
from pathlib import Path

from tests.browser.conftest import DESK, PHONE
from tests.browser.test_access import AXE, JUDGED

JUDGE = (Path(__file__).parent / "judge.js").read_text()
TAB = {"key": "Tab", "code": "Tab", "windowsVirtualKeyCode": 9}
OK, SPENT = 200, 410
"""A page, and what is said of a link that nothing is behind any more."""
REFUSED = "Failed to load resource"
"""What Chromium says of every page that is answered with a refusal."""


class Judge:
    """Looks at pages in one browser profile."""

    def __init__(self, context, page, keys, address):
        """Take a profile that has one page, and where everything must come from."""
        self.context, self.page, self.keys = context, page, keys
        self.address = address
        self.found = []
        page.on("request", self._asked)
        page.on("console", self._said)
        page.on("pageerror", lambda error: self.found.append(f"script: {error}"))

    @classmethod
    async def of(cls, context, address):
        """Open a page in a profile and judge there."""
        await context.add_init_script(JUDGE)
        page = await context.new_page()
        return cls(context, page, await context.new_cdp_session(page), address)

    async def flaws(self, path, *, keyboard=True):
        """Return what is wrong at an address, on a desk and on a phone."""
        self.found = []
        await self.page.set_viewport_size(DESK)
        answer = await self.page.goto(f"{self.address}{path}")
        if answer.status not in {OK, SPENT}:
            self.found.append(f"status {answer.status}")
        await self.page.evaluate(AXE)
        await self._look("desk")
        await self.page.set_viewport_size(PHONE)
        await self._look("phone")
        # What is folded up is not there for axe-core: forms stand in it.
        await self.page.evaluate("judge.unfold()")
        await self._look("phone, unfolded")
        await self.page.set_viewport_size(DESK)
        await self._look("desk, unfolded")
        if keyboard:
            await self._by_keyboard(path)
        return self.found

    async def _look(self, width):
        if wide := await self.page.evaluate("judge.wide()"):
            self.found.append(f"{width}: {wide} px too wide")
        self.found += [f"{width}: cut off {one}" for one in await self.page.evaluate("judge.cut()")]
        self.found += [f"{width}: {one}" for one in await self.page.evaluate(JUDGED)]

    async def _by_keyboard(self, path):
        """Open what can be opened and press Tab as often as there are places for it."""
        await self.page.set_viewport_size(DESK)
        presses = await self.page.evaluate("judge.begin()")
        # Not one after the other: a page of a patient has a hundred places.
        await asyncio.gather(*(self._press(kind) for _ in range(presses) for kind in ("rawKeyDown", "keyUp")))
        self.found += await self.page.evaluate("judge.end()")
        if path.startswith("/console") and await self.page.evaluate("judge.first()") != "#main":
            self.found.append("Tab does not lead to the skip link first")

    def _press(self, kind):
        return self.keys.send("Input.dispatchKeyEvent", {"type": kind, **TAB})

    def _asked(self, request):
        if not request.url.startswith((self.address, "data:")):
            self.found.append(f"asks elsewhere: {request.url}")

    def _said(self, said):
        if said.type == "error" and not said.text.startswith(REFUSED):
            self.found.append(f"console: {said.text}")
