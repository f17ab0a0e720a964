"""A person of the clinic in a patient's chat: they come, write and go; the bot is quiet, but hears danger.

While they are here nothing that is said is taken for an answer, reminders and check-ins wait
(`held_for_person`), and the patient has been told who is there. Danger words still bring the card and the
alert (dispatch listens before anything else), safety checks still go out and are answered by their buttons.
"""

from datetime import datetime, timedelta
from typing import Final

from handlers import (
    alarms,
    check_in,
    commands,
    documents,
    held_for_person,
    late_signs,
    parts,
    rights,
    withdrawing,
)
from handlers.core.buttons import command_data
from handlers.core.case import Contact, Reach
from handlers.core.changes import Audit, CloseTask
from handlers.core.contact_time import next_allowed
from handlers.core.events import Chose, Event, Said, SentDocument
from handlers.core.messages import Choice, Lane, Phrase, Say
from handlers.core.talk import (
    Person,
    Waiting,
    brought,
    handed_back,
    left_waiting,
    longest_silence,
    taken,
    told_at,
    wrote,
)
from handlers.core.templates import MESSAGE_WAITING, reply_key, spoken
from handlers.core.values import ChannelKind, ContactId, Purpose
from handlers.decision import Decision
from handlers.errors import NotFound
from handlers.heard import command_heard, says_stop
from handlers.neutral import clinic_short
from handlers.templates import filled
from handlers.whereabouts import zone_now

LEFT_ALONE: Final = "talk-left"
"""The task where staff were silent for too long and the bot took the chat back."""
ANSWER: Final = "talk-answer"
"""The task while something that the patient said to a person stands without an answer."""
BY_CLOCK: Final = "clock"
"""Who hands back where nobody did."""
BY_PATIENT: Final = "patient"
_TYPED: Final = frozenset({"stop", "emergency"}) | rights.ENTRANCES
"""Typed commands that are obeyed while a person is here: all other words are meant for them."""
_TAPPED: Final = _TYPED | rights.TAPPED | {"language", "resume", "voice", "person"}
_JUST_NOW: Final = timedelta(hours=1)
"""Who wrote in the last hour is awake, whatever the hour is there."""
_EMERGENCY: Final = Choice(command_data("emergency"), Phrase("talk.button.emergency"))
_MENU: Final = Choice(command_data("menu"), Phrase("talk.button.menu"))


def is_person_here(decision: Decision) -> bool:
    """Say whether a person of the clinic speaks with this patient now."""
    return decision.case.patient.talk.person is not None


def may_come(decision: Decision) -> bool:
    """Say whether a person can speak with this patient: they agreed that words are kept, and have a chat."""
    return Purpose.HEALTH in decision.case.patient.purposes and bool(places(decision))


def places(decision: Decision) -> list[Contact]:
    """Return the contacts that staff can write to, whoever was heard last first.

    Not where a stranger may read, and not where the chat carries links only.
    """
    fit = [one for one in decision.case.people() if _may_be_written_to(decision, one)]
    return sorted(fit, key=_heard, reverse=True)


def take_over(decision: Decision, staff: str, name: str) -> None:
    """Let a member of staff speak in place of the bot; raise NotFound where nobody can be spoken with.

    What stood open stays where it is: it is asked again when they hand back.
    """
    if not may_come(decision):
        raise NotFound("nobody to speak with")
    patient, now = decision.case.patient, decision.now
    silence = longest_silence(decision.case.clinic.texts)
    decision.patient(talk=taken(patient.talk, Person(staff, name, now), silence))
    held_for_person.call_off(decision)
    _turn_to(decision, places(decision)[0])
    if not is_away(decision.case.contact, now):
        _tell(decision)
    for task in (LEFT_ALONE, "wants-a-person"):
        decision.add(CloseTask(f"{task}:{patient.id}", now, staff))
    decision.add(Audit(staff, "talk.take", patient.id, now))


def write(decision: Decision, contact: str, text: str, *, ident: str, by: str) -> None:
    """Bring a message of the person's, ahead of everything of the bot's but cards; `ident` makes it one.

    Outside WhatsApp's window an approved line says that a message waits, and the words follow as soon as the
    patient is there. Raise NotFound if it is not `by` who is here, or the contact can't be written to.
    """
    talk, now = decision.case.patient.talk, decision.now
    place = next((one for one in places(decision) if one.id == contact), None)
    if talk.person is None or talk.person.staff != by or place is None:
        raise NotFound("not their chat, or nobody to write to")
    _turn_to(decision, place)
    decision.patient(talk=wrote(talk, now, longest_silence(decision.case.clinic.texts)))
    message = Waiting(ident, ContactId(contact), talk.person.name, text, now)
    if is_away(place, now):
        _leave(decision, message)
    else:
        _say(decision, message)
    _answered(decision, by)
    decision.add(Audit(by, "talk.write", decision.case.patient.id, now))


def takes(decision: Decision, event: Event) -> bool:
    """Take what a patient does while a person is here; False where it is the bot's to answer.

    What waited for them to come is brought first, whoever speaks.
    """
    _bring(decision)
    if not is_person_here(decision) or decision.case.joins:
        return False
    what = event.what
    if isinstance(what, Chose):
        if held_for_person.is_of_safety_check(decision, what.data):
            return False
        late_signs.watch(decision, what.data)
        decision.ack = what.ack
    name, argument = ("stop", "") if says_stop(decision, event) else command_heard(decision, event)
    if name in (_TAPPED if isinstance(what, Chose) else _TYPED):
        _obey(decision, name, argument)
    elif isinstance(what, Said) and rights.hear_date(decision, what.text):
        pass
    elif not isinstance(what, Chose):
        decision.task(ANSWER)
    if isinstance(what, SentDocument) and name not in _TYPED:
        documents.set_aside(decision, what, event.message_id)
    if Purpose.HEALTH not in decision.case.patient.purposes:
        _send_away(decision)
    elif decision.case.contact.id not in decision.case.patient.talk.told:
        _tell(decision)
    return True


def hand_back(decision: Decision, by: str) -> None:
    """Let the bot speak again: it says so, asks what stood open, and what waited goes on in its order.

    Raise NotFound where nobody is here.
    """
    talk, now = decision.case.patient.talk, decision.now
    if talk.person is None:
        raise NotFound("nobody is here")
    decision.patient(talk=handed_back(talk))
    held_for_person.let_go(decision)
    told = [one for one in places(decision) if one.id in talk.told and not is_away(one, now)]
    if told:
        _turn_to(decision, told[0])
        _come_back(decision, talk.person.name, told[1:])
    _answered(decision, by)
    decision.add(Audit(by, "talk.back", decision.case.patient.id, now))


def hand_back_silent(decision: Decision) -> None:
    """Take the chat back from a person who has been silent for too long, with a task for the next."""
    until = decision.case.patient.talk.until
    if until is not None and until <= decision.now:
        hand_back(decision, BY_CLOCK)
        decision.task(LEFT_ALONE)


def _come_back(decision: Decision, name: str, others: list[Contact]) -> None:
    contact = decision.case.contact
    _mind_the_hour(decision, contact)
    goes_on = parts.waiting(decision) is not None or check_in.waiting(decision.case) is not None
    back = Phrase("talk.assistant_back", {"name": name})
    decision.say(Say((back,), keys=() if goes_on else (_MENU,)))
    for one in others:
        if one.language == contact.language:
            decision.say(Say((back,)), contact=one)
    if goes_on:
        commands.go_on(decision, "")


def _mind_the_hour(decision: Decision, contact: Contact) -> None:
    """Let what is said next wait for the morning there, unless they have just written."""
    heard, zone = contact.last_heard_at, zone_now(decision.case, decision.now)
    is_awake = heard is not None and decision.now - heard < _JUST_NOW
    if not is_awake and next_allowed(decision.now, zone) > decision.now:
        decision.quiet_zone = zone


def _answered(decision: Decision, by: str) -> None:
    decision.add(CloseTask(f"{ANSWER}:{decision.case.patient.id}", decision.now, by))


def _bring(decision: Decision) -> None:
    """Say what staff wrote while nothing could be brought to this contact."""
    talk, contact = decision.case.patient.talk, decision.case.contact.id
    waiting = talk.waits_at(contact) if talk.waiting else ()
    for message in waiting:
        _say(decision, message)
    if waiting:
        decision.patient(talk=brought(talk, contact))


def _obey(decision: Decision, name: str, argument: str) -> None:
    if name == "emergency":
        decision.say(alarms.emergency_card())
    elif name == "person":
        decision.task(ANSWER)
        _tell(decision)
    elif name in rights.TAPPED:
        rights.obey(decision, name, argument)
        if decision.dialogue.menu.startswith(withdrawing.WITHDRAW):
            # A "yes" that is typed now is said to the person.
            decision.leave_menu()
    else:
        commands.COMMANDS[name](decision, argument)


def _send_away(decision: Decision) -> None:
    """End a talk of whose words nothing may be kept any more: the consent to that was taken back."""
    decision.patient(talk=handed_back(decision.case.patient.talk))
    _answered(decision, BY_PATIENT)


def _tell(decision: Decision) -> None:
    """Say who is here, once at each contact, with the emergency text one tap away."""
    talk = decision.case.patient.talk
    if talk.person is None:
        return
    values = {"name": talk.person.name, "clinic_short": clinic_short(decision.case)}
    decision.say(Say((Phrase("talk.person_here", values),), keys=(_EMERGENCY,)), lane=Lane.STAFF)
    decision.patient(talk=told_at(talk, decision.case.contact.id))


def _say(decision: Decision, message: Waiting) -> None:
    """Queue the words of a person, under their name."""
    named = {"name": message.name, "clinic_short": clinic_short(decision.case)}
    texts = (Phrase("talk.person_says", named), Phrase("", default=message.text))
    decision.say(Say(texts), lane=Lane.STAFF, dedupe_key=f"talk:{message.id}")


def _leave(decision: Decision, message: Waiting) -> None:
    """Keep the words until the patient is there, and say by an approved line that they wait."""
    talk = decision.case.patient.talk
    is_first = not talk.waits_at(message.contact)
    decision.patient(talk=left_waiting(talk, message))
    if is_first:
        read = Choice(command_data("news"), Phrase(reply_key("read")))
        template = filled(decision, MESSAGE_WAITING, [read])
        key = f"talk:{message.id}:waits"
        decision.say(spoken(template), template=template, lane=Lane.STAFF, dedupe_key=key)


def _turn_to(decision: Decision, contact: Contact) -> None:
    if decision.case.contact.id != contact.id:
        decision.turn_to(contact)


def _may_be_written_to(decision: Decision, contact: Contact) -> bool:
    is_open = contact.reach is Reach.ACTIVE and contact.dialogue.doubt is None
    return is_open and contact.point.channel not in decision.world.links_only


def _heard(contact: Contact) -> float:
    return contact.last_heard_at.timestamp() if contact.last_heard_at else 0.0


def is_away(contact: Contact, now: datetime) -> bool:
    """Say whether only an approved template reaches a contact: WhatsApp's window is closed."""
    if contact.point.channel is not ChannelKind.WHATSAPP:
        return False
    return contact.window_closes_at is None or contact.window_closes_at <= now
