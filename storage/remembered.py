"""Cases of the conversations under way, remembered as of one version.

A remembered case is used only where the database says that the patient's version is still the same,
and every change of a case raises it: so it is never out of date, whoever else writes. It spares the
statements behind the first one, and opening what every message would open again.
"""

from collections.abc import Callable, Iterable, Sequence
from threading import Lock
from typing import Final

from handlers.core.case import Case, FollowUp, Response, ResponseStatus
from handlers.core.changes import (
    FINISHED,
    Audit,
    CancelQueued,
    Change,
    CloseResponse,
    CloseTask,
    DropAnswer,
    FreeHeld,
    MoveSend,
    OpenTask,
    PutAnswer,
    Queue,
    RaiseAlert,
    RaiseFlag,
    RecordConsent,
    ReplaceFlags,
    SaveContact,
    SaveFollowUp,
    SavePatient,
    SettleInbox,
    StartResponse,
)
from handlers.core.frozen import replace
from handlers.core.values import Answers
from storage.people import patient_after

CONVERSATIONS: Final = 256
"""Of so many patients at most; whoever has been silent longest is forgotten first."""

_BESIDE = (
    *(Audit, CancelQueued, CloseTask, FreeHeld, MoveSend, OpenTask, Queue, RaiseAlert),
    *(RaiseFlag, ReplaceFlags, SettleInbox),
)
"""Changes that stand beside the case: reading it again shows nothing of them."""


class RememberedCases:
    """The cases read or written last, by patient. Safe across threads."""

    def __init__(self) -> None:
        """Remember nothing yet."""
        self._lock = Lock()
        self._known: dict[tuple[str, str], Case] = {}

    def find(self, clinic: str, patient: str, version: int) -> Case | None:
        """Return the patient's case as of this version, or None if that is not remembered."""
        case = self._known.get((clinic, patient))
        return case if case is not None and case.patient.version == version else None

    def keep(self, case: Case) -> None:
        """Remember a case as it stands in the database."""
        place = case.clinic.id, case.patient.id
        with self._lock:
            self._known.pop(place, None)
            self._known[place] = case
            if len(self._known) > CONVERSATIONS:
                del self._known[next(iter(self._known))]

    def forget(self, clinic: str, patient: str) -> None:
        """Let go of a patient's case."""
        with self._lock:
            self._known.pop((clinic, patient), None)

    def move(self, case: Case, changes: Sequence[Change]) -> None:
        """Follow a saved case to where its changes leave it, or let go of it where that is not certain.

        What was read for other purposes (a whole record) is not remembered for a conversation.
        """
        known = self.find(case.clinic.id, case.patient.id, case.patient.version)
        after = case_after(known, changes) if known else None
        if after is None:
            self.forget(case.clinic.id, case.patient.id)
        else:
            self.keep(after)


def case_after(case: Case, changes: Sequence[Change]) -> Case | None:
    """Return what reading the case would show after these changes; None where only reading can tell.

    Certain are the changes of a conversation, which is where speed counts.
    """
    after: Case | None = case
    for change in changes:
        if after is not None and not isinstance(change, _BESIDE):
            after = _changed(after, change)
    if after is None or is_asking(after.responses) is not is_asking(case.responses):
        return None
    patient = replace(patient_after(case.patient, changes), version=case.patient.version + 1)
    return replace(after, patient=patient)


def is_asking(responses: Iterable[Response]) -> bool:
    """Say whether a part of the intake is under way: then earlier responses are not looked at."""
    return any(r.status is ResponseStatus.IN_PROGRESS and r.follow_up is None for r in responses)


def holds(case: Case, response: str) -> bool:
    """Say whether a case holds what a message may ask for: `response` is what its button belongs to.

    Where no part of the intake is under way, all responses were read.
    """
    dialogue = case.contact.dialogue
    named = (response, dialogue.response, dialogue.confirm and dialogue.confirm.response)
    return not is_asking(case.responses) or all(case.response(name) for name in named if name)


def _changed(case: Case, change: Change) -> Case | None:
    match change:
        case SavePatient() | RecordConsent():
            return case
        case SaveContact(contact) if contact.id == case.contact.id:
            return replace(case, contact=contact)
        case StartResponse(response):
            return replace(case, responses=(*case.responses, response))
        case PutAnswer(response_id, answer):
            read = replace(answer, source="", who=None)  # as `interviews` reads it
            return _answered(case, response_id, lambda answers: {**answers, answer.slot: read})
        case DropAnswer(response_id, slot):
            return _answered(
                case, response_id, lambda answers: {k: v for k, v in answers.items() if k != slot}
            )
        case CloseResponse(response_id, status) if not is_asking(case.responses):
            return _responding(case, response_id, lambda response: replace(response, status=status))
        case SaveFollowUp(follow_up):
            return _followed(case, follow_up)
        case _:
            return None


def _answered(case: Case, response_id: str, changed: Callable[[Answers], Answers]) -> Case | None:
    return _responding(case, response_id, lambda r: replace(r, answers=changed(r.answers)))


def _responding(case: Case, response_id: str, changed: Callable[[Response], Response]) -> Case | None:
    if case.response(response_id) is None:
        return None
    responses = (changed(r) if r.id == response_id else r for r in case.responses)
    return replace(case, responses=tuple(responses))


def _followed(case: Case, follow_up: FollowUp) -> Case | None:
    """Put a follow-up in its place; a finished one is no longer read."""
    if follow_up.id not in {known.id for known in case.follow_ups}:
        return None
    others = [known for known in case.follow_ups if known.id != follow_up.id]
    left = others if follow_up.state in FINISHED else [*others, follow_up]
    return replace(case, follow_ups=tuple(sorted(left, key=lambda known: (known.due_at, known.id))))
