"""What an answer also does: language, consent, name, zone … by the protocol's `effects` table.

The table stands in the pack (protocol.json): linkId → effect. An effect is a word, sometimes with
an argument after a colon: "language", "role", "name", "birth-date", "country", "zone-ok",
"consent:<purpose>", "sign", "stop-if:<code>", "review", "submit", "route", "call-me", "best-time",
"helper-name", "helper-relation", "task-if:<code>" (a coordinator sees that answer). "alone" marks
what only the patient is to answer; "page-privacy" the text that stands in place of the question for
"consent:channel" where no other way is offered.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from handlers import consents, intake, languages, withdrawing, zones
from handlers.core.buttons import command_data
from handlers.core.case import Response, ResponseStatus
from handlers.core.changes import SaveContact
from handlers.core.frozen import replace
from handlers.core.messages import Choice, Phrase, Say
from handlers.core.turn import Turn
from handlers.core.values import Answer, AnsweredBy, ChannelKind, Language, PartialDate, Purpose
from handlers.decision import Decision
from handlers.moving_house import move_to
from handlers.neutral import link_doors
from handlers.ways import page_link

GOOD_HOURS: Mapping[str, str] = MappingProxyType(
    {"am": "09:30", "noon": "12:00", "pm": "15:00", "eve": "18:00"}
)
"""Codes of the best time of day → the hour at which we write then; all are outside quiet hours."""


@dataclass(frozen=True, slots=True)
class Held:
    """An answer that is not stored; what is said to it, and whether the question comes again at once."""

    say: Say
    asks: bool = True


def held_back(decision: Decision, response: Response, turn: Turn) -> Held | None:
    """Return what to do instead of storing: "tell me more" on a consent, "later" at the end."""
    for answer in turn.puts:
        if consents.is_early(decision, response, answer):
            return Held(Say((Phrase("talk.needs_consent"),)), asks=_is_open(response))
        effect = decision.world.protocol.effects.get(answer.slot.link_id, "")
        name, _, argument = effect.partition(":")
        if name == "consent" and (held := _held_consent(decision, answer, Purpose(argument))):
            return held
        if name == "submit" and answer.codes() in {("later",), ("edit",)}:
            code = answer.codes()[0]
            return Held(intake.not_yet(decision, response, code), asks=code != "later")
    return None


def _held_consent(decision: Decision, answer: Answer, purpose: Purpose) -> Held | None:
    if answer.codes() == ("more",):
        return Held(Say((Phrase("consent.more"),)))
    if not _is_yes(answer) and withdrawing.is_withdrawal(decision, purpose):
        return Held(withdrawing.ask_whether(decision, purpose), asks=False)
    return None


def _is_open(response: Response) -> bool:
    return response.status is ResponseStatus.IN_PROGRESS


def _is_yes(answer: Answer) -> bool:
    return answer.codes() not in {("no",), ()}


def apply(decision: Decision, response: Response, turn: Turn) -> bool:
    """Let every stored answer have its effect; True when one of them ended the conversation."""
    for answer in turn.puts:
        effect = decision.world.protocol.effects.get(answer.slot.link_id, "")
        name, _, argument = effect.partition(":")
        act = _ACTS.get(name)
        if act is not None and act(decision, response, answer, argument):
            return True
    return False


def _language(decision: Decision, response: Response, answer: Answer, argument: str) -> bool:
    codes = answer.codes()
    if codes and codes[0] in decision.world.catalogs.languages():
        languages.speak(decision, Language(codes[0]))
    return False


def _role(decision: Decision, response: Response, answer: Answer, argument: str) -> bool:
    role = (answer.codes() or ("self",))[0]
    decision.patient(role=role)
    doors = link_doors(decision.case, decision.world)
    if len(doors) < len(decision.case.others):
        return False
    is_self = role == "self"
    by = AnsweredBy.PATIENT if is_self else AnsweredBy.HELPER
    # Behind a chat that only led here is who answers here.
    decision.add(*(SaveContact(replace(door, by=by)) for door in doors if door.by is not by))
    decision.others(tuple(replace(door, by=by) for door in doors))
    decision.contact(by=by)
    decision.contact(**({"name": "", "relation": "", "language": None} if is_self else {}))
    return False


def _helper_name(decision: Decision, response: Response, answer: Answer, argument: str) -> bool:
    if answer.values and decision.case.contact.by is AnsweredBy.HELPER:
        decision.contact(name=str(answer.values[0]))
    return False


def _helper_relation(decision: Decision, response: Response, answer: Answer, argument: str) -> bool:
    if decision.case.contact.by is AnsweredBy.HELPER:
        decision.contact(relation=(answer.codes() or ("",))[0])
    return False


def _name(decision: Decision, response: Response, answer: Answer, argument: str) -> bool:
    # A cry for help is kept as the answer, but nobody is called by it.
    if answer.values and not decision.is_alarmed:
        decision.patient(name=str(answer.values[0]))
    return False


def _birth_date(decision: Decision, response: Response, answer: Answer, argument: str) -> bool:
    for value in answer.values:
        if isinstance(value, PartialDate) and value.day:
            decision.patient(birth_date=str(value))
    return False


def _country(decision: Decision, response: Response, answer: Answer, argument: str) -> bool:
    for code in answer.codes():
        known = decision.world.places.zones(code)
        decision.patient(country=code)
        move_to(decision, known[0] if known else decision.case.clinic.zone)
    return False


def _zone_ok(decision: Decision, response: Response, answer: Answer, argument: str) -> bool:
    is_unknown = answer.codes() == ("yes",) and not decision.case.patient.zone
    if answer.codes() == ("no",) or is_unknown:
        zones.ask(decision)
        return True
    return False


def _consent(decision: Decision, response: Response, answer: Answer, argument: str) -> bool:
    given, purpose = _is_yes(answer), Purpose(argument)
    record = consents.answered(decision, response, answer, purpose, given=given)
    decision.add(record)
    before = decision.case.patient.purposes
    decision.patient(purposes=before | {purpose} if given else before - {purpose})
    if purpose is Purpose.MESSAGES:
        _messages(decision, given=given, before=purpose in before)
    if answer.codes() == ("web",):
        return _go_to_page(decision)
    if given or purpose not in consents.NEEDED:
        return False
    withdrawing.forget(decision, "talk.refused", record)
    return True


def _messages(decision: Decision, *, given: bool, before: bool) -> None:
    """Let a changed answer about messages do what STOP and its taking back do."""
    if before and not given:
        consents.end_messages(decision)
    elif given and not before:
        consents.release(decision)


def _go_to_page(decision: Decision) -> bool:
    """Give a one-time link to our page; the conversation goes on there, so nothing is asked here."""
    if decision.case.contact.point.channel is ChannelKind.WEB:
        return False
    back = Choice(command_data("continue"), Phrase("talk.button.stay"))
    text = Phrase("talk.page_link", {"link": page_link(decision, contact=decision.case.contact.id)})
    decision.say(Say((text,), keys=(back,)), resend_if_uncertain=False)
    return True


def _sign(decision: Decision, response: Response, answer: Answer, argument: str) -> bool:
    name = str(answer.values[0]) if answer.values else ""
    decision.add(*(replace(record, name=name) for record in consents.signed(decision, response)))
    return False


def _stop_if(decision: Decision, response: Response, answer: Answer, argument: str) -> bool:
    if argument not in answer.codes():
        return False
    if withdrawing.is_with_the_clinic(decision):
        intake.amend(decision, response)
        withdrawing.end_after_sending(decision)
    else:
        no = consents.answered(decision, response, answer, Purpose.HEALTH, given=False)
        withdrawing.forget(decision, "talk.stopped", no)
    return True


def _submit(decision: Decision, response: Response, answer: Answer, argument: str) -> bool:
    if answer.codes() == ("send",):
        intake.submit(decision, response)
    return False


def _best_time(decision: Decision, response: Response, answer: Answer, argument: str) -> bool:
    hour = next((GOOD_HOURS[code] for code in answer.codes() if code in GOOD_HOURS), None)
    if hour is not None:
        decision.patient(at_time=hour)
    return False


def _call_me(decision: Decision, response: Response, answer: Answer, argument: str) -> bool:
    if answer.codes() == ("yes",):
        decision.task("wants-a-call", key=f"wants-a-call:{response.id}")
    return False


def _task_if(decision: Decision, response: Response, answer: Answer, argument: str) -> bool:
    if answer.codes() == (argument,):
        link_id = answer.slot.link_id
        decision.task(f"asks:{link_id}", key=f"asks:{link_id}:{response.id}")
    return False


Act = Callable[[Decision, Response, Answer, str], bool]
_ACTS: dict[str, Act] = {
    "language": _language,
    "role": _role,
    "helper-name": _helper_name,
    "helper-relation": _helper_relation,
    "name": _name,
    "birth-date": _birth_date,
    "country": _country,
    "zone-ok": _zone_ok,
    "consent": _consent,
    "sign": _sign,
    "stop-if": _stop_if,
    "submit": _submit,
    "call-me": _call_me,
    "task-if": _task_if,
    "best-time": _best_time,
}
