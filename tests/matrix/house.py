"""The whole product with two clinics in it: one whose console is asked, one of which it may show nothing."""

from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import timedelta

import httpx2
from sqlalchemy import update

from bot.demo import make_clinic
from bot.foundation import foundation
from bot.front_chat import make_web_chat
from bot.front_console import make_console
from bot.health import Health
from bot.houses import ways_of
from bot.lines import connect
from bot.settings import Env, Settings
from bot.web import make_web
from handlers.core.buttons import answer_data
from handlers.core.case import Case, Clinic, Contact, Patient, Response, ResponseStatus
from handlers.core.changes import (
    AddPatient,
    Level,
    MergePatients,
    PutAnswer,
    Queue,
    RaiseAlert,
    RaiseFlag,
    StartResponse,
)
from handlers.core.messages import Body, Button
from handlers.core.values import (
    ChannelKind,
    ClinicId,
    ContactId,
    ContactPoint,
    OutboxId,
    PatientId,
    ResponseId,
)
from storage.staff import Member, StaffRoom, Standing
from storage.staff_sessions import New, StaffSessions
from storage.tables import staff
from storage.views.alerting import AlertViews
from storage.views.console_views import ConsoleViews
from tests.console.record import anna, intake, treated
from tests.console.samples import NOW, answer, questionnaire

OWN, FOREIGN = ClinicId("default"), ClinicId("other")
ORIGIN = "http://127.0.0.1:8000"
TELEGRAM, WHATSAPP = "t" * 43, "an-app-secret-of-the-tests"


@dataclass
class Record:
    """One patient with one of everything: ids by the names that routes use, and the words in it."""

    ids: dict
    clinic: str


@dataclass
class Matrix:
    """What the proof works with."""

    base: object
    app: object
    console: object
    chat: object
    number: int = 0

    @property
    def views(self):
        stores = self.base.stores
        return ConsoleViews(stores.database, stores.vault, stores.clinics)

    @property
    def staff(self):
        stores = self.base.stores
        return StaffRoom(stores.database, stores.vault, stores.clinics)

    @property
    def sessions(self):
        stores = self.base.stores
        return StaffSessions(stores.database, stores.vault, stores.clinics)

    def browser(self, cookie=None):
        transport = httpx2.ASGITransport(app=self.app, raise_app_exceptions=False)
        cookies = {"yorisoi-console": cookie} if cookie else {}
        headers = {"sec-fetch-site": "same-origin", "accept": "text/html"}
        return httpx2.AsyncClient(
            transport=transport, base_url=ORIGIN, headers=headers, cookies=cookies, timeout=60
        )

    async def member(self, clinic, role, word):
        """Add a member of staff whose name holds `word`; return their id."""
        self.number += 1
        member = Member(f"s-{self.number}", f"{word} {role}", f"{role}{self.number}@clinic.example", role)
        await self.staff.add(clinic, member, now_system=self.base.now_system())
        return member.id

    async def session(self, clinic, member, *, ended=False):
        """Open a session for a member; return its cookie."""
        token, now = self.base.ids.secret(), self.base.now_system()
        ends_at = now + timedelta(hours=1)
        new = New(member, "link", "", is_whole=True)
        await self.sessions.open(clinic, token, new, now_system=now, ends_at=ends_at)
        if ended:
            await self.sessions.end(clinic, token, now_system=now)
        return token

    async def patient(self, clinic, word, secret):
        """Add a patient with one of everything; `word` stands in all of it, `secret` in restrictions."""
        self.number += 1
        ident = f"p{self.number}-{clinic}"
        case = await self._known(clinic, anna(ident, f"YR-{self.number}", name=f"{word} Rossi"))
        changes = [*_worded(intake(ident), word), *treated(ident), *restricted(ident, secret)]
        changes.append(RaiseAlert(f"flag:{ident}", Level.RED, NOW, opens_case=True))
        await self.base.stores.uow.save(case, changes)
        second = await self._known(clinic, anna(f"{ident}-2", f"YR-{self.number}-2", name=f"{word} Bianchi"))
        third = await self._known(clinic, anna(f"{ident}-3", f"YR-{self.number}-3", name=f"{word} Verdi"))
        await self.base.stores.uow.save(third, [MergePatients(f"m-{ident}", second.patient.id, NOW, "s-1")])
        await self._store(word)
        return Record(await self._ids(clinic, ident), clinic)

    async def _known(self, clinic, patient: Patient) -> Case:
        contact = Contact(
            ContactId(f"c-{patient.id}"),
            ContactPoint(ChannelKind.WEB, "main", f"{patient.id}"),
            last_heard_at=NOW,
        )
        case = Case(await self.base.stores.clinics.get(clinic), patient, contact, is_new=True)
        await self.base.stores.uow.save(case, [AddPatient(patient, contact)])
        return await self.base.stores.uow.case_of(clinic, patient.id)

    async def _store(self, word):
        now = self.base.now_system()
        fetches = self.base.stores.fetches
        for one in await fetches.claim(now_system=now, lease=timedelta(minutes=1), limit=50):
            await fetches.store(
                one, _pieces(f"%PDF-1.4 {word}\n%%EOF\n".encode()), limit_bytes=10**6, now=NOW
            )

    async def _ids(self, clinic, ident):
        record = await self.views.record(clinic, PatientId(ident))
        # Not the console's own views: on PostgreSQL those can't meet the foreign clinic's rows.
        stores = self.base.stores
        alerts = AlertViews(stores.database, stores.vault, stores.clinics)
        alert = next(a for a in await alerts.waiting(clinic) if a.patient == ident)
        return {
            "patient": ident,
            "second": f"{ident}-2",
            "merge": f"m-{ident}",
            "task": record.tasks[0].id,
            "flag": record.flags[0].id,
            "document": f"d-{ident}",
            "step": record.follow_ups[0].id,
            "anchor": f"a-{ident}",
            "contact": f"c-{ident}",
            "message": f"o-{ident}",
            "alert": alert.id,
            "event": alert.event,
            "staff_id": await self.member(clinic, "nurse", "Nurse"),
            "interpreter": await self.member(clinic, "interpreter", "Interpreter"),
            "date": f"a-{ident}",
            "follow_up": record.follow_ups[0].id,
            "chat": "none",
            "opening": "none",
            "way": "email",
            "token": "no-such-token",
            "link": "no-such-link",
            "tag": "no-such-tag",
            "case": alert.event,
            "line": f"task:{record.tasks[0].id}",
            "end": "aside",
            "path": "console.css",
            "number": "1",
            "account": "main",
            "name": "chat.css",
            "ident": "none",
        }


async def _pieces(content):
    yield content


def _worded(changes, word):
    for change in changes:
        match change:
            case PutAnswer(answer=given) if given.slot.link_id == "end.more":
                yield replace(change, answer=replace(given, values=(f"{word} says so",)))
            case RaiseFlag():
                yield replace(change, staff_text=f"{word} of the rule")
            case Queue():
                yield replace(change, body=Body(f"{word}, thank you", language="en"))
            case _ if hasattr(change, "caption"):
                yield replace(change, name=f"{word}.pdf", caption=f"{word} scan")
            case _:
                yield change


def restricted(ident, secret):
    """Yield what nurses and doctors alone see: an answer about money, its question, a flag about mood."""
    response, form = ResponseId(f"r-{ident}-money"), questionnaire("intake-c")
    yield StartResponse(Response(response, form.url, form.version, ResponseStatus.IN_PROGRESS, NOW))
    yield PutAnswer(response, answer("pay.ins", f"{secret} insurance"))
    asked = Button(answer_data(response, form.order["pay.ins"], (), "skip"), "Skip")
    contact = ContactId(f"c-{ident}")
    for number, body in enumerate(
        (
            Body(f"{secret} question", keys=(asked,), language="en"),
            Body(f"You said: {secret}", language="en"),
        )
    ):
        yield Queue(OutboxId(f"o-{ident}-{number}"), contact, body, f"restricted-{number}", NOW)
    evidence = (("f.selfharm", f"{secret} thoughts"),)
    yield RaiseFlag(
        f"{ident}-mood", "IN-MO-01", "1", Level.CRISIS, "any", f"{secret} rule", evidence, (), None, NOW
    )


@asynccontextmanager
async def opened(folder, database_url, *, streams=False):
    """Open the product with both clinics, on a migrated database or one that is migrated now.

    Without `streams` what an open page hangs on ends at once; with them they end with the house.
    """
    settings = Settings(
        env=Env.TEST,
        database_url=database_url,
        storage_url=f"file://{folder}/files",
        master_key="bWFzdGVyIGtleSBvZiB0aGUgbWF0cml4IHByb29mISE=",
        public_url="http://localhost:8000",
        oidc_issuer="http://127.0.0.1:9",
        oidc_client_id="yorisoi",
        oidc_client_secret="a secret that nobody asks for",
        telegram_bot_token="7000000001:" + "x" * 35,
        telegram_mode="webhook",
        telegram_webhook_secret=TELEGRAM,
        whatsapp_access_token="a-token",
        whatsapp_phone_number_id="100000000000001",
        whatsapp_app_secret=WHATSAPP,
        whatsapp_verify_token="a-verify-token",
        whatsapp_content="full",
    )
    async with foundation(settings) as base:
        await make_clinic(base)
        await base.stores.clinics.create(Clinic(FOREIGN, "Other Clinic", "pack"), now=NOW)
        clinic = await base.stores.clinics.get(OWN)
        chat, lines = await make_web_chat(base, clinic.name), await connect(base)
        console = make_console(base, ways_of(base, lines), chat.hub)
        if not streams:
            chat.hub.close()  # the stream of the worklist would never end
        yield Matrix(base, make_web(base, chat, console, lines, Health(base)), console, chat)
        chat.hub.close()
        await lines.close()


async def disabled(matrix, member):
    """Take a member's right to come in away."""
    statement = update(staff).where(staff.c.id == member).values(status=Standing.DISABLED.value)
    await matrix.base.stores.database.write(lambda conn: conn.execute(statement))
