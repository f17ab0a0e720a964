"""A patient's own data as a FHIR R4 Bundle to take along: what they told, sent, agreed to and wrote.

Flags, decisions and notes of staff are not in it: those the clinic hands out.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from handlers.core.bundle.answers import answered
from handlers.core.bundle.findings import consents, documents, sources
from handlers.core.bundle.naming import OURS, Naming, Resource, entry, instant
from handlers.core.bundle.people import people
from handlers.core.case import FollowUp
from handlers.core.changes import FINISHED
from handlers.core.protocol import Protocol
from handlers.core.summary.told import Reading, Told

_STATUS = {True: "completed", False: "scheduled"}


@dataclass(frozen=True, slots=True)
class Message:
    """One message of the chat. `inbound` says that the patient wrote it."""

    at: datetime
    inbound: bool
    text: str


@dataclass(frozen=True, slots=True)
class Own:
    """What such a Bundle is made from; `chats` are (channel, address) of the patient's own."""

    told: Told
    clinic: str
    clinic_name: str
    at: datetime
    chats: Sequence[tuple[str, str]] = ()
    messages: Sequence[Message] = ()
    plan: Sequence[FollowUp] = ()


def own_bundle(own: Own, protocol: Protocol, reading: Reading) -> Resource:
    """Return the Bundle, a collection."""
    naming = Naming(own.clinic, own.told.patient.id)
    return {
        "resourceType": "Bundle",
        "identifier": {"system": f"{OURS}/NamingSystem/own-data", "value": naming.key(instant(own.at))},
        "type": "collection",
        "timestamp": instant(own.at),
        "entry": list(_entries(own, protocol, reading, naming)),
    }


def _entries(own: Own, protocol: Protocol, reading: Reading, naming: Naming) -> Iterator[Resource]:
    patient, *others = people(own.told, naming, own.clinic_name)
    telecom = [{"system": "other", "value": f"{channel}:{address}"} for channel, address in own.chats]
    resource = patient["resource"] | ({"telecom": telecom} if telecom else {})
    yield patient | {"resource": resource}
    yield from others
    for part in own.told.responses:
        form = protocol.questionnaire(part.response.questionnaire, part.response.version)
        if form is not None:
            yield answered(own.told, part, form, naming, reading)
            if (provenance := sources(own.told, part, naming)) is not None:
                yield provenance
    yield from consents(own.told, naming)
    yield from documents(own.told, naming)
    yield from _plan(own.plan, naming)
    for number, message in enumerate(sorted(own.messages, key=lambda one: one.at)):
        yield _message(message, number, naming)


def _plan(plan: Sequence[FollowUp], naming: Naming) -> Iterator[Resource]:
    if plan:
        activities = [
            {
                "detail": {
                    "status": _STATUS[one.state in FINISHED],
                    "description": one.step,
                    "scheduledString": instant(one.due_at),
                }
            }
            for one in plan
        ]
        resource = {
            "resourceType": "CarePlan",
            "identifier": [naming.identifier("check-ins")],
            "status": "active",
            "intent": "plan",
            "subject": naming.reference("Patient"),
            "activity": activities,
        }
        yield entry(naming.url("CarePlan"), resource)


def _message(message: Message, number: int, naming: Naming) -> Resource:
    patient = naming.reference("Patient")
    resource = {
        "resourceType": "Communication",
        "identifier": [naming.identifier("message", str(number))],
        "status": "completed",
        "subject": patient,
        "sent": instant(message.at),
        **({"sender": patient} if message.inbound else {"recipient": [patient]}),
        "payload": [{"contentString": message.text}] if message.text else [],
    }
    return entry(naming.url("Communication", str(number)), resource)
