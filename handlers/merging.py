"""Two records of one person: the one that is shown under the other asks for no check-ins any more.

Staff merge them, and so does a patient who had said hello in a chat before they came there by a link.
"""

from datetime import datetime, timedelta

from handlers.core.case import Case, Dialogue, FollowUpState, Reach, ResponseStatus, Stage
from handlers.core.changes import (
    FINISHED,
    Audit,
    CancelQueued,
    Change,
    CloseResponse,
    MergePatients,
    SaveContact,
    SaveFollowUp,
)
from handlers.core.course import held_back
from handlers.core.frozen import replace
from handlers.core.protocol import Protocol
from handlers.core.values import PatientId

MERGED = "merged"
BY_PATIENT = "patient"
_SOON = timedelta(minutes=1)
_BEGINNING = frozenset({Stage.NEW, Stage.INTAKE, Stage.REFUSED})
_NO_MORE_THAN_HELLO = frozenset({"language", "role"})
"""What the questions do whose answers are no news of anybody."""


def set_aside(case: Case) -> list[SaveFollowUp]:
    """Cancel the check-ins of a record that is merged into another: nobody is asked twice."""
    return [
        SaveFollowUp(replace(one, state=FollowUpState.CANCELLED, reason=MERGED))
        for one in case.follow_ups
        if one.state not in FINISHED
    ]


def take_back(case: Case, now: datetime) -> list[SaveFollowUp]:
    """Plan again what the merge had cancelled; `case` holds the finished follow-ups too."""
    back = [
        replace(one, state=FollowUpState.SCHEDULED, reason="", next_at=max(one.due_at, now + _SOON))
        for one in case.follow_ups
        if one.state is FollowUpState.CANCELLED and one.reason == MERGED
    ]
    return [SaveFollowUp(held_back(one, case.patient.paused_until)) for one in back]


def holds_nothing(case: Case, protocol: Protocol) -> bool:
    """Say whether somebody said no more than hello: only such a record makes way for the patient's own.

    They may have chosen a language and said that they ask for themselves; whatever else is there is theirs,
    and it stays where it is until a person decides.
    """
    patient = case.patient
    is_known = patient.purposes or patient.name or patient.birth_date or patient.country
    has_more = case.others or case.papers or case.anchors or case.follow_ups or _has_answered(case, protocol)
    is_open = case.contact.reach in {Reach.ACTIVE, Reach.BLOCKED}
    return is_open and patient.stage in _BEGINNING and not is_known and not has_more


def _has_answered(case: Case, protocol: Protocol) -> bool:
    answered = (slot.link_id for response in case.responses for slot in response.answers)
    is_for_another = case.patient.role not in {"", "self"}
    return is_for_another or any(
        protocol.effects.get(link_id) not in _NO_MORE_THAN_HELLO for link_id in answered
    )


def make_way(case: Case, into: PatientId, *, ident: str, now: datetime) -> list[Change]:
    """Leave the address of somebody of whom nothing is known to the patient `into`, who comes by a link.

    The record itself stays, shown under the other one; the merge may be undone as any other. Where a patient
    moves to such an address, `GiveWay` does it together with the move.
    """
    contact = replace(case.contact, reach=Reach.ENDED, dialogue=Dialogue())
    running = [one for one in case.responses if one.status is ResponseStatus.IN_PROGRESS]
    return [
        CancelQueued(contact.id, MERGED, at=now),
        *(CloseResponse(one.id, ResponseStatus.STOPPED, now) for one in running),
        *set_aside(case),
        SaveContact(contact),
        MergePatients(ident, into, now, BY_PATIENT),
        Audit(BY_PATIENT, "patient.merge", case.patient.id, now),
    ]
