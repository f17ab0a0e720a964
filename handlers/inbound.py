"""Work off one inbox row: parse, read the case once, decide, write once."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from handlers import entrance, floods, identity, merging
from handlers.core.buttons import command_data, read_data
from handlers.core.case import Case, Clinic, Contact, Dialogue, Patient, Reach
from handlers.core.changes import Change, SettleInbox
from handlers.core.events import (
    NO_TIME,
    AddressChanged,
    Chose,
    Edited,
    Event,
    Said,
    SentDocument,
    Started,
    Unusable,
)
from handlers.core.frozen import replace
from handlers.core.internal import read_internal
from handlers.core.pending import Misplaced
from handlers.core.values import AnsweredBy, ChannelKind, ContactId, ContactPoint, PatientId
from handlers.decision import Decision
from handlers.dispatch import handle
from handlers.heard import heard_text
from handlers.ports import Ids, InboxRow, Invited, Parser, UnitOfWork
from handlers.team import decide_of_team, is_of_team
from handlers.world import World

PERSONS: Final = (Said, Chose, Started, SentDocument, Unusable, Edited)
"""What people do; all else is told by a service."""
AHEAD: Final = timedelta(days=1)
"""How far a service's clock may be ahead of ours (or ours behind, after a bad start)."""


@dataclass(frozen=True, slots=True)
class Inbound:
    """The use case behind the inbox worker.

    `world` gives the surroundings of a decision for a clinic, `parsers` a channel's understanding.
    """

    uow: UnitOfWork
    world: Callable[[Clinic], World]
    parsers: Mapping[ChannelKind, Parser]
    ids: Ids
    now_system: Callable[[], datetime]

    async def take(self, row: InboxRow) -> None:
        """Handle one row. Raises ConcurrentUpdate when it must be done again; any error is the row's own."""
        event = dated(read_internal(row.raw) or self.parsers[row.channel](row.raw), row)
        if is_of_team(event):
            await self._of_team(row, event)
            return
        case = await self._case(row, event)
        if isinstance(event.what, AddressChanged) and not case.is_new:
            event = replace(event, what=await self._met_there(row, case, event.what))
        changes = decide(event, case, self.world(case.clinic), row)
        await self.uow.save(case, changes)

    def is_of_person(self, row: InboxRow) -> bool:
        """Say whether somebody sent this, and no service told it; raises whatever parsing raises."""
        return isinstance(self.parsers[row.channel](row.raw).what, PERSONS)

    async def _of_team(self, row: InboxRow, event: Event) -> None:
        clinic = await self.uow.clinic(row.clinic)
        nobody = newcomer(clinic, ContactPoint(row.channel, row.account, row.conversation), self.ids, row)
        await self.uow.save(nobody, decide_of_team(event, self.world(clinic), row))

    async def _case(self, row: InboxRow, event: Event) -> Case:
        point = ContactPoint(row.channel, row.account, row.conversation)
        known = await self.uow.case_at(
            row.clinic, point, aliases=event.aliases, response=tapped_response(event)
        )
        if known is not None and not _comes_anew(known, event):
            return await self._with_code(known, row, event) if _code_of(event) else known
        invited = await self._invited(row, event)
        if invited is not None and invited.patient is not None:
            return await self._join(invited, invited.patient, point, row)
        case = newcomer(await self.uow.clinic(row.clinic), point, self.ids, row)
        return replace(case, invited=invited is not None)

    async def _met_there(self, row: InboxRow, case: Case, told: AddressChanged) -> AddressChanged:
        """Note who is known at the new address: deliveries are reordered, and a hello may have come first."""
        point = ContactPoint(row.channel, row.account, told.current)
        there = await self.uow.case_at(row.clinic, point)
        if there is None or there.contact.id == case.contact.id:
            return told
        return replace(told, there=identity.holder(there, self.world(case.clinic)))

    async def _with_code(self, known: Case, row: InboxRow, event: Event) -> Case:
        """Return the case of somebody known who comes by a link, or the one that the link leads to.

        One address is of one patient. Who only said hello there leaves it to the patient who comes now; who
        has told something is told that the link is of no use here, and it holds on.
        """
        invited = await self._invited(row, event)
        if invited is None or invited.patient is None:
            return known
        if invited.patient == known.patient.id:
            return _with_own_code(known, invited)
        world = self.world(known.clinic)
        if not merging.holds_nothing(known, world.protocol):
            return replace(known, misplaced=Misplaced.ANOTHER)
        left = merging.make_way(known, invited.patient, ident=self.ids.new(), now=world.now)
        await self.uow.save(known, left)
        # Stopped just here, the address is of nobody's, and the same message joins as a newcomer's would.
        return await self._join(invited, invited.patient, known.contact.point, row)

    async def _join(self, invited: Invited, patient: PatientId, point: ContactPoint, row: InboxRow) -> Case:
        case = await self.uow.case_of(row.clinic, patient, full=True)
        return joined(case, point, self.world(case.clinic), invited)

    async def _invited(self, row: InboxRow, event: Event) -> Invited | None:
        payload = _code_of(event)
        if not payload:
            return None
        return await self.uow.invited(row.clinic, payload, now_system=self.now_system())


def dated(event: Event, row: InboxRow) -> Event:
    """Return the event with the time of its receipt, where the service gave none (Telegram's taps).

    A time far ahead of the receipt is none either: it would keep WhatsApp's window open for ever.
    """
    is_dated = event.at != NO_TIME and event.at <= row.received_at + AHEAD
    return event if is_dated else replace(event, at=row.received_at)


def decide(event: Event, case: Case, world: World, row: InboxRow) -> list[Change]:
    """Return all changes that a row leads to, its own settling among them. Pure."""
    decision = Decision(case, world, cause=row.id)
    if entrance.is_shut(case, event, world):
        return entrance.turn_away(decision, event, row)
    handle(decision, replace(event, written_from=row.conversation))
    if decision.met:
        floods.collapse(decision, case.contact)
    settle = SettleInbox(
        row.id,
        row.fence,
        keep=decision.keeps_words(),
        kind=type(event.what).__name__,
        text=heard_text(decision, event),
    )
    if not decision.met and (case.is_new or case.joins):
        return [*decision.loose_changes(), settle]
    return [*decision.finish(), settle]


def tapped_response(event: Event) -> str:
    """Return the id of the response that a tapped button belongs to, or an empty string."""
    parsed = read_data(event.what.data) if isinstance(event.what, Chose) else None
    return parsed.response if parsed else ""


def _code_of(event: Event) -> str:
    return event.what.payload if isinstance(event.what, Started) else ""


def _with_own_code(known: Case, invited: Invited) -> Case:
    """Mark the case of somebody who opens a link made for this very patient: it vouches for one in doubt."""
    if not invited.helper:
        return replace(known, invited=known.contact.dialogue.doubt is not None)
    is_patient = known.contact.by is AnsweredBy.PATIENT
    return replace(known, misplaced=Misplaced.HELPERS) if is_patient else known


def newcomer(clinic: Clinic, point: ContactPoint, ids: Ids, row: InboxRow) -> Case:
    """Return the case of somebody whom nobody here has met."""
    patient = Patient(PatientId(ids.new()), code=case_number(ids), created_at=row.received_at)
    return Case(clinic, patient, Contact(ContactId(ids.new()), point), is_new=True)


def _comes_anew(case: Case, event: Event) -> bool:
    """Say whether a helper whose access is over begins something of their own."""
    match event.what:
        case Chose(data=data):
            begins = data == command_data("start")
        case what:
            begins = isinstance(what, Started)
    return begins and case.contact.reach is Reach.ENDED


def joined(case: Case, point: ContactPoint, world: World, invited: Invited | None = None) -> Case:
    """Return a known patient's case at a new contact point: their own, or a helper's.

    Who goes on elsewhere is who they were, in doubt where that was in doubt; a helper is never the one to
    whom check-ins go first, nor is a page that a stranger may have come to.
    """
    contact = Contact(ContactId(world.ids.new()), point)
    people = (case.contact, *case.others)
    same = next((one for one in people if invited and one.id == invited.contact), None)
    if same is not None:
        contact = replace(contact, by=same.by, name=same.name, relation=same.relation)
        doubt = identity.behind(case, same, world)
        is_first = same.preferred and doubt is None
        contact = replace(contact, language=same.language, preferred=is_first, dialogue=Dialogue(doubt=doubt))
    elif invited and invited.helper:
        contact = replace(contact, by=AnsweredBy.HELPER, preferred=False)
    return replace(case, contact=contact, others=(*case.others, case.contact), joins=True)


def case_number(ids: Ids) -> str:
    """Return a short number for staff to say aloud: no letters that look alike."""
    letters = ids.short().upper().translate(str.maketrans("ILOU", "2345"))
    return f"{letters[:4]}-{letters[4:7]}"
