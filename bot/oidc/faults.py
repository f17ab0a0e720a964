"""Why the identity provider's word lets nobody in; each has a sentence for staff and one for the doctor."""

from enum import StrEnum


class Fault(StrEnum):
    """What is wrong with the provider, or with what it says."""

    AWAY = "away"
    """It does not answer, or not as a provider does."""
    OTHER = "other"
    """It calls itself by another name, or leads to addresses that are not for it to name."""
    REFUSED = "refused"
    """It does not take the code, or not from us."""
    TOKEN = "token"  # noqa: S105 - a reason
    """What it signed is not for us, not for this sign-in, too old, or not signed by it."""
    UNVERIFIED = "unverified"
    """It does not say that the e-mail address is its owner's."""


class ProviderFault(Exception):
    """The provider lets nobody in; `fault` says why. Its own words are never repeated."""

    def __init__(self, fault: Fault) -> None:
        """Keep the reason."""
        super().__init__(fault.value)
        self.fault = fault
