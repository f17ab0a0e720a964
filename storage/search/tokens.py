"""What patients are found by, written when a name, a birth date or an address changes, and only then."""

from typing import Final, NamedTuple

from sqlalchemy import Connection, bindparam, delete

from handlers.core.case import Contact, Patient
from handlers.core.values import ChannelKind, ContactPoint
from storage.keys import ClinicKey, Vault
from storage.search.words import folded, name_parts, number_parts
from storage.sql import insert_new
from storage.tables import search_tokens

NAME: Final = "name"
BORN: Final = "born"
NUMBER: Final = "number"
HELPER: Final = "helper"
WHOLE: Final = "whole"
TWIN: Final = "twin"
"""The field of what two records of one person have in common: the birth date, and the name as a whole."""

_ADD = insert_new(search_tokens)
FORGET_ALL = delete(search_tokens).where(
    search_tokens.c.clinic_id == bindparam("clinic"), search_tokens.c.patient_id == bindparam("patient")
)
FORGET_HELPERS = FORGET_ALL.where(search_tokens.c.field == HELPER)
_FORGET = FORGET_ALL.where(
    search_tokens.c.row_id == bindparam("row"), search_tokens.c.field == bindparam("made_of")
)


class Part(NamedTuple):
    """One thing that a patient is found by: a part of a name, a birth date, or a number's end."""

    kind: str
    text: str


class Found(NamedTuple):
    """What a patient is found by because of one field: of their own row, or of a contact's."""

    patient: str
    row: str
    field: str
    parts: frozenset[Part]


def of_person(patient: Patient) -> tuple[Found, Found]:
    """Return what a patient's name and birth date let them be found by, in parts and as a whole."""
    whole = " ".join(sorted(folded(patient.name).split()))
    same = {Part(kind, text) for kind, text in ((BORN, patient.birth_date), (WHOLE, whole)) if text}
    named = Found(patient.id, patient.id, NAME, _of_name(patient.name))
    return named, Found(patient.id, patient.id, TWIN, frozenset(same))


def of_helper(patient: str, contact: Contact) -> Found:
    """Return what a helper's name lets the patient be found by."""
    return Found(patient, contact.id, HELPER, _of_name(contact.name))


def of_number(patient: str, contact: Contact) -> Found:
    """Return what a telephone number lets the patient be found by; other addresses nobody knows by heart."""
    return of_address(patient, contact.id, contact.point)


def of_address(patient: str, contact: str, point: ContactPoint) -> Found:
    """Return what a contact's address, or one that it had, lets the patient be found by."""
    is_phone = point.channel is ChannelKind.WHATSAPP
    parts = number_parts(point.address) if is_phone else ()
    return Found(patient, contact, NUMBER, frozenset(Part(NUMBER, part) for part in parts))


def let_be_found(conn: Connection, vault: Vault, clinic: ClinicKey, *known: Found) -> None:
    """Write what fields let a patient be found by, in place of what they did before."""
    for found in known:
        whose = {"clinic": clinic.clinic, "patient": found.patient}
        conn.execute(_FORGET, whose | {"row": found.row, "made_of": found.field})
    add(conn, vault, clinic, *known)


def add(conn: Connection, vault: Vault, clinic: ClinicKey, *known: Found) -> None:
    """Write what fields that are new let a patient be found by."""
    rows = [
        {"clinic_id": clinic.clinic, "patient_id": found.patient, "row_id": found.row}
        | {"field": found.field, "token": token(vault, clinic, part)}
        for found in known
        for part in found.parts
    ]
    if rows:
        conn.execute(_ADD, rows)


def token(vault: Vault, clinic: ClinicKey, part: Part) -> bytes:
    """Return the keyed hash of one part; the clinic's key makes it, which no rotation changes."""
    return vault.index(clinic, "search", part.kind, part.text)


def _of_name(name: str) -> frozenset[Part]:
    return frozenset(Part(NAME, part) for part in name_parts(name))
