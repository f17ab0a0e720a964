"""Held messages go by themselves: when the way to somebody is free again, and at a look now and then.

The way opens by what people do: they write (WhatsApp's window), they say who they are, staff hand the chat
back. That decision itself brings what was held, before its own words. What nobody does anything for
(a template is in order again, a time is over, a process died in between) the look finds.
"""

from collections import Counter
from collections.abc import Awaitable, Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from handlers.approval import is_approved
from handlers.core.case import Case, Clinic, Contact, Reach
from handlers.core.changes import FreeHeld, Queue
from handlers.core.frozen import replace
from handlers.core.held import Way, marks
from handlers.core.ramp import AT_ONCE
from handlers.core.values import ChannelKind, ClinicId, ContactId, PatientId
from handlers.errors import NotFound
from handlers.ports import UnitOfWork
from handlers.whereabouts import zone_now
from handlers.world import World

_SHUT = Way()


@dataclass(frozen=True, slots=True)
class Waiting:
    """A contact for whom something is held that might go now; `is_over`: or has to be closed."""

    clinic: ClinicId
    patient: PatientId
    contact: ContactId
    is_over: bool


Look = Callable[[datetime], Awaitable[Sequence[Waiting]]]


def brought(before: Case, after: Case, world: World, rows: Iterable[Queue]) -> tuple[FreeHeld, ...]:
    """Return what brings the held messages of a contact to whom this very decision opens the way.

    It stands before what the decision says itself, in `rows`. Where the way was open already, which is
    nearly always, nothing is looked at.
    """
    here, was = after.contact, before.contact
    is_same = here.id == was.id and here.point.channel is ChannelKind.WHATSAPP and not before.is_new
    if not is_same or _is_open(before, was, world.now):
        return ()
    way = way_to(after, here, world)
    if not way.words:
        return ()
    said = frozenset(m for row in rows if row.contact == here.id for m in marks(row.body, row.follow_up))
    return (FreeHeld(here.id, world.now, way, said, zone_now(after, world.now)),)


def way_to(case: Case, contact: Contact, world: World) -> Way:
    """Return what may leave for a contact: nothing to a stranger, or that no doctor has signed by now."""
    there = replace(case, contact=contact)
    if contact.reach is not Reach.ACTIVE or contact.dialogue.doubt is not None:
        return _SHUT
    if not is_approved(there, world):
        return _SHUT
    return Way(
        words=_has_window(contact, world.now),
        templates=True,
        staff_only=case.patient.talk.person is not None,
    )


def _is_open(case: Case, contact: Contact, now: datetime) -> bool:
    is_known = contact.dialogue.doubt is None and case.patient.talk.person is None
    return is_known and _has_window(contact, now)


def _has_window(contact: Contact, now: datetime) -> bool:
    if contact.point.channel is not ChannelKind.WHATSAPP:
        return True
    return contact.window_closes_at is not None and now < contact.window_closes_at


@dataclass(frozen=True, slots=True)
class HeldSends:
    """The look at all that is held, one transaction for each contact; `look` finds whom to look at."""

    uow: UnitOfWork
    world: Callable[[Clinic], World]
    waiting: Look

    async def let_go(self, now: datetime) -> int:
        """Let go or close whatever may or must be; return for how many contacts something was tried.

        After a template is in order again much may go at once: so many of a clinic go at each look, those
        that have waited longest first, and the next look goes on. What has to be closed waits for nothing.
        One that fails keeps nobody else: what it raised is raised when all the others were looked at.
        """
        done, failed, gone = 0, list[Exception](), Counter[ClinicId]()
        for one in await self.waiting(now):
            if not one.is_over and gone[one.clinic] >= AT_ONCE:
                continue
            try:
                way = await self._look_at(one)
                done += way is not None
                # While a person has the chat the bot's words stay held: they would take a place at each look.
                gone[one.clinic] += way is not None and not (one.is_over or way.staff_only)
            except NotFound:  # erased, or merged into somebody else: their rows end with them
                continue
            except Exception as error:  # noqa: BLE001  whatever it is, the next look may succeed
                failed.append(error)
        if failed:
            raise failed[0]
        return done

    async def _look_at(self, one: Waiting) -> Way | None:
        """Let go or close what is held for a contact; return what may leave, or None if nothing was tried."""
        case = await self.uow.case_of(one.clinic, one.patient)
        world = self.world(case.clinic)
        contact = next((each for each in (case.contact, *case.others) if each.id == one.contact), None)
        way = _SHUT if contact is None else way_to(case, contact, world)
        if way.is_shut and not one.is_over:
            return None
        zone = zone_now(case, world.now)
        await self.uow.save(case, [FreeHeld(one.contact, world.now, way, zone=zone)])
        return way
