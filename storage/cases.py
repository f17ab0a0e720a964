"""Reading a case: three statements on one consistent view, a fourth where the patient sent files."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Row, and_, bindparam, or_, select

from handlers.core.case import Case, Contact, Reach, ResponseStatus
from handlers.core.frozen import replace
from handlers.core.values import ContactPoint
from storage.clinics import clinic_of
from storage.interviews import RESPONSES, responses_of
from storage.keys import ClinicKey, PatientKey, Vault
from storage.papers import HAS_PAPERS, files_of
from storage.people import contact_of, patient_of
from storage.plans import PLAN, WHOLE_PLAN, plan_of
from storage.remembered import RememberedCases, holds
from storage.sql import Part, insert_new
from storage.tables import clinics, contact_aliases, contact_points, patients, responses
from storage.types import is_word

_PATIENT = Part(patients, start=len(contact_points.c))
_CLINIC = Part(clinics, start=_PATIENT.end)
_hit = contact_points.alias("hit")
_PEOPLE = (
    select(contact_points, *_PATIENT.columns, *_CLINIC.columns, HAS_PAPERS)
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
    or_(
        is_word(responses.c.status, ResponseStatus.IN_PROGRESS),
        responses.c.follow_up_id.is_(None),
        *(responses.c.id == bindparam(name) for name in ("tapped", "asked", "confirmed")),
    )
)


@dataclass(frozen=True, slots=True)
class Reading:
    """What every reading of a case is given: a connection, the keys, the cases read before."""

    conn: Connection
    vault: Vault
    clinic: ClinicKey
    remembered: RememberedCases

    def index(self, point: ContactPoint, address: str) -> bytes:
        """Return the keyed hash of an address at the channel account of `point`."""
        return self.vault.index(self.clinic, "address", point.channel, point.account, address)


def read_at(reading: Reading, point: ContactPoint, response: str) -> tuple[Case, PatientKey] | None:
    """Return the case at a contact point and its patient's key; None if nobody is known there."""
    values = _line(reading, point) | {"address": reading.index(point, point.address)}
    rows = reading.conn.execute(_BY_ADDRESS, values).all()
    return _case(reading, rows, here=rows[0].hit_id, response=response) if rows else None


def read_by_alias(
    reading: Reading, point: ContactPoint, aliases: Sequence[str], response: str
) -> tuple[Case, PatientKey] | None:
    """Return the case of the contact that one of these addresses is a further or earlier name of."""
    addresses = [reading.index(point, address) for address in (point.address, *aliases)]
    values = _line(reading, point) | {"addresses": addresses}
    conn = reading.conn
    found = conn.execute(_BY_ALIAS, values).first() or conn.execute(_BY_OTHER_ADDRESS, values).first()
    if found is None:
        return None
    named = {"clinic": reading.clinic.clinic, "patient": found.patient_id}
    rows = conn.execute(_BY_PATIENT, named).all()
    return _case(reading, rows, here=found.id, response=response) if rows else None


def read_of(reading: Reading, patient: str, *, full: bool) -> tuple[Case, PatientKey] | None:
    """Return a patient's case at the contact they are best reached at; None if there is no such patient."""
    named = {"clinic": reading.clinic.clinic, "patient": patient}
    rows = reading.conn.execute(_BY_PATIENT, named).all()
    return _case(reading, rows, here="", response="", full=full) if rows else None


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


def _line(reading: Reading, point: ContactPoint) -> dict[str, Any]:
    return {"clinic": reading.clinic.clinic, "channel": point.channel.value, "account": point.account}


def _case(
    reading: Reading, rows: Sequence[Row[Any]], *, here: str, response: str, full: bool = False
) -> tuple[Case, PatientKey]:
    person = _PATIENT.of(rows[0])
    key = PatientKey(reading.clinic, person.id, person.wrapped_key)
    known = reading.remembered.find(key.clinic, key.patient, person.version)
    if known is not None and not full and _is_at(known, here) and holds(known, response):
        return replace(known, clinic=clinic_of(_CLINIC.of(rows[0]))), key
    case = _opened(reading, key, rows, here=here, response=response, full=full)
    if not full:
        reading.remembered.keep(case)
    return case, key


def _is_at(case: Case, here: str) -> bool:
    """Say whether a case is the one at the contact with the id `here`, or at the best one for ""."""
    return _chosen((case.contact, *case.others), here) is case.contact


def _opened(
    reading: Reading, key: PatientKey, rows: Sequence[Row[Any]], *, here: str, response: str, full: bool
) -> Case:
    vault = reading.vault
    contacts = [contact_of(vault, key, row) for row in rows]
    contact = _chosen(contacts, here)
    of_patient = {"clinic": key.clinic, "patient": key.patient}
    planned = reading.conn.execute(WHOLE_PLAN if full else PLAN, of_patient).all()
    follow_ups, dates = plan_of(vault, key, planned)
    found = _responses(reading.conn, of_patient, None if full else _named(contact, response))
    papers, came = files_of(reading.conn, vault, key) if rows[0].has_papers else ((), ())
    return Case(
        clinic=clinic_of(_CLINIC.of(rows[0])),
        patient=patient_of(vault, key, _PATIENT.of(rows[0])),
        contact=contact,
        others=tuple(other for other in contacts if other is not contact),
        responses=responses_of(vault, key, found),
        follow_ups=follow_ups,
        anchors=dates,
        papers=papers,
        came=came,
    )


def _responses(
    conn: Connection, of_patient: dict[str, str], named: dict[str, str] | None
) -> Sequence[Row[Any]]:
    """Return the rows of the intake and of what is open or named; of all where no part is under way."""
    if named is not None:
        found = conn.execute(_OPEN_RESPONSES, of_patient | named).all()
        if any(_is_of_intake_under_way(row) for row in found):
            return found
    # Nobody is in the middle of the intake: what is said may be about answers given before.
    return conn.execute(RESPONSES, of_patient).all()


def _is_of_intake_under_way(row: Row[Any]) -> bool:
    return row.status == ResponseStatus.IN_PROGRESS.value and row.follow_up_id is None


def _chosen(contacts: Sequence[Contact], here: str) -> Contact:
    """Return the contact with the id `here`, or the one that reaches the patient best."""
    named = [contact for contact in contacts if contact.id == here]
    return named[0] if named else max(contacts, key=_fitness)


def _fitness(contact: Contact) -> tuple[bool, bool, bool, float]:
    heard = contact.last_heard_at
    is_in = contact.reach is not Reach.ENDED
    return is_in, contact.reach is Reach.ACTIVE, contact.preferred, heard.timestamp() if heard else 0.0


def _named(contact: Contact, response: str) -> dict[str, str]:
    """Name the responses that are needed though they may be finished: an old button's, an open change's."""
    dialogue = contact.dialogue
    confirmed = dialogue.confirm.response if dialogue.confirm else None
    return {"tapped": response, "asked": dialogue.response or "", "confirmed": confirmed or ""}
