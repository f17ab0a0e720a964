"""Consents: recorded, taken back, and what then stops at once."""

from datetime import timedelta
from hashlib import sha256

from handlers.core.buttons import command_data
from handlers.core.case import Dialogue, FollowUpState, Response, ResponseStatus, Stage
from handlers.core.changes import CancelQueued, CloseResponse, CloseTask, RecordConsent
from handlers.core.frozen import replace
from handlers.core.messages import Choice, Phrase, Say
from handlers.core.values import Answer, Purpose
from handlers.decision import Decision
from handlers.scenes import questionnaire_of
from handlers.wording import Wording, language_of

NEEDED = frozenset({Purpose.HEALTH, Purpose.ABROAD})
"""Without these nothing can be asked."""
WITHDRAW = "withdraw"
_OF_THE_INTAKE = ("intake-part-ready", "intake-complete", "intake-unfinished")
"""Tasks that end with the consent, each one a patient."""
RETRY_HELD = timedelta(minutes=1)
_WITH_THE_CLINIC = frozenset({Stage.SUBMITTED, Stage.TREATMENT})
_PLANNED = frozenset({FollowUpState.SCHEDULED, FollowUpState.IN_PROGRESS})


def answered(
    decision: Decision, response: Response, answer: Answer, purpose: Purpose, *, given: bool
) -> RecordConsent:
    """Return the record of a yes or no, with the version and the hash of the text it was said to."""
    questionnaire = questionnaire_of(decision.world.protocol, response)
    item = questionnaire.item(answer.slot.link_id)
    key = Phrase(questionnaire.text_key(item), default=item.text)
    text = Wording(decision.case, decision.world).phrase(key)
    return replace(
        commanded(decision, purpose, given=given),
        text_version=f"{questionnaire.id} {questionnaire.version} {item.link_id}",
        text_hash=sha256(text.encode()).hexdigest(),
    )


def commanded(decision: Decision, purpose: Purpose, *, given: bool) -> RecordConsent:
    """Return the record of a yes or no that was said by a command, to no text."""
    return RecordConsent(
        purpose=purpose,
        given=given,
        text_version="command",
        text_hash="",
        language=language_of(decision.case, decision.world),
        at=decision.now,
        by=decision.case.contact.by,
    )


def is_withdrawal(decision: Decision, purpose: Purpose) -> bool:
    """Say whether a no to `purpose` takes back what the clinic already works with."""
    patient = decision.case.patient
    return purpose in NEEDED & patient.purposes and patient.stage in _WITH_THE_CLINIC


def ask_whether(decision: Decision, purpose: Purpose) -> Say:
    """Return the one question before a consent is taken back after sending; a typed yes counts, too."""
    decision.talk(menu=f"{WITHDRAW}:{purpose.value}")
    choices = (
        Choice(command_data(WITHDRAW, purpose.value), Phrase("talk.button.withdraw")),
        Choice(command_data("continue"), Phrase("talk.button.keep_consent")),
    )
    return Say((Phrase("talk.withdraw_sure"),), choices=choices)


def withdraw(decision: Decision, purpose: Purpose) -> None:
    """Stop everything at once after a consent was taken back; a person decides about what is stored.

    What was sent may belong to the clinic's records by law: it is not deleted from here.
    """
    case = decision.case
    decision.add(commanded(decision, purpose, given=False))
    hold(decision, "withdrawn")
    decision.add(*(CloseTask(f"intake-ready:{r.id}", decision.now, "patient") for r in case.responses))
    decision.add(
        *(CloseTask(f"{kind}:{case.patient.id}", decision.now, "patient") for kind in _OF_THE_INTAKE)
    )
    _stop_asking(decision)
    decision.patient(purposes=frozenset[Purpose](), stage=Stage.CLOSED)
    decision.task("consent-withdrawn", key=f"consent-withdrawn:{case.patient.id}", note=purpose.value)
    decision.tell("talk.withdrawn")


def _stop_asking(decision: Decision) -> None:
    for response in decision.case.responses:
        if response.status is ResponseStatus.IN_PROGRESS:
            decision.add(CloseResponse(response.id, ResponseStatus.STOPPED, decision.now))
            decision.put_response(replace(response, status=ResponseStatus.STOPPED))
    decision.set_dialogue(Dialogue())


def end_messages(decision: Decision) -> None:
    """Hold reminders and check-ins at once and say so; a person sees it."""
    decision.patient(purposes=decision.case.patient.purposes - {Purpose.MESSAGES})
    hold(decision, "stopped")
    decision.task("stopped", key=f"stopped:{decision.case.patient.id}")
    again = Choice(command_data("resume"), Phrase("talk.button.resume"))
    decision.say(Say((Phrase("talk.stopped_messages"),), choices=(again,)))


def hold(decision: Decision, reason: str) -> None:
    """Cancel what waits to be sent and hold every planned check-in."""
    decision.add(CancelQueued(None, reason))
    for follow_up in decision.case.follow_ups:
        if follow_up.state in _PLANNED:
            at = follow_up.window_end
            held = replace(follow_up, state=FollowUpState.HELD, reason=reason, next_at=at)
            decision.follow_up(held)


def release(decision: Decision) -> None:
    """Put held follow-ups back into the plan."""
    for follow_up in decision.case.follow_ups:
        if follow_up.state is FollowUpState.HELD:
            at = max(follow_up.due_at, decision.now + RETRY_HELD)
            decision.follow_up(replace(follow_up, state=FollowUpState.SCHEDULED, reason="", next_at=at))
