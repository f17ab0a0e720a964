"""The people of a Bundle, the clinic, and the software that asked."""

import re
from collections.abc import Iterator
from typing import Final

from handlers.core.bundle.naming import OURS, TERMINOLOGY, Naming, Resource, concept, entry
from handlers.core.case import Contact
from handlers.core.summary.told import Told
from handlers.core.values import AnsweredBy

DEVICE: Final = "Device"
CLINIC: Final = "Organization"
_DATE: Final = re.compile(r"\d{4}(-\d{2}(-\d{2})?)?")
_ZONE: Final = "http://hl7.org/fhir/StructureDefinition/timezone"
_ROLES: Final = {
    "spouse": ("SPS", "spouse"),
    "child": ("CHILD", "child"),
    "sibling": ("SIB", "sibling"),
    "parent": ("PRN", "parent"),
    "friend": ("FRND", "unrelated friend"),
}
"""Relations that HL7's RoleCode has; the others are told in words."""


def people(told: Told, naming: Naming, clinic_name: str) -> Iterator[Resource]:
    """Yield the entries of the patient, their helpers, the clinic and the software."""
    yield entry(naming.url("Patient"), _patient(told, naming))
    for helper in helpers_of(told):
        yield entry(naming.url("RelatedPerson", helper.id), _helper(helper, naming))
    yield entry(clinic_url(naming), _clinic(naming, clinic_name))
    yield entry(device_url(naming), _device())


def helpers_of(told: Told) -> list[Contact]:
    """Return those who help the patient, in the order of their ids."""
    return sorted((one for one in told.contacts if one.by is AnsweredBy.HELPER), key=lambda one: one.id)


def clinic_url(naming: Naming) -> str:
    """Return the fullUrl of the clinic."""
    return Naming(naming.clinic, "").url(CLINIC)


def device_url(naming: Naming) -> str:
    """Return the fullUrl of the software."""
    return Naming(naming.clinic, "").url(DEVICE)


def told_by(told: Told, naming: Naming, by: AnsweredBy, who: str | None = None) -> Resource | None:
    """Return a reference to whoever said something; None rather than somebody who may not have."""
    if by is AnsweredBy.PATIENT:
        return naming.reference("Patient")
    known = [helper.id for helper in helpers_of(told)] if by is AnsweredBy.HELPER else []
    if who is None and len(known) == 1:
        return naming.reference("RelatedPerson", known[0])
    return naming.reference("RelatedPerson", who) if who in known else None


def _patient(told: Told, naming: Naming) -> Resource:
    patient = told.patient
    return {
        "resourceType": "Patient",
        "extension": [{"url": _ZONE, "valueCode": patient.zone}] if patient.zone else [],
        "identifier": [
            naming.identifier("patient"),
            {"system": f"{OURS}/NamingSystem/case-number", "value": f"{naming.clinic}.{patient.code}"},
        ],
        "active": True,
        "name": [{"use": "official", "text": patient.name}] if patient.name else [],
        "birthDate": patient.birth_date if _DATE.fullmatch(patient.birth_date) else "",
        "address": [{"country": patient.country}] if patient.country else [],
        "communication": [{"language": _language(patient.language), "preferred": True}]
        if patient.language
        else [],
    }


def _language(code: str) -> Resource:
    return {"coding": [{"system": "urn:ietf:bcp:47", "code": code}]}


def _helper(helper: Contact, naming: Naming) -> Resource:
    code, name = _ROLES.get(helper.relation, ("", helper.relation))
    return {
        "resourceType": "RelatedPerson",
        "identifier": [naming.identifier("related-person", helper.id)],
        "active": True,
        "patient": naming.reference("Patient"),
        "relationship": [concept(name, system=f"{TERMINOLOGY}/v3-RoleCode", code=code)] if name else [],
        "name": [{"text": helper.name}] if helper.name else [],
        "communication": [{"language": _language(helper.language)}] if helper.language else [],
    }


def _clinic(naming: Naming, name: str) -> Resource:
    return {
        "resourceType": "Organization",
        "identifier": [Naming(naming.clinic, "").identifier("clinic")],
        "active": True,
        "name": name or naming.clinic,
    }


def _device() -> Resource:
    return {
        "resourceType": "Device",
        "identifier": [{"system": f"{OURS}/NamingSystem/software", "value": "yorisoi"}],
        "deviceName": [{"name": "Yorisoi", "type": "user-friendly-name"}],
        "type": {"text": "automatic intake service"},
    }
