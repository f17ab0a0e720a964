"""A clinic of invented patients on PostgreSQL, and browsers of those who open its console."""

import json
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from time import perf_counter
from typing import Any, Final

import httpx2
from sqlalchemy import func, select

from bot.console.access import Role
from bot.console.authenticator import new_secret
from bot.demo import sample_clinic
from bot.oidc.provider import Access, Provider
from bot.seed.life import World
from bot.seed.seeding import Counts, Seeding
from handlers.core.changes import Level, RaiseAlert
from handlers.core.values import PatientId
from storage.assignments import Assignment
from storage.engine import Database, open_database
from storage.migrations import upgrade
from storage.staff_sessions import New
from storage.tables import answers, patients
from tests.browser.every_page import APP_OWED, CODE_OWED, STRANGER
from tests.console.house import CLINIC, House
from tests.console.samples import NOW, PROTOCOL
from tests.console.test_packs import SLEEP, load

LANGUAGES: Final = ("en", "ja", "zh-Hans", "vi", "ar")
LEAST_ANSWERS: Final = 40
"""So many answers each patient has on average at the least: with fewer the pages would have less to show."""
_LOCALHOST: Final = "http://localhost:8000"
"""Browsers make passkeys for a name, not for an IP address."""
_DAY: Final = timedelta(days=1)
_MEMBERS: Final = "{}@measured.example"


@dataclass
class Measured:
    """A clinic with its console, the ids that stand in addresses, and who is signed in."""

    house: House
    ids: dict[str, Any] = field(default_factory=dict)
    _browsers: dict[str, httpx2.AsyncClient] = field(default_factory=dict)

    async def browser(self, who: str) -> httpx2.AsyncClient:
        """Return the browser of somebody of `tests.browser.every_page`."""
        if who not in self._browsers:
            self._browsers[who] = await self._opened(who)
        return self._browsers[who]

    async def plant(self, patient: str) -> None:
        """Give the pages about one record what they show: an alert with its case, a pack, an interpreter."""
        house, console, self.ids["number"] = self.house, self.house.console(), 1
        await load(await self.browser(Role.ADMINISTRATOR), json.dumps(SLEEP).encode())
        case = await house.uow.case_of(CLINIC, PatientId(patient))
        await house.uow.save(case, [RaiseAlert("measured", Level.RED, NOW, opens_case=True)])
        [alert] = [one for one in await console.alert_views.waiting(CLINIC) if one.patient == patient]
        self.ids |= dict.fromkeys(("patient", "written", "followed"), patient) | {"event": alert.event}
        interpreter = await self._member(Role.INTERPRETER)
        given, now = Assignment(PatientId(patient), interpreter, house.clocks.system + _DAY), NOW
        await console.assignments.assign(CLINIC, given, by="", now_system=now)
        self.ids["link"] = await house.link_for(Role.NURSE)

    async def _opened(self, who: str) -> httpx2.AsyncClient:
        browser = self.house.browser()
        if who in {CODE_OWED, APP_OWED}:
            browser.cookies.set("yorisoi-console", await self._half(who))
        elif who != STRANGER:
            token = await self.house.link_for(Role(who), _MEMBERS.format(who))
            await browser.post(f"/console/enter/{token}")
        return browser

    async def _half(self, who: str) -> str:
        """Return the cookie of a nurse who came in and owes a code, or has yet to meet an app."""
        ids, now = self.house.ids, self.house.clocks.system
        token, draft = ids.secret(), new_secret(ids) if who == APP_OWED else ""
        half = New(await self._member(Role.NURSE), "link", "", is_whole=False, draft=draft)
        await self.house.door.sessions.open(CLINIC, token, half, now_system=now, ends_at=now + _DAY)
        return token

    async def _member(self, role: Role) -> str:
        await self.browser(role)
        member = await self.house.staff.by_email(CLINIC, _MEMBERS.format(role))
        assert member is not None
        return member.id


@asynccontextmanager
async def measured(server: Any, number: int, few: int) -> AsyncIterator[Measured]:
    """Open a clinic with so many invented patients; the one who is looked at is among the first `few`."""
    database = open_database(await server.create(f"console_{number}"))
    await upgrade(database)
    house = House(database, public_url=_LOCALHOST)
    house.oidc = Provider(Access("https://id.clinic.example", "yorisoi", "secret"), lambda: NOW)
    try:
        await house.open()
        await _filled(house, number)
        clinic = Measured(house)
        await clinic.plant(await database.read(lambda conn: _somebody(conn, few)))
        await _settled(database)
        yield clinic
    finally:
        await database.close()


async def _filled(house: House, number: int) -> None:
    """Write the patients and say how many there are, as the database counts them."""
    started = perf_counter()
    world = World(sample_clinic("pack"), PROTOCOL, NOW, LANGUAGES)
    seeding = Seeding(house.database, house.vault, await house.clinics.key(CLINIC), world)
    counts = await seeding.run(number, 1, lambda _: None)
    told = f"{counts.patients} patients, {counts.answers} answers: {perf_counter() - started:.0f} s"
    print(told, file=sys.stderr, flush=True)
    require_all(counts, number, await house.database.read(_there))


def require_all(counts: Counts, number: int, there: tuple[int, int]) -> None:
    """Raise RuntimeError unless what is told of the patients is what the database holds, and enough."""
    if (counts.patients, counts.answers) != there or counts.patients != number:
        raise RuntimeError(f"{there} patients and answers are there, not {counts.patients, counts.answers}")
    if counts.answers < LEAST_ANSWERS * number:
        raise RuntimeError(f"{counts.answers} answers are too few for {number} patients")


def _there(conn: Any) -> tuple[int, int]:
    return tuple(conn.scalar(select(func.count()).select_from(one)) for one in (patients, answers))


def _somebody(conn: Any, few: int) -> Any:
    """Return the first patient under treatment; the same one with few patients and with many."""
    wanted = select(patients.c.id).where(patients.c.stage == "treatment").order_by(patients.c.code)
    return conn.scalar(wanted.where(patients.c.code < f"YR-1{few:06d}").limit(1))


async def _settled(database: Database) -> None:
    """Let the planner know what is there, as autovacuum does within minutes."""
    await database.write(lambda conn: conn.exec_driver_sql("ANALYZE"))
