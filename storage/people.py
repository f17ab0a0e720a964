"""Patients and their contact points, written and read."""

from collections.abc import Sequence
from typing import Any, assert_never

from sqlalchemy import bindparam, insert, select, update
from sqlalchemy.exc import IntegrityError

from handlers.core.case import Contact, Dialogue, Outcome, Patient, Reach, Stage
from handlers.core.changes import (
    AddContact,
    AddPatient,
    Change,
    DropHealthData,
    GiveWay,
    KeepName,
    RecordConsent,
    SaveContact,
    SavePatient,
    SetReach,
)
from handlers.core.codec import decode_dialogue, encode_dialogue
from handlers.core.frozen import replace
from handlers.core.paper_marks import decode_marks, encode_marks
from handlers.core.talk import NOBODY
from handlers.core.talk_codec import decode_talk, encode_talk
from handlers.core.travel import decode_trips, encode_trips
from handlers.core.values import (
    AnsweredBy,
    ChannelKind,
    ContactId,
    ContactPoint,
    Language,
    PatientId,
    Purpose,
)
from handlers.errors import ConcurrentUpdate
from storage.contact_names import forget_names, forget_names_at, keep_name
from storage.giving_way import give_way
from storage.keys import PatientKey, Vault
from storage.scope import Scope
from storage.search import tokens
from storage.sql import Fields, changed, is_row
from storage.tables import contact_points, patients

_FRESH = Dialogue()
_NEW_PATIENT = insert(patients)
_IS_AS_READ = (*is_row(patients), patients.c.version == bindparam("read_version"))
_SAVE_PATIENT = update(patients).where(*_IS_AS_READ)
_MOVE_ON = update(patients).where(*_IS_AS_READ).values(version=patients.c.version + 1)
_NEW_CONTACT = insert(contact_points)
_SAVE_CONTACT = update(contact_points).where(*is_row(contact_points))
_AT = select(contact_points.c.id).where(
    contact_points.c.clinic_id == bindparam("clinic"),
    contact_points.c.channel == bindparam("at_channel"),
    contact_points.c.account == bindparam("at_account"),
    contact_points.c.address_index == bindparam("at_address"),
)
_LEAVE = (
    update(contact_points)
    .where(
        contact_points.c.clinic_id == bindparam("clinic"),
        contact_points.c.channel == bindparam("at_channel"),
        contact_points.c.account == bindparam("at_account"),
        contact_points.c.address_index == bindparam("at_address"),
        contact_points.c.reach == Reach.ENDED.value,
    )
    .values(address_index=bindparam("freed"))
)
"""A helper whose access is over leaves the address to whoever they come as next, and its other names too."""


def save_patient(scope: Scope, changes: list[Change]) -> None:
    """Write the patient as all changes leave them; raise ConcurrentUpdate if they have moved on."""
    before = scope.case.patient
    after = patient_after(before, changes)
    if any(isinstance(change, AddPatient) for change in changes):
        _add_patient(scope, after)
        tokens.add(scope.conn, scope.vault, scope.clinic_key, *tokens.of_person(after))
        return
    values: dict[str, Any] = scope.row(before.id) | {"read_version": before.version}
    statement = _MOVE_ON
    if after is not before and after != before:
        statement = _SAVE_PATIENT
        values |= _patient_values(scope, after) | {"version": before.version + 1}
    if not changed(scope.conn, statement, values):
        raise ConcurrentUpdate("the case has moved on")
    if (after.name, after.birth_date) != (before.name, before.birth_date):
        tokens.let_be_found(scope.conn, scope.vault, scope.clinic_key, *tokens.of_person(after))


def apply_to_people(
    scope: Scope,
    change: AddPatient | SavePatient | SaveContact | KeepName | AddContact | SetReach | GiveWay,
) -> None:
    """Write one change to who somebody is and how they are reached."""
    match change:
        case AddPatient(_, contact) | AddContact(contact):
            add_contact(scope, contact)
        case SavePatient():
            return  # written by save_patient, together with the version
        case SaveContact(contact):
            save_contact(scope, contact)
        case KeepName():
            keep_name(scope, change)
        case SetReach():
            set_reach(scope, change)
        case GiveWay():
            give_way(scope, change)
        case unreachable:
            assert_never(unreachable)


def patient_after(patient: Patient, changes: Sequence[Change]) -> Patient:
    """Return a patient as these changes leave them, but for the version."""
    for change in changes:
        match change:
            case AddPatient(now, _) | SavePatient(now):
                patient = now
            case RecordConsent(purpose=purpose, given=given):
                held = patient.purposes - {purpose}
                patient = replace(patient, purposes=held | {purpose} if given else held)
            case DropHealthData():
                patient = replace(
                    patient,
                    name="",
                    birth_date="",
                    country="",
                    decision=Outcome.OPEN,
                    trips=(),
                    paper_marks=(),
                )
            case _:
                continue
    return patient


def add_contact(scope: Scope, contact: Contact) -> None:
    """Store a new contact point; raise ConcurrentUpdate if the address is somebody's already."""
    point = contact.point
    fixed = {
        "clinic_id": scope.clinic,
        "id": contact.id,
        "patient_id": scope.patient,
        "channel": point.channel.value,
        "account": point.account,
        "address_index": scope.index("address", point.channel, point.account, point.address),
        "address": scope.seal("contact_points", contact.id, "address", point.address),
        "since": contact.last_heard_at,
    }
    left = {"freed": scope.index("ended", contact.id)}
    if changed(scope.conn, _LEAVE, _at(fixed) | left):
        forget_names_at(scope, left["freed"])
    try:
        scope.conn.execute(_NEW_CONTACT, fixed | _contact_values(scope, contact))
    except IntegrityError as error:
        raise ConcurrentUpdate("the address is known by now") from error
    known = (tokens.of_helper(scope.patient, contact), tokens.of_number(scope.patient, contact))
    tokens.add(scope.conn, scope.vault, scope.clinic_key, *known)


def _at(fixed: dict[str, Any]) -> dict[str, Any]:
    """Name an address as `_LEAVE` looks for it."""
    place = {"clinic": fixed["clinic_id"], "at_channel": fixed["channel"], "at_account": fixed["account"]}
    return place | {"at_address": fixed["address_index"]}


def save_contact(scope: Scope, contact: Contact) -> None:
    """Write a contact's dialogue, reach and window; and their address, if that is another now."""
    values = _contact_values(scope, contact)
    known = {one.id: one for one in (scope.case.contact, *scope.case.others)}
    before = known.get(contact.id, contact)
    if before.point != contact.point:
        values |= _moved(scope, contact)
    if before.name != contact.name:
        found = tokens.of_helper(scope.patient, contact)
        tokens.let_be_found(scope.conn, scope.vault, scope.clinic_key, found)
    scope.conn.execute(_SAVE_CONTACT, scope.row(contact.id) | values)


def _moved(scope: Scope, contact: Contact) -> dict[str, Any]:
    """Return the new address, and forget the old names: they may be somebody else's tomorrow.

    An address that is another contact's already stays theirs: nothing moves then.
    """
    point = contact.point
    index = scope.index("address", point.channel, point.account, point.address)
    place = {"clinic": scope.clinic, "at_channel": point.channel.value, "at_account": point.account}
    if scope.conn.scalar(_AT, place | {"at_address": index}) is not None:
        return {}
    forget_names(scope, contact.id)
    tokens.let_be_found(scope.conn, scope.vault, scope.clinic_key, tokens.of_number(scope.patient, contact))
    return {
        "address_index": index,
        "address": scope.seal("contact_points", contact.id, "address", point.address),
    }


def set_reach(scope: Scope, change: SetReach) -> None:
    """Write whether a contact can be reached."""
    scope.conn.execute(_SAVE_CONTACT, scope.row(change.contact) | {"reach": change.reach.value})


def patient_of(vault: Vault, key: PatientKey, row: Fields) -> Patient:
    """Return the patient in a row that holds the columns of `patients`."""

    def opened(column: str) -> str:
        return vault.open_text(key, "patients", key.patient, column, getattr(row, column))

    return Patient(
        id=PatientId(key.patient),
        code=row.code,
        version=row.version,
        stage=Stage(row.stage),
        language=Language(row.language) if row.language else None,
        zone=row.zone,
        at_time=row.at_time,
        name=opened("name"),
        birth_date=opened("birth_date"),
        country=opened("country"),
        role=opened("role"),
        purposes=frozenset(Purpose(word) for word in row.purposes.split()),
        created_at=row.created_at,
        decision=Outcome(row.decision),
        trips=decode_trips(opened("trips")),
        paused_until=row.paused_until,
        talk=decode_talk(opened("talk")) if row.talk is not None else NOBODY,
        paper_marks=decode_marks(opened("paper_marks")) if row.paper_marks is not None else (),
    )


def contact_of(vault: Vault, key: PatientKey, row: Fields) -> Contact:
    """Return the contact in a row that holds the columns of `contact_points`."""
    address = vault.open_text(key, "contact_points", row.id, "address", row.address)
    dialogue = vault.open_text(key, "contact_points", row.id, "dialogue", row.dialogue)
    return Contact(
        id=ContactId(row.id),
        point=ContactPoint(ChannelKind(row.channel), row.account, address),
        reach=Reach(row.reach),
        by=AnsweredBy(row.by),
        dialogue=decode_dialogue(dialogue) if dialogue else Dialogue(),
        window_closes_at=row.window_closes_at,
        last_heard_at=row.last_heard_at,
        preferred=row.preferred,
        name=vault.open_text(key, "contact_points", row.id, "name", row.name),
        relation=vault.open_text(key, "contact_points", row.id, "relation", row.relation),
        language=Language(row.language) if row.language else None,
    )


def _add_patient(scope: Scope, patient: Patient) -> None:
    fixed = {
        "clinic_id": scope.clinic,
        "id": patient.id,
        "code": patient.code,
        "version": patient.version,
        "wrapped_key": scope.key.wrapped,
        "created_at": patient.created_at,
    }
    try:
        scope.conn.execute(_NEW_PATIENT, fixed | _patient_values(scope, patient))
    except IntegrityError as error:
        raise ConcurrentUpdate("the patient's id or code is taken") from error


def _patient_values(scope: Scope, patient: Patient) -> dict[str, Any]:
    return {
        "stage": patient.stage.value,
        "language": patient.language,
        "zone": patient.zone,
        "at_time": patient.at_time,
        "name": scope.seal("patients", patient.id, "name", patient.name),
        "birth_date": scope.seal("patients", patient.id, "birth_date", patient.birth_date),
        "country": scope.seal("patients", patient.id, "country", patient.country),
        "role": scope.seal("patients", patient.id, "role", patient.role),
        "purposes": " ".join(sorted(patient.purposes)),
        "decision": patient.decision.value,
        "trips": scope.seal("patients", patient.id, "trips", encode_trips(patient.trips)),
        "paused_until": patient.paused_until,
        "talk": scope.seal("patients", patient.id, "talk", encode_talk(patient.talk)),
        "talk_until": patient.talk.until,
        "paper_marks": scope.seal("patients", patient.id, "paper_marks", encode_marks(patient.paper_marks)),
    }


def _contact_values(scope: Scope, contact: Contact) -> dict[str, Any]:
    dialogue = encode_dialogue(contact.dialogue) if contact.dialogue != _FRESH else ""
    return {
        "reach": contact.reach.value,
        "by": contact.by.value,
        "dialogue": scope.seal("contact_points", contact.id, "dialogue", dialogue),
        "window_closes_at": contact.window_closes_at,
        "last_heard_at": contact.last_heard_at,
        "preferred": contact.preferred,
        "name": scope.seal("contact_points", contact.id, "name", contact.name),
        "relation": scope.seal("contact_points", contact.id, "relation", contact.relation),
        "language": contact.language,
    }
