"""Identifiers and references of a Bundle: ours, the same each time, and unlike any other clinic's."""

import hashlib
import re
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

Resource = dict[str, Any]
"""One FHIR resource, or a part of one, as JSON knows it."""

OURS: Final = "https://yorisoi.example/fhir"
LOINC: Final = "http://loinc.org"
TERMINOLOGY: Final = "http://terminology.hl7.org/CodeSystem"
ABSENT: Final = "http://hl7.org/fhir/StructureDefinition/data-absent-reason"
TRANSLATION: Final = "http://hl7.org/fhir/StructureDefinition/translation"
_NAMESPACE: Final = bytes.fromhex("6ba7b8119dad11d180b400c04fd430c8")
"""RFC 4122's namespace of URLs."""
_CONTROL: Final = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ufffe\uffff]")


@dataclass(frozen=True, slots=True)
class Naming:
    """Names the resources of one patient of one clinic."""

    clinic: str
    patient: str

    def key(self, name: str = "") -> str:
        """Return what an identifier of ours says: the clinic, the patient, and the thing's own name."""
        return ".".join(part for part in (self.clinic, self.patient, name) if part)

    def identifier(self, kind: str, name: str = "") -> Resource:
        """Return the identifier of one resource of this patient."""
        return {"system": f"{OURS}/NamingSystem/{kind}", "value": self.key(name)}

    def url(self, kind: str, name: str = "") -> str:
        """Return the fullUrl of one resource of this patient: a UUID made from its identifier."""
        return f"urn:uuid:{_uuid5(f'{OURS}/{kind}/{self.key(name)}')}"

    def reference(self, kind: str, name: str = "") -> Resource:
        """Return a reference to one resource of this patient."""
        return {"reference": self.url(kind, name), "type": kind}


def entry(url: str, resource: Resource) -> Resource:
    """Return an entry of the Bundle, without what is empty."""
    return {"fullUrl": url, "resource": without_empty(resource)}


def without_empty(value: Any) -> Any:
    """Return a resource without empty texts, lists and objects, which FHIR forbids."""
    if isinstance(value, dict):
        kept = {name: without_empty(inner) for name, inner in value.items()}
        return {name: inner for name, inner in kept.items() if inner not in (None, "", [], {})}
    if isinstance(value, list):
        return [inner for inner in map(without_empty, value) if inner not in (None, "", [], {})]
    return text(value) if isinstance(value, str) else value


def text(words: str) -> str:
    """Return words as FHIR's `string` takes them: no control characters, not blank."""
    cleaned = _CONTROL.sub("\ufffd", words)
    return cleaned if cleaned.strip() else ""


def instant(moment: datetime) -> str:
    """Return a UTC time as FHIR writes it."""
    return moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")


def concept(words: str, *, system: str = "", code: str = "") -> Resource:
    """Return a CodeableConcept, coded where there is a code."""
    coding = [{"system": system, "code": code}] if code else []
    return {"coding": coding, "text": words}


def _uuid5(name: str) -> str:
    digest = bytearray(hashlib.sha1(_NAMESPACE + name.encode(), usedforsecurity=False).digest()[:16])
    digest[6] = digest[6] & 0x0F | 0x50
    digest[8] = digest[8] & 0x3F | 0x80
    plain = digest.hex()
    return "-".join((plain[:8], plain[8:12], plain[12:16], plain[16:20], plain[20:]))
