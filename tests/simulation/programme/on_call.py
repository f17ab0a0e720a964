"""Staff on call: their chats and chain, and what they do with the alerts that reach them."""

from dataclasses import dataclass

from bot.demo import DEFAULT_CLINIC
from handlers.core.case import Case, Contact, Patient
from handlers.core.changes import JoinTeam
from handlers.core.on_call import Chain, Rung
from handlers.core.values import ChannelKind, ContactId, ContactPoint, PatientId
from handlers.team import TAKE
from storage.blobs import Blobs
from storage.on_call import STAFF_CHAT, THE_CLINIC
from storage.staff import Member, StaffRoom
from storage.stores import stores_of
from tests.simulation.loop import OUTSIDE, START

FAR = START.replace(year=START.year + 5)
CHATS = {900_001: "ada", 900_002: "bo", -900_003: THE_CLINIC}
"""Two members of staff, and the group that is the clinic's on-call address."""

MINUTES = 10
"""So long is given to each; then the next is told."""

DELAYS = (5, 30, 240, 900, 5_400)
"""Seconds after which somebody takes an alert: in time, or when the next have been told already."""


async def put_on_call(database, vault, clinics):
    """Write the clinic's staff, their linked chats and its chain into a new database."""
    stores = stores_of(database, vault, Blobs("file:///nowhere"))
    room = StaffRoom(database, vault, clinics)
    clinic = await clinics.get(DEFAULT_CLINIC)
    for chat, staff in CHATS.items():
        if staff != THE_CLINIC:
            member = Member(staff, staff.title(), f"{staff}@clinic.example", "nurse")
            await room.add(DEFAULT_CLINIC, member, now_system=START)
        await room.make_link(
            DEFAULT_CLINIC, staff, f"code-{chat}", now_system=START, ends_at=FAR, purpose=STAFF_CHAT
        )
        await stores.uow.save(_nobody(clinic, chat), [JoinTeam(f"code-{chat}", str(chat), START, START)])
    rungs = tuple(Rung(staff, MINUTES) for staff in CHATS.values() if staff != THE_CLINIC)
    await stores.on_call.save(DEFAULT_CLINIC, Chain(rungs, minutes=MINUTES), by="", now=START)


def _nobody(clinic, chat):
    patient = Patient(PatientId(f"nobody{chat}"), code=f"N{chat}", created_at=START)
    point = ContactPoint(ChannelKind.TELEGRAM, "main", str(chat))
    return Case(clinic, patient, Contact(ContactId(f"nobody{chat}"), point), is_new=True)


@dataclass(frozen=True, slots=True)
class Telling:
    """One message to staff: the alerts in it, and the try that brought it."""

    chat: int
    alerts: tuple
    attempt: object


class OnCall:
    """A chat of staff."""

    never_blocks = True
    """Who blocks the clinic's bot is told by the next in the chain: no part of this."""

    def __init__(self, number, service, world):
        self.number = number
        self.service = service
        self.blocked = False
        self.wrote_at = 0.0
        self._world = world
        self._taking = set()

    def keep(self, ledger, message, attempt):
        """Keep a message that is about to be handed over to this chat."""
        told = (key.data.removeprefix(TAKE) for key in message.body.keys if key.data.startswith(TAKE))
        self._world.tellings.append(Telling(self.number, tuple(told), attempt))

    def hear(self, body):
        """Look at an alert: take it some time later, or leave it to the next."""
        for key in body.keys:
            alert = key.data.removeprefix(TAKE)
            if alert == key.data or alert in self._taking:
                continue
            if self._world.faults.happens("left-to-the-next"):
                continue
            self._taking.add(alert)
            delay = self._world.rng.choice(DELAYS)
            self._world.loop.call_later(delay, self._take, alert, context=OUTSIDE)

    def _take(self, alert):
        self._world.faults.fired["alert-taken"] += 1
        self.service.post(
            self, f"take-{alert}", {"k": "take", "a": alert, "p": str(self.number)}, ("take", alert)
        )
