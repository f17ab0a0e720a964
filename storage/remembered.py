"""Cases of the conversations under way, remembered as of one version.

A remembered case is used only where the database says that the patient's version is still the same,
and every change of a case raises it: so it is never out of date, whoever else writes. It spares the
statements behind the first one, and opening what every message would open again.
"""

from collections.abc import Sequence
from dataclasses import replace
from threading import Lock
from typing import Final

from handlers.core.case import Case, Response, ResponseStatus
from handlers.core.changes import (
    Audit,
    Change,
    DropAnswer,
    MoveSend,
    OpenTask,
    PutAnswer,
    Queue,
    RaiseFlag,
    RecordConsent,
    SaveContact,
    SavePatient,
    SettleInbox,
    StartResponse,
)
from handlers.core.values import Answers
from storage.people import patient_after

CONVERSATIONS: Final = 256
"""Of so many patients at most; whoever has been silent longest is forgotten first."""

_BESIDE = (Queue, SettleInbox, MoveSend, OpenTask, RaiseFlag, Audit)
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

    Certain are the changes of a conversation in the middle of the intake, which is where speed counts.
    """
    responses = {response.id: response for response in case.responses}
    contact = case.contact
    for change in changes:
        match change:
            case SavePatient() | RecordConsent():
                continue
            case SaveContact(saved) if saved.id == contact.id:
                contact = saved
            case StartResponse(response):
                responses[response.id] = response
            case PutAnswer(response_id, answer) if response_id in responses:
                read = replace(answer, source="")  # as `interviews` reads it
                answers = {**responses[response_id].answers, answer.slot: read}
                responses[response_id] = _with(responses[response_id], answers)
            case DropAnswer(response_id, slot) if response_id in responses:
                kept = {key: value for key, value in responses[response_id].answers.items() if key != slot}
                responses[response_id] = _with(responses[response_id], kept)
            case _ if isinstance(change, _BESIDE):
                continue
            case _:
                return None
    patient = replace(patient_after(case.patient, changes), version=case.patient.version + 1)
    return replace(case, patient=patient, contact=contact, responses=tuple(responses.values()))


def serves(case: Case, contact: str, response: str) -> bool:
    """Say whether a case, remembered or freshly read, holds all that a message at `contact` asks for.

    `response` is the one that a tapped button belongs to, "" for none. Where no part of the intake is
    under way, all responses are needed, and those are read.
    """
    dialogue = case.contact.dialogue
    named = (response, dialogue.response, dialogue.confirm and dialogue.confirm.response)
    return (
        case.contact.id == contact
        and any(_is_intake_under_way(known) for known in case.responses)
        and all(not name or case.response(name) is not None for name in named)
    )


def _is_intake_under_way(response: Response) -> bool:
    return response.status is ResponseStatus.IN_PROGRESS and response.follow_up is None


def _with(response: Response, answers: Answers) -> Response:
    return replace(response, answers=answers)
