"""The whole product on loopback, a clinic in which every page has something to show, and who looks at it."""

import json
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import timedelta
from http.cookies import SimpleCookie

from fastapi import Response

from bot.channels.web.data_page import data_link
from bot.channels.web.tokens import Link, LinkKind
from bot.channels.web.upload_links import upload_link
from bot.channels.web.visitor import Visitor
from bot.console.access import Role
from bot.console.authenticator import new_secret
from handlers.core.case import Case, Contact, FollowUpState, Outcome
from handlers.core.changes import AddPatient, OpenTask, SaveFollowUp
from handlers.core.values import ChannelKind, ContactId, ContactPoint, PatientId
from handlers.ports import Incoming
from storage.assignments import Assignment
from storage.staff_sessions import New
from tests.browser.every_page import APP_OWED, CODE_OWED, GUEST, KNOWN, TALKING
from tests.browser.serving import serving
from tests.console.many import add_many
from tests.console.record import anna, treated
from tests.console.samples import NOW
from tests.console.test_packs import SLEEP, load
from tests.console.test_upkeep import LEASE
from tests.matrix.house import OWN, opened
from tests.summaries.patients import patient as written_by
from tests.summaries.seeding import changes

LONG = "Wolfeschlegelsteinhausenbergerdorff"
"""A name that a narrow page has to break."""
FIRST, MANY = 1000, 12


@dataclass
class Site:
    """What is served, where, and whose ids stand in addresses."""

    matrix: object
    address: str = ""
    ids: dict = field(default_factory=dict)

    async def cookies(self, who):
        """Return the cookies of somebody, as a browser would have them by now."""
        found = await self._cookies(who)
        return [{"name": name, "value": value, "url": self.address} for name, value in found.items()]

    async def _cookies(self, who):
        if who in set(Role):
            return {"yorisoi-console": await self.matrix.session(OWN, self.ids[who])}
        if who in {CODE_OWED, APP_OWED}:
            return {"yorisoi-console": await self._half(who)}
        if who == TALKING:
            return self._chat_cookie()
        return await self._own_page(who) if who in {GUEST, KNOWN} else {}

    async def _half(self, who):
        matrix = self.matrix
        token, now = matrix.base.ids.secret(), matrix.base.now_system()
        draft = new_secret(matrix.base.ids) if who == APP_OWED else ""
        half = New(self.ids[Role.NURSE], "link", "", is_whole=False, draft=draft)
        await matrix.sessions.open(OWN, token, half, now_system=now, ends_at=now + timedelta(minutes=15))
        return token

    def _chat_cookie(self):
        answer, chat = Response(), self.matrix.chat
        chat.cookies.give(answer, Visitor(self.ids["patient"], self.matrix.base.now_system()))
        return {name: one.value for name, one in SimpleCookie(answer.headers["set-cookie"]).items()}

    async def _own_page(self, who):
        point = ContactPoint(ChannelKind.WEB, "main", self.ids["patient"])
        async with self.matrix.browser() as browser:
            await browser.post(data_link("", self.matrix.chat.tokens, point))
            if who == KNOWN:
                await browser.post("/mine/", data={"birth_date": anna().birth_date})
                answer = await browser.post(f"/upload/{self._upload(point)}")
                self.ids["uploading"] = answer.headers["Location"]
            return dict(browser.cookies)

    def _upload(self, point):
        return upload_link("", self.matrix.chat.tokens, point).removeprefix("/upload/")

    async def plant(self):
        """Give every page something to show."""
        for role in Role:
            self.ids[role] = await self.matrix.member(OWN, role, LONG)
        record = await self.matrix.patient(OWN, LONG, "what few may see")
        self.ids |= record.ids
        await self._written()
        await self._followed()
        await self._by_staff()
        await self._links()

    async def add(self, patient, *more):
        """Add a patient; what `tests.console.many` asks of a house."""
        contact = Contact(
            ContactId(f"c-{patient.id}"), ContactPoint(ChannelKind.WEB, "main", patient.id), last_heard_at=NOW
        )
        stores = self.matrix.base.stores
        case = Case(await stores.clinics.get(OWN), patient, contact, is_new=True)
        await stores.uow.save(case, [AddPatient(patient, contact), *more])

    async def _written(self):
        """Add a whole intake in Japanese, with documents of every state."""
        record = written_by(3, "ja", 10)
        self.ids["written"] = record.patient.id
        await self.add(record.patient, *changes(record))

    async def _followed(self):
        """Add patients with check-ins, one of them twice, one with a check-in that waits for a person."""
        await add_many(self, MANY, first=FIRST)
        self.ids["followed"] = f"q{FIRST}"
        await self.add(anna("twice", "YR-TWICE", name="Rossi Anna Maria"))
        await self.add(anna("held", "YR-HELD", name="Anna Maria Rossi"), *treated("held"))
        uow = self.matrix.base.stores.uow
        case = await uow.case_of(OWN, PatientId("held"))
        one = replace(case.follow_ups[0], state=FollowUpState.HELD, reason="fault")
        task = OpenTask("held", f"held:{one.id}", NOW, "fault")
        await uow.save(case, [SaveFollowUp(one), task, OpenTask("silent", "silent", NOW)])
        await self._quarantined()

    async def _quarantined(self):
        inbox, now = self.matrix.base.stores.inbox, self.matrix.base.now_system()
        await inbox.add([Incoming(OWN, ChannelKind.TELEGRAM, "main", "k", "990", b"{}", now)], now=now)
        [row] = await inbox.claim(now_system=now, lease=LEASE, limit=1)
        await inbox.give_back(row, now_system=now, code="crashed", last=True)

    async def _by_staff(self):
        """Let staff write, decide, assign, take a chat over, load a questionnaire and close for a day."""
        matrix, patient = self.matrix, f"/console/patients/{self.ids['patient']}"
        until = matrix.base.now_system() + timedelta(days=1)
        given = Assignment(self.ids["patient"], self.ids[Role.INTERPRETER], until)
        await matrix.console.assignments.assign(OWN, given, by="", now_system=matrix.base.now_system())
        decided = {"outcome": Outcome.MORE, "reason": "The MRI report is missing"}
        await self._posts(Role.DOCTOR, (f"{patient}/decision", decided))
        paper = f"/console/patients/{self.ids['patient']}/documents/{self.ids['document']}/again"
        await self._posts(
            Role.COORDINATOR,
            (f"{patient}/notes", {"text": f"Speaks with {LONG} on Mondays"}),
            (f"{patient}/tags", {"name": "wheelchair"}),
            (f"{patient}/talk/take", {"name": "Yuki"}),
            (paper, {"verdict": "unreadable"}),
            ("/console/filters", {"name": LONG, "stage": "submitted", "language": "en"}),
        )
        chain = {"staff_0": self.ids[Role.DOCTOR], "minutes_0": "5", "minutes": "5", "orange_minutes": "15"}
        shut = {"first": "2099-01-01", "last": "2099-01-03"}
        await self._posts(Role.ADMINISTRATOR, ("/console/on-call", chain), ("/console/clinic/days", shut))
        async with matrix.browser(await matrix.session(OWN, self.ids[Role.ADMINISTRATOR])) as browser:
            await load(browser, json.dumps(SLEEP).encode())

    async def _posts(self, role, *posts):
        async with self.matrix.browser(await self.matrix.session(OWN, self.ids[role])) as browser:
            for path, form in posts:
                answer = await browser.post(path, data=form)
                assert answer.status_code == 303, (path, answer.status_code)

    async def _links(self):
        """Make a link of each kind, none of them used."""
        matrix, point = self.matrix, ContactPoint(ChannelKind.WEB, "main", self.ids["patient"])
        tokens, link = matrix.chat.tokens, Link(self.ids["patient"], "anna@example.org")
        console, now = matrix.console, matrix.base.now_system()
        entry = matrix.base.ids.secret()
        await matrix.staff.make_link(
            OWN, self.ids[Role.NURSE], entry, now_system=now, ends_at=now + timedelta(days=1)
        )
        ways = await console.invite("patient", self.ids[Role.COORDINATOR])
        invited = next(way.url for way in ways if way.channel == ChannelKind.WEB)
        self.ids |= {
            "link": entry,
            "prove": tokens.make(LinkKind.PROVE, link),
            "return": tokens.make(LinkKind.RETURN, link),
            "invitation": invited.rsplit("/", 1)[1],
            "data": data_link("", tokens, point).rsplit("/", 1)[1],
            "upload": self._upload(point),
        }


@asynccontextmanager
async def whole_site(folder, url):
    """Serve it while the body runs."""
    async with opened(folder, url, streams=True) as matrix:
        site = Site(matrix)
        await site.plant()
        async with serving(Served(matrix)) as site.address:
            yield site


@dataclass
class Served:
    """The product as `serving` takes a house."""

    matrix: object

    @property
    def hub(self):
        return self.matrix.chat.hub

    def app(self):
        return self.matrix.app
