"""Is it still the same person? A telephone number gets a new owner; then nobody is shown anything.

Asked on WhatsApp, where a number is given away again after some months: when the service says that number
or id has changed, when another id writes from a number that we know, and after a long silence. The
patient's date of birth is asked; until it is given, nothing personal is shown, asked or taken. Who never
told one is sent to a person: staff give the patient a one-time link, and whoever comes by it goes on.

Where a chat carries links only, our page asks for the date itself; who cannot be asked for one comes in doubt
to the page behind such a chat's link (`behind`).
"""

from datetime import datetime, timedelta
from typing import Final

from handlers import alarms, commands, openings, places, receipts, silence
from handlers.birth_dates import MOST_MISSES, birth_item, is_birth_date
from handlers.core.buttons import command_data
from handlers.core.case import Case, Contact, Patient
from handlers.core.changes import CancelQueued, GiveWay, KeepName, SpendInvitation
from handlers.core.events import AddressChanged, Event, Said, Started
from handlers.core.frozen import replace
from handlers.core.holder import Holder
from handlers.core.messages import Choice, Phrase, Say
from handlers.core.pending import Doubt
from handlers.core.values import ChannelKind
from handlers.decision import Decision
from handlers.heard import command_heard, says_stop
from handlers.merging import holds_nothing
from handlers.neutral import link_doors
from handlers.trembling import is_repeat, remember
from handlers.world import World

LOCKED: Final = timedelta(days=1)
MOVED: Final = "number-changed"
"""Why words that were queued are not said: their number may be somebody else's by now."""
OPEN: Final[frozenset[str]] = frozenset({"stop", "emergency", "person", "language", "privacy"})
"""What anybody may say and see at that number."""
_KEYS: Final = tuple(Choice(command_data(name), Phrase(f"talk.button.{name}")) for name in ("person", "stop"))


def moved(decision: Decision, told: AddressChanged) -> None:
    """Follow a person to their new number or id; the old one is nobody's any more.

    What was queued for the old one stays unsaid: who has the new one is not known yet. Where somebody is
    known at the new one already, they give way if they said no more than hello; else a person decides.
    """
    contact = decision.case.contact
    if told.there is not None and (told.there.has_told or told.there.patient == decision.case.patient.id):
        _stay(decision, told.there)
        return
    if (new := told.there) is not None:
        decision.add(GiveWay(decision.world.ids.new(), new.patient, new.contact, new.version, decision.now))
    decision.add(CancelQueued(contact.id, MOVED, at=decision.now))
    decision.contact(point=replace(contact.point, address=told.current))
    decision.talk(doubt=Doubt(decision.now))
    decision.task("number-changed", key=f"number-changed:{contact.id}:{decision.now:%Y-%m-%d}")


def _stay(decision: Decision, there: Holder) -> None:
    """Leave the dead address: check-ins go to another place of theirs, or are held for a person."""
    case = decision.case
    receipts.stopped(decision, MOVED)
    if there.patient != case.patient.id:
        key = f"same-person:{case.contact.id}:{there.patient}"
        decision.task("same-person", key=key, note=f"{case.patient.code} / {there.code}")
        return
    decision.add(*places.prefer(case, there.contact, but=case.contact.id))
    decision.contact(preferred=False)


def holder(there: Case, world: World) -> Holder:
    """Return who is known at an address, as somebody needs to know who moves there."""
    known, has_told = there.patient, not holds_nothing(there, world.protocol)
    return Holder(known.id, there.contact.id, known.code, known.version, has_told)


def look(decision: Decision, written_from: str, *, by_silence: bool) -> None:
    """Begin to doubt who writes, where there is reason to; without one, learn the id they write from.

    Where a chat carries links only, our page knows itself how long somebody was silent.
    """
    contact = decision.case.contact
    if decision.case.is_new or decision.case.joins or contact.point.channel is not ChannelKind.WHATSAPP:
        return
    if contact.dialogue.doubt is not None:
        return
    another = is_another(contact, written_from)
    is_long = by_silence and silence.is_long(contact, decision.now)
    if (another or is_long) and _has_told(decision.case.patient):
        if another:
            decision.add(CancelQueued(contact.id, MOVED, at=decision.now))
        decision.talk(doubt=Doubt(decision.now))
    else:
        _learn(decision, written_from)


def _learn(decision: Decision, written_from: str) -> None:
    """Know somebody by the id that they write from; a number known until now is a name beside it.

    Only a contact with an id notices that another one writes from its number.
    """
    contact = decision.case.contact
    known = contact.point.address
    if _is_id(written_from) and known != written_from:
        decision.contact(point=replace(contact.point, address=written_from))
        if not _is_id(known):
            decision.add(KeepName(contact.id, known))


def heard(decision: Decision, event: Event) -> datetime | None:
    """Return when they were last heard here: who has only opened a chat's link has said nothing yet.

    Our page asks who is there by the last word on it, and a stranger may open such links, too.
    """
    is_link = isinstance(event.what, Started) and decision.case.joins
    if is_link and link_doors(decision.case, decision.world):
        return decision.case.contact.last_heard_at
    return decision.now


def is_another(contact: Contact, written_from: str) -> bool:
    """Say whether somebody with another business-scoped user id writes from a number that we know."""
    known = contact.point.address
    return _is_id(known) and _is_id(written_from) and known != written_from


def _is_id(address: str) -> bool:
    """Tell a business-scoped user id from a telephone number: "US.7031…", with the country before."""
    return "." in address


def is_in_doubt(decision: Decision) -> bool:
    """Say whether nothing may go on before it is known who is there."""
    return decision.dialogue.doubt is not None and _has_told(decision.case.patient)


def behind(case: Case, door: Contact, world: World) -> Doubt | None:
    """Return the doubt that comes along to our page by a link of the chat `door`, which carries links only.

    None where the page can ask for the date of birth, and where nothing speaks against it being the patient.
    """
    patient = case.patient
    if door.point.channel not in world.links_only or patient.birth_date or not _has_told(patient):
        return None
    heard = [moment for one in case.people() if (moment := _page_word(one)) is not None]
    is_late = not world.demo and bool(heard) and world.now - max(heard) > silence.LONG
    return Doubt(world.now) if is_late or door.dialogue.doubt is not None else None


def _page_word(contact: Contact) -> datetime | None:
    """Return when somebody who was not in doubt was last heard on our page."""
    is_theirs = contact.point.channel is ChannelKind.WEB and contact.dialogue.doubt is None
    return contact.last_heard_at if is_theirs else None


def take(decision: Decision, event: Event) -> None:
    """Hear the date of birth, and nothing else but what anybody may say."""
    if not is_repeat(decision, event):
        _take(decision, event)
    remember(decision, event)


def _take(decision: Decision, event: Event) -> None:
    doubt = decision.dialogue.doubt or Doubt(decision.now)
    if decision.case.joins and isinstance(event.what, Started):
        decision.add(SpendInvitation(event.what.payload, decision.world.now_system))
    name, argument = ("stop", "") if says_stop(decision, event) else command_heard(decision, event)
    if name in OPEN:
        _obey(decision, name, argument)
    elif decision.case.invited and isinstance(event.what, Started):
        decision.add(SpendInvitation(event.what.payload, decision.world.now_system))
        _welcome(decision, event.written_from)
    elif birth_item(decision) is None:
        decision.task("identity", key=f"identity:{decision.case.contact.id}")
        _refuse(decision, "talk.identity_by_link")
    elif doubt.misses >= MOST_MISSES and decision.now < doubt.at + LOCKED:
        _refuse(decision)
    elif isinstance(event.what, Said) and doubt.asked:
        _hear(decision, event.what.text, doubt, event.written_from)
    else:
        _ask(decision, replace(doubt, asked=True), "talk.identity_ask")


def _obey(decision: Decision, name: str, argument: str) -> None:
    if name == "emergency":
        decision.say(alarms.emergency_card())
    else:
        commands.COMMANDS[name](decision, argument)


def _hear(decision: Decision, text: str, doubt: Doubt, written_from: str) -> None:
    if is_birth_date(decision, text):
        _welcome(decision, written_from)
        return
    before = doubt.misses if doubt.misses < MOST_MISSES else 0
    now = Doubt(decision.now, before + 1, asked=True)
    if now.misses < MOST_MISSES:
        _ask(decision, now, "talk.identity_wrong")
        return
    decision.talk(doubt=now)
    decision.task("identity", key=f"identity:{decision.case.contact.id}")
    _refuse(decision)


def _welcome(decision: Decision, written_from: str) -> None:
    _learn(decision, written_from)
    decision.talk(doubt=None)
    decision.tell("talk.identity_thanks")
    _, _, follow_up = decision.dialogue.menu.partition(":")
    if openings.stands_open(decision):
        openings.choose(decision, follow_up, "start", decision.cause)
    else:
        commands.go_on(decision, "")


def _ask(decision: Decision, doubt: Doubt, key: str) -> None:
    decision.talk(doubt=doubt)
    decision.say(Say((Phrase(key),), keys=_KEYS))


def _refuse(decision: Decision, key: str = "talk.identity_closed") -> None:
    decision.say(Say((Phrase(key),), keys=_KEYS))


def _has_told(patient: Patient) -> bool:
    """Say whether anything personal is known that a stranger must not see."""
    return bool(patient.birth_date or patient.name or patient.purposes)
