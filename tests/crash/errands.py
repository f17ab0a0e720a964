"""What happens beside the patients' own way: staff at the console, a clock that jumped, a chat page.

Each errand is the life of one process of its own and may be killed anywhere; it is given again until it
comes to its end. It goes through the product's own pages. Whatever it must find is asserted here: an
errand that fails is no kill, and a run does not pass with one.
"""

import asyncio
import os
import re
from dataclasses import replace
from datetime import timedelta
from types import MappingProxyType

import httpx2

from bot.brake import ClockBrake
from bot.cli.running import read, work
from bot.doctor.examination import confirm_key
from bot.foundation import foundation
from bot.front_chat import make_web_chat
from bot.front_console import make_console
from bot.health import Health
from bot.houses import ways_of
from bot.lines import connect
from bot.staff_door import first_link
from bot.watch import Watch
from bot.web import make_web
from storage.clocks import ClockStore
from tests.crash import chat_page

PASSWORD = "correct horse battery staple"
FAR = timedelta(days=370)
COFFEE = timedelta(minutes=5)
"""After it, it is noted once more that a session is used."""

CLOSE = re.compile(r'action="(/console/patients/[^"/]+/tasks/[^"/]+/close)"')
STUCK = re.compile(r'action="(/console/stuck/[^"]+/aside)".*?name="item" value="([^"]+)">'
                   r'(?:<input type="hidden" name="patient" value="([^"]+)">)?')  # fmt: skip
LINK = re.compile(r"/console/enter/[A-Za-z0-9_-]+")


def console(token, patient="", **_):
    """Let an administrator and a coordinator do their day's work at the console."""
    asyncio.run(_with_console(lambda base, open_: _work_at_it(base, open_, token, patient)))


def doctor(**_):
    """Say that the master key has a copy elsewhere, as `yorisoi doctor --key-is-backed-up` does."""
    work(read(), confirm_key, level="WARNING")


def clock(token, **_):
    """Let a machine's clock jump by a year, be released by staff, and be right again."""
    asyncio.run(_with_console(lambda base, open_: _jump(base, open_, token)))


async def _with_console(act):
    settings = read()
    async with foundation(settings) as found:
        base = replace(found, clocks=replace(found.clocks, now_system=_Hours(found.now_system)))
        lines = await connect(base)
        chat = await make_web_chat(base, "Clinic")
        app = make_web(base, chat, make_console(base, ways_of(base, lines), chat.hub), lines, Health(base))
        headers = {"Origin": settings.public_url}

        def open_():
            transport = httpx2.ASGITransport(app=app)
            return httpx2.AsyncClient(
                transport=transport, base_url=settings.public_url, headers=headers, follow_redirects=True
            )

        try:
            await act(base, open_)
        finally:
            await lines.close()


async def _work_at_it(base, open_, token, patient):
    email = f"a-{token}@clinic.example"
    async with open_() as administrator, open_() as coordinator:
        await _enter(administrator, await first_link(base, email=email))
        await _done(administrator.post("/console/password", data={"password": PASSWORD}))
        await _done(administrator.post("/console/sign-out"))
        await _done(administrator.post("/console/sign-in", data={"email": email, "password": PASSWORD}))
        base.now_system.let_pass(COFFEE)
        words = {"clinic_phone": f"+81 3 {token}", "drop": "yes"}
        await _done(administrator.post("/console/clinic", data=words))
        for action, item, whose in STUCK.findall((await administrator.get("/console/stuck")).text):
            data = {"item": item} | ({"patient": whose} if whose else {})
            await _done(administrator.post(action, data=data))
        form = {"name": "Coordinator", "email": f"c-{token}@clinic.example", "role": "coordinator"}
        added = await administrator.post("/console/staff", data=form)
        link = LINK.search(added.text) or LINK.search(await first_link(base, email=form["email"]))
        await _enter(coordinator, link[0])
        if patient:
            page = await _done(coordinator.get(f"/console/patients/{patient}"))
            for action in CLOSE.findall(page.text)[:1]:
                await _done(coordinator.post(action, data={"reason": "Looked at."}))
        await _done(coordinator.post("/console/sign-out"))


class _Hours:
    """The machine's clock at the console, where a while may pass in no time."""

    def __init__(self, now):
        self._now, self._passed = now, timedelta()

    def __call__(self):
        return self._now() + self._passed

    def let_pass(self, while_):
        self._passed += while_


async def _enter(browser, link):
    answer = await browser.post(link)
    assert answer.url.path == "/console/password", answer.url.path


async def _done(asked):
    answer = await asked
    assert answer.status_code == 200, (answer.url.path, answer.status_code)
    return answer


async def _jump(base, open_, token):
    stores = base.stores
    store = ClockStore(stores.database, stores.vault, stores.clinics)
    wall = [base.now_system()]
    watch = Watch(lambda: wall[0])
    brake = ClockBrake(watch, store, boot="elsewhere", machine="elsewhere")
    wall[0] += FAR
    await brake.look()
    assert await store.brake_of("elsewhere"), "no brake stands"
    async with open_() as administrator:
        await _enter(administrator, await first_link(base, email=f"k-{token}@clinic.example"))
        await _done(administrator.post("/console/clock/release", data={"back": "/console/staff"}))
    wall[0] = base.now_system()
    await brake.look()
    assert await store.brake_of("elsewhere") is None, "the brake is still there"


def page(token, invitation):
    """Let a patient go through the intake on the chat page, and prove an e-mail address if they give one."""
    chat_page.visit(os.environ, token, invitation)


def unseen(token, **_):
    """Let a check-in become due while nobody looks at the page."""
    chat_page.go_unseen(os.environ, token)


ERRANDS = MappingProxyType({one.__name__: one for one in (console, doctor, clock, page, unseen)})
"""By name; each takes a token of its own, the code of an open invitation, and what else it needs."""
