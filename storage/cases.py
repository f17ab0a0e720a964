"""Reading a case: three statements on one consistent view."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection, Row, and_, bindparam, select

from handlers.core.case import Case, Contact, Reach, ResponseStatus
from handlers.core.values import ContactPoint
from storage.clinics import clinic_of
from storage.interviews import RESPONSES, responses_of
from storage.keys import ClinicKey, PatientKey, Vault
from storage.people import contact_of, patient_of
from storage.plans import PLAN, WHOLE_PLAN, plan_of
from storage.sql import insert_new, part
from storage.tables import clinics, contact_aliases, contact_points, patients, responses
from storage.types import is_word

_PERSON = [column.label(f"of_patient_{column.name}") for column in patients.c]
_CLINIC = [column.label(f"of_clinic_{column.name}") for column in clinics.c]
_hit = contact_points.alias("hit")
_PEOPLE = (
    select(contact_points, *_PERSON, *_CLINIC)
    .join_from(
        patients,
        contact_points,
        and_(
            contact_points.c.clinic_id == patients.c.clinic_id,
            contact_points.c.patient_id == patients.c.id,
        ),
    )
    .join(clinics, clinics.c.id == patients.c.clinic_id)
    .where(patients.c.clinic_id == bindparam("clinic"), patients.c.wrapped_key.is_not(None))
    .order_by(contact_points.c.since, contact_points.c.id)
)
_BY_PATIENT = _PEOPLE.where(patients.c.id == bindparam("patient"))
_BY_ADDRESS = (
    _PEOPLE.add_columns(_hit.c.id.label("hit_id"))
    .join(_hit, and_(_hit.c.clinic_id == patients.c.clinic_id, _hit.c.patient_id == patients.c.id))
    .where(
        _hit.c.channel == bindparam("channel"),
        _hit.c.account == bindparam("account"),
        _hit.c.address_index == bindparam("address"),
    )
)
_BY_ALIAS = (
    select(contact_points.c.patient_id, contact_points.c.id)
    .join(
        contact_aliases,
        and_(
            contact_aliases.c.clinic_id == contact_points.c.clinic_id,
            contact_aliases.c.contact_id == contact_points.c.id,
        ),
    )
    .where(
        contact_aliases.c.clinic_id == bindparam("clinic"),
        contact_aliases.c.channel == bindparam("channel"),
        contact_aliases.c.account == bindparam("account"),
        contact_aliases.c.address_index.in_(bindparam("addresses", expanding=True)),
    )
)
_BY_OTHER_ADDRESS = select(contact_points.c.patient_id, contact_points.c.id).where(
    contact_points.c.clinic_id == bindparam("clinic"),
    contact_points.c.channel == bindparam("channel"),
    contact_points.c.account == bindparam("account"),
    contact_points.c.address_index.in_(bindparam("addresses", expanding=True)),
)
_KNOWN_ALIASES = select(contact_aliases.c.address_index).where(
    contact_aliases.c.clinic_id == bindparam("clinic"),
    contact_aliases.c.channel == bindparam("channel"),
    contact_aliases.c.account == bindparam("account"),
    contact_aliases.c.address_index.in_(bindparam("addresses", expanding=True)),
)
_ADD_ALIASES = insert_new(contact_aliases)
_OPEN_RESPONSES = RESPONSES.where(
    is_word(responses.c.status, ResponseStatus.IN_PROGRESS)
    | responses.c.id.in_([bindparam("tapped"), bindparam("asked"), bindparam("confirmed")])
)


def read_at(
    conn: Connection, vault: Vault, clinic: ClinicKey, point: ContactPoint, response: str
) -> tuple[Case, PatientKey] | None:
    """Return the case at a contact point and its patient's key; None if nobody is known there."""
    address = vault.index(clinic, "address", point.channel, point.account, point.address)
    values = {"clinic": clinic.clinic, "channel": point.channel.value, "account": point.account}
    rows = conn.execute(_BY_ADDRESS, values | {"address": address}).all()
    return _case(conn, vault, clinic, rows, here=rows[0].hit_id, response=response) if rows else None


def read_by_alias(
    conn: Connection,
    vault: Vault,
    clinic: ClinicKey,
    point: ContactPoint,
    aliases: Sequence[str],
    response: str,
) -> tuple[Case, PatientKey] | None:
    """Return the case of the contact that one of these addresses is a further or earlier name of."""
    addresses = [
        vault.index(clinic, "address", point.channel, point.account, address)
        for address in (point.address, *aliases)
    ]
    values = {"clinic": clinic.clinic, "channel": point.channel.value, "account": point.account}
    found = (
        conn.execute(_BY_ALIAS, values | {"addresses": addresses}).first()
        or conn.execute(_BY_OTHER_ADDRESS, values | {"addresses": addresses}).first()
    )
    if found is None:
        return None
    rows = conn.execute(_BY_PATIENT, {"clinic": clinic.clinic, "patient": found.patient_id}).all()
    return _case(conn, vault, clinic, rows, here=found.id, response=response) if rows else None


def read_of(
    conn: Connection, vault: Vault, clinic: ClinicKey, patient: str, *, full: bool
) -> tuple[Case, PatientKey] | None:
    """Return a patient's case at the contact they are best reached at; None if there is no such patient."""
    rows = conn.execute(_BY_PATIENT, {"clinic": clinic.clinic, "patient": patient}).all()
    return _case(conn, vault, clinic, rows, here="", response="", full=full) if rows else None


def unknown_aliases(
    conn: Connection, vault: Vault, clinic: ClinicKey, contact: Contact, addresses: Sequence[str]
) -> list[dict[str, Any]]:
    """Return the rows of those addresses by which a contact is not known yet."""
    point = contact.point
    values = {"clinic": clinic.clinic, "channel": point.channel.value, "account": point.account}
    indexes = {
        vault.index(clinic, "address", point.channel, point.account, address)
        for address in addresses
        if address != point.address
    }
    known = set(conn.scalars(_KNOWN_ALIASES, values | {"addresses": list(indexes)}))
    fixed = {"clinic_id": clinic.clinic, "channel": point.channel.value, "account": point.account}
    return [fixed | {"address_index": index, "contact_id": contact.id} for index in sorted(indexes - known)]


def add_aliases(conn: Connection, rows: list[dict[str, Any]]) -> None:
    """Remember further addresses; one that is another contact's already stays theirs."""
    conn.execute(_ADD_ALIASES, rows)


def _case(  # noqa: PLR0913 - the three ways of finding a case end here
    conn: Connection,
    vault: Vault,
    clinic: ClinicKey,
    rows: Sequence[Row[Any]],
    *,
    here: str,
    response: str,
    full: bool = False,
) -> tuple[Case, PatientKey]:
    person = part(rows[0], "of_patient_")
    key = PatientKey(clinic, person.id, person.wrapped_key)
    contacts = [contact_of(vault, key, row) for row in rows]
    contact = _chosen(contacts, here)
    of_patient = {"clinic": clinic.clinic, "patient": key.patient}
    follow_ups, dates = plan_of(
        vault, key, list(conn.execute(WHOLE_PLAN if full else PLAN, of_patient).all())
    )
    named = of_patient if full else of_patient | _named(contact, response)
    found = conn.execute(RESPONSES if full else _OPEN_RESPONSES, named).all()
    if not full and not _is_asking(found):
        # Nobody is in the middle of the intake: what is said may be about answers given before.
        found = conn.execute(RESPONSES, of_patient).all()
    case = Case(
        clinic=clinic_of(part(rows[0], "of_clinic_")),
        patient=patient_of(vault, key, person),
        contact=contact,
        others=tuple(other for other in contacts if other is not contact),
        responses=responses_of(vault, key, found),
        follow_ups=follow_ups,
        anchors=dates,
    )
    return case, key


def _is_asking(found: Sequence[Row[Any]]) -> bool:
    """Say whether a part of the intake is under way: then earlier responses are not looked at."""
    return any(row.status == ResponseStatus.IN_PROGRESS.value and row.follow_up_id is None for row in found)


def _chosen(contacts: Sequence[Contact], here: str) -> Contact:
    """Return the contact with the id `here`, or the one that reaches the patient best."""
    named = [contact for contact in contacts if contact.id == here]
    return named[0] if named else max(contacts, key=_fitness)


def _fitness(contact: Contact) -> tuple[bool, bool, float]:
    heard = contact.last_heard_at
    return contact.reach is Reach.ACTIVE, contact.preferred, heard.timestamp() if heard else 0.0


def _named(contact: Contact, response: str) -> dict[str, str]:
    """Name the responses that are needed though they may be finished: an old button's, an open change's."""
    dialogue = contact.dialogue
    confirmed = dialogue.confirm.response if dialogue.confirm else None
    return {"tapped": response, "asked": dialogue.response or "", "confirmed": confirmed or ""}
