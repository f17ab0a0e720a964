"""Taking a consent back: asked once, then everything that it allowed stops in the same transaction."""

from handlers import consents
from handlers.core.buttons import command_data
from handlers.core.case import Dialogue, Reach, ResponseStatus, Stage
from handlers.core.changes import (
    CancelQueued,
    CloseResponse,
    CloseTask,
    DropHealthData,
    RecordConsent,
    SaveContact,
)
from handlers.core.frozen import replace
from handlers.core.messages import Choice, Phrase, Say
from handlers.core.values import Purpose
from handlers.decision import Decision
from handlers.ways import page_link

WITHDRAW = "withdraw"
_OF_THE_INTAKE = ("intake-part-ready", "intake-complete", "intake-unfinished")
"""Tasks that end with the consent, each one a patient."""
_WITH_THE_CLINIC = frozenset({Stage.SUBMITTED, Stage.TREATMENT})


def is_with_the_clinic(decision: Decision) -> bool:
    """Say whether the clinic already works with what was told."""
    return decision.case.patient.stage in _WITH_THE_CLINIC


def is_withdrawal(decision: Decision, purpose: Purpose) -> bool:
    """Say whether a no to `purpose` takes back what the clinic already works with."""
    return purpose in consents.NEEDED & decision.case.patient.purposes and is_with_the_clinic(decision)


def ask_whether(decision: Decision, purpose: Purpose) -> Say:
    """Return the one question before a consent is taken back; a typed yes counts, too."""
    decision.talk(menu=f"{WITHDRAW}:{purpose.value}")
    choices = (
        Choice(command_data(WITHDRAW, purpose.value), Phrase("talk.button.withdraw")),
        Choice(command_data("continue"), Phrase("talk.button.keep_consent")),
    )
    return Say((_question(decision, purpose),), choices=choices)


def withdraw(decision: Decision, purpose: Purpose) -> None:
    """Take one consent back: recorded, and what it allowed stops at once."""
    shown = _question(decision, purpose)
    no = consents.said_to(decision, purpose, shown, version=shown.key, given=False)
    decision.add(no)
    decision.patient(purposes=decision.case.patient.purposes - {purpose})
    match purpose:
        case Purpose.HEALTH | Purpose.ABROAD if is_with_the_clinic(decision):
            _end_all(decision, no)
        case Purpose.HEALTH | Purpose.ABROAD:
            forget(decision, "talk.refused", no)
        case Purpose.MESSAGES:
            consents.end_messages(decision)
        case Purpose.CHANNEL:
            _leave_channel(decision)
        case Purpose.OWN_DOCTOR | Purpose.VOICE:
            _tell_staff(decision, purpose)
            decision.tell(f"talk.withdrawn_{purpose.value}")


def _question(decision: Decision, purpose: Purpose) -> Phrase:
    if purpose not in consents.NEEDED:
        return Phrase(f"talk.withdraw_sure_{purpose.value}")
    return Phrase("talk.withdraw_sure" if is_with_the_clinic(decision) else "talk.withdraw_sure_early")


def _end_all(decision: Decision, no: RecordConsent) -> None:
    """Stop everything; a person decides about what is stored.

    What was sent may belong to the clinic's records by law: it is not deleted from here.
    """
    case = decision.case
    consents.hold(decision, "withdrawn")
    decision.add(*(CloseTask(f"intake-ready:{r.id}", decision.now, "patient") for r in case.responses))
    decision.add(
        *(CloseTask(f"{kind}:{case.patient.id}", decision.now, "patient") for kind in _OF_THE_INTAKE)
    )
    stop_asking(decision)
    consents.end_all(decision, no)
    decision.patient(stage=Stage.CLOSED)
    _tell_staff(decision, no.purpose)
    decision.tell("talk.withdrawn")


def forget(decision: Decision, key: str, no: RecordConsent) -> None:
    """End before anything was sent: what was told is deleted, the `no` stays; `key` says it in words."""
    consents.end_all(decision, no)
    stop_asking(decision)
    decision.add(CancelQueued(None, "refused", at=decision.now), DropHealthData(decision.now))
    for response in decision.case.responses:
        if response.status is not ResponseStatus.STOPPED:
            decision.add(CloseResponse(response.id, ResponseStatus.STOPPED, decision.now))
        decision.put_response(replace(response, status=ResponseStatus.STOPPED, answers={}))
    decision.contact(name="", relation="")
    nothing = {"name": "", "birth_date": "", "country": ""}
    decision.patient(stage=Stage.REFUSED, **nothing)
    decision.tell(key)


def end_after_sending(decision: Decision) -> None:
    """Stop everything after an answer with which nothing may go on: what was sent stays with the clinic."""
    consents.hold(decision, "withdrawn")
    stop_asking(decision)
    decision.patient(stage=Stage.CLOSED)
    decision.tell("talk.stopped_after_sending")


def stop_asking(decision: Decision) -> None:
    """Stop every questionnaire that is under way, wherever it is answered."""
    for response in decision.case.responses:
        if response.status is ResponseStatus.IN_PROGRESS:
            decision.add(CloseResponse(response.id, ResponseStatus.STOPPED, decision.now))
            decision.put_response(replace(response, status=ResponseStatus.STOPPED))
    for other in decision.case.others:
        decision.add(SaveContact(replace(other, dialogue=Dialogue())))
    decision.set_dialogue(Dialogue())


def _leave_channel(decision: Decision) -> None:
    """Write nothing more here; the way on is our page, or a person."""
    contact = decision.case.contact
    decision.add(CancelQueued(contact.id, "withdrawn", at=decision.now))
    decision.contact(reach=Reach.STOPPED, dialogue=Dialogue())
    _tell_staff(decision, Purpose.CHANNEL)
    link = page_link(decision, contact=contact.id)
    decision.say(Say((Phrase("talk.withdrawn_channel", {"link": link}),)), resend_if_uncertain=False)


def _tell_staff(decision: Decision, purpose: Purpose) -> None:
    key = f"consent-withdrawn:{decision.case.patient.id}:{purpose.value}"
    decision.task("consent-withdrawn", key=key, note=purpose.value)
