"""A clinic on a real SQLite file with a patient in it, and the console's routes over both."""

import atexit
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from shutil import rmtree
from tempfile import mkdtemp

import httpx2
from fastapi import FastAPI

from bot.channels.web import Hub
from bot.console.access import Role
from bot.console.deps import Console
from bot.console.standing import WhatsAppStanding
from bot.console.work_room import work_room
from bot.following import newest
from bot.ids import SystemIds
from bot.line import Line
from bot.mail import Mailer
from bot.oidc.provider import Provider
from bot.packs.room import PackRoom
from bot.present import Present
from bot.staff_door import Door
from bot.summaries.paper import Shelf
from bot.summaries.room import SummaryRoom
from bot.surroundings import PLACES, Surroundings, words_of
from bot.try_out import TryOut
from bot.ways import Way
from bot.web import add_console
from bot.web_guard import SecurityHeaders
from handlers.core.case import Case, Clinic, Contact, Patient
from handlers.core.changes import AddPatient, Change
from handlers.core.on_call import Means
from handlers.core.values import (
    ChannelKind,
    ClinicId,
    ContactId,
    ContactPoint,
    PatientId,
)
from handlers.treatment import Treatment
from handlers.world import World
from storage.accounts import Accounts
from storage.adverse_events import AdverseEvents
from storage.alerts import AlertStore
from storage.assignments import Assignments
from storage.audit.trail import Trail
from storage.blobs import Blobs
from storage.clinics import Clinics
from storage.clocks import ClockStore
from storage.deliveries import DeliveryStore
from storage.engine import Database
from storage.erasure.erasing import Erasing
from storage.erasure.tombstones import Tombstones
from storage.held import HeldMessages
from storage.keys import Vault
from storage.on_call import OnCallRoom
from storage.openings import Openings
from storage.patient_keys import PatientKeys
from storage.saved_filters import SavedFilters
from storage.staff import Member, StaffRoom
from storage.staff_notes import StaffNotes
from storage.staff_sessions import New
from storage.stores import stores_of
from storage.stuck import Stuck
from storage.unit_of_work import UnitOfWork
from storage.views.alerting import AlertViews
from storage.views.console_views import ConsoleViews
from tests.console.record import MONTHS
from tests.console.samples import CATALOGS, NOW, PACK, PACK_READ

CLINIC = ClinicId("default")
ORIGIN = "http://127.0.0.1:8000"
PASSWORD = "correct horse battery staple"
FILE = b"%PDF-1.4 a letter"


@dataclass
class Clocks:
    """Business time and the system's, both set by the test."""

    business: datetime = NOW
    system: datetime = NOW

    def now(self) -> datetime:
        return self.business

    async def sleep_until(self, moment: datetime) -> None:
        raise NotImplementedError


def surroundings(house):
    """Return what decisions would stand on here, read from nowhere."""
    return Surroundings(
        catalogs=CATALOGS,
        protocol=PACK_READ,
        words=words_of(CATALOGS),
        clock=house.clocks,
        now_system=lambda: house.clocks.system,
        ids=house.ids,
        demo=house.demo,
        public_url=ORIGIN,
        pack=PACK,
    )


@dataclass
class House:
    """Everything behind the console, with what its callbacks were asked for."""

    database: Database
    demo: bool = True
    production: bool = False
    whatsapp: WhatsAppStanding | None = None
    clocks: Clocks = field(default_factory=Clocks)
    picture: bytes | None = None
    lines: tuple[Line, ...] = ()
    mailer: Mailer | None = None
    public_url: str = ORIGIN
    oidc: Provider | None = None

    def __post_init__(self):
        self.vault = Vault(b"k" * 32)
        self.clinics = Clinics(self.database, self.vault)
        self.keys = PatientKeys(self.database, self.clinics)
        self.uow = UnitOfWork(self.database, self.vault, self.clinics, self.keys)
        self.staff = StaffRoom(self.database, self.vault, self.clinics)
        place = (self.database, self.vault, self.clinics)
        self.door = Door.over(*place)
        self.views = ConsoleViews(self.database, self.vault, self.clinics)
        self.ids = SystemIds(lambda: self.clocks.system)
        self.present = Present.of(surroundings(self))
        self.present.folder = Path(mkdtemp(prefix="yorisoi-house-"))
        atexit.register(rmtree, self.present.folder, ignore_errors=True)
        self.packs = PackRoom(CLINIC, self.database, self.present, self.take_up)
        self.hub = Hub(lambda: self.clocks.system)

    async def open(self):
        await self.clinics.create(Clinic(CLINIC, "Sakura Clinic", "pack"), now=NOW)
        await self.clinics.create(Clinic(ClinicId("other"), "Other Clinic", "pack"), now=NOW)

    def console(self) -> Console:
        behind = self.database, self.vault, self.clinics
        return Console(
            clinic=CLINIC,
            uow=self.uow,
            views=self.views,
            work=work_room(*behind, self.hub),
            staff=self.staff,
            door=self.door,
            clock=self.clocks,
            now_system=lambda: self.clocks.system,
            ids=self.ids,
            catalogs=CATALOGS,
            protocol=lambda clinic: MONTHS,
            public_url=self.public_url,
            demo=self.demo,
            world=self.world,
            open_document=self.open_document,
            preview_document=self.preview_document,
            save_clinic=self.clinics.save,
            note=self.note,
            treatment=Treatment(self.uow, self.world),
            jump=self.jump,
            invite=self.invite,
            erase=self.erase,
            stuck=Stuck(*behind),
            held=HeldMessages(*behind),
            clocks=ClockStore(*behind),
            accounts=Accounts(*behind),
            alerts=AlertStore(*behind),
            alert_views=AlertViews(*behind),
            assignments=Assignments(self.database),
            openings=Openings(*behind, self.keys),
            events=AdverseEvents(self.database, self.vault, self.clinics, self.keys),
            on_call=OnCallRoom(*behind),
            means=frozenset(Means),
            team_link=self.team_link,
            summaries=SummaryRoom(self.views, self.shelf, self.clocks.now),
            packs=self.packs,
            try_out=TryOut(self.lines, self.present, self.ids, self.mailer),
            delivery_hosts=(),
            deliveries=DeliveryStore(*behind),
            filters=SavedFilters(*behind),
            notes=StaffNotes(self.database, self.vault, self.clinics, self.keys),
            whatsapp=self.stands if self.whatsapp else None,
            oidc=self.oidc,
            production=self.production,
        )

    async def take_up(self):
        """Stand on the newest pack: questionnaires of former ones are another matter (tests/bot)."""
        seq, reading = await newest(self.database, self.present, CLINIC)
        self.present.seq = seq
        if reading is not None:
            self.present.put(self.present.around.with_pack(reading))

    async def shelf(self) -> Shelf:
        return Shelf(CATALOGS, MONTHS, {})

    def world(self, clinic: Clinic) -> World:
        return World(
            now=self.clocks.business,
            now_system=self.clocks.system,
            ids=self.ids,
            catalogs=CATALOGS,
            protocol=MONTHS,
            words=words_of(CATALOGS),
            places=PLACES,
        )

    def app(self):
        app = FastAPI()
        add_console(app, self.console())
        return SecurityHeaders(app, https=False)

    def browser(self) -> httpx2.AsyncClient:
        transport = httpx2.ASGITransport(app=self.app())
        headers = {"sec-fetch-site": "same-origin"}
        return httpx2.AsyncClient(transport=transport, base_url=ORIGIN, headers=headers)

    async def signed_in(self, role: Role) -> httpx2.AsyncClient:
        browser, token = self.browser(), await self.link_for(role)
        if self.production:  # by a link alone nobody is in there: test_second_step.py goes the whole way
            member = await self.staff.spend_link(CLINIC, token, now_system=self.clocks.system)
            whole = New(member, "link", "", is_whole=True)
            times = {"now_system": self.clocks.system, "ends_at": self.clocks.system + timedelta(hours=12)}
            await self.door.sessions.open(CLINIC, token, whole, **times)
            browser.cookies.set("yorisoi-console", token)
            return browser
        await browser.post(f"/console/enter/{token}")
        return browser

    async def link_for(self, role: Role, email: str = "") -> str:
        member = Member(self.ids.new(), f"A {role}", email or f"{self.ids.short()}@clinic.example", role)
        await self.staff.add(CLINIC, member, now_system=self.clocks.system)
        token = self.ids.secret()
        ends_at = self.clocks.system + timedelta(days=1)
        await self.staff.make_link(CLINIC, member.id, token, now_system=self.clocks.system, ends_at=ends_at)
        return token

    async def erase(self, patient, *, by, reason):
        stores = stores_of(self.database, self.vault, Blobs(f"file://{self.present.folder}/files"))
        erasing = Erasing(stores, Tombstones(self.present.folder))
        await erasing.erase(CLINIC, patient, by=by, reason=reason, now=self.clocks.business)
        self.keys.forget(CLINIC, patient)

    async def stands(self, now):
        return (self.whatsapp,)

    async def note(self, audit):
        await Trail(self.database, self.vault, self.clinics).note(CLINIC, audit)

    async def entered(self, patient="p1"):
        """Return the treatment dates and the good hour as they are stored."""
        case = await self.uow.case_of(CLINIC, PatientId(patient))
        return [(a.kind, a.local, a.zone) for a in case.anchors], case.patient.at_time

    async def jump(self, to):
        self.clocks.business = to

    async def invite(self, kind, by, patient=None) -> Sequence[Way]:
        return [Way("web", f"{ORIGIN}/chat/start/{kind}")]

    async def team_link(self, code, group) -> str:
        return f"https://t.me/clinic_bot?{'startgroup' if group else 'start'}=team-{code}"

    async def open_document(self, clinic, document):
        async def content():
            yield FILE

        return content()

    async def preview_document(self, clinic, document):
        return self.picture

    async def add(self, patient: Patient, *changes: Change, clinic: ClinicId = CLINIC) -> Case:
        contact = Contact(
            ContactId(f"c-{patient.id}"),
            ContactPoint(ChannelKind.WEB, "main", patient.id),
            last_heard_at=NOW - timedelta(hours=1),
        )
        case = Case(await self.clinics.get(clinic), patient, contact, is_new=True)
        await self.uow.save(case, [AddPatient(patient, contact), *changes])
        return await self.uow.case_of(clinic, patient.id)

    async def acts(self) -> list[tuple[str, str]]:
        return [(row.action, row.subject) for row in await self.views.log(CLINIC, limit=50)]
