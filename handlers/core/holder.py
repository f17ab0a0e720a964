"""Who writes from an address by now."""

from dataclasses import dataclass

from handlers.core.values import ContactId, PatientId


@dataclass(frozen=True, slots=True)
class Holder:
    """Whoever writes from an address by now: their words came in before the news that somebody moved there.

    `has_told`: their record holds more than a hello.
    """

    patient: PatientId
    contact: ContactId
    code: str
    version: int
    has_told: bool
