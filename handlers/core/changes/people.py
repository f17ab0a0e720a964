"""Changes to who somebody is and how they are reached."""

from dataclasses import dataclass
from datetime import datetime

from handlers.core.case import Contact, Patient, Reach
from handlers.core.values import ContactId, PatientId


@dataclass(frozen=True, slots=True)
class AddPatient:
    """A first hello: the patient, their key and their contact point come into being."""

    patient: Patient
    contact: Contact


@dataclass(frozen=True, slots=True)
class SavePatient:
    """The patient's own fields (language, zone, stage, name …) as they are from now on."""

    patient: Patient


@dataclass(frozen=True, slots=True)
class AddContact:
    """A further way to reach the patient."""

    contact: Contact


@dataclass(frozen=True, slots=True)
class SaveContact:
    """A contact's dialogue, reach and window as they are from now on."""

    contact: Contact


@dataclass(frozen=True, slots=True)
class KeepName:
    """An address that a contact had until now is a further name of theirs: by it they are found too."""

    contact: ContactId
    address: str


@dataclass(frozen=True, slots=True)
class GiveWay:
    """Somebody who said no more than hello was the case's patient, at an address that they had moved to.

    Their contact leaves the address, what waited for them is called off, and their record, as of `version`,
    is shown under the patient's.
    """

    id: str
    patient: PatientId
    contact: ContactId
    version: int
    at: datetime


@dataclass(frozen=True, slots=True)
class SetReach:
    """A contact is reachable, blocked or stopped from now on."""

    contact: ContactId
    reach: Reach
    at: datetime


@dataclass(frozen=True, slots=True)
class AddInvitation:
    """A one-time code by which this patient may write from another address."""

    code: str
    at_system: datetime
    expires_at_system: datetime
    by: str
    helper: bool = False
    """Whoever comes with it helps the patient; else it is whoever `contact` is, at another address."""
    contact: ContactId | None = None


@dataclass(frozen=True, slots=True)
class SpendInvitation:
    """A one-time invitation is used up; if somebody was faster, nothing of this is written."""

    payload: str
    at_system: datetime


@dataclass(frozen=True, slots=True)
class MergePatients:
    """Staff found that the case's patient is the same person as `into`, under whom they are shown.

    Nothing is moved: answers and files stay with the record and the key that they came under.
    """

    id: str
    into: PatientId
    at: datetime
    by: str


@dataclass(frozen=True, slots=True)
class UnmergePatients:
    """A merge of the case's patient was wrong: both records stand apart again."""

    id: str
    at: datetime
    by: str
