"""Time, ids and texts, as the inside asks for them."""

from datetime import datetime
from typing import Protocol


class Clock(Protocol):
    """Business time."""

    def now(self) -> datetime:
        """Return the present, aware and UTC."""
        ...

    async def sleep_until(self, moment: datetime) -> None:
        """Return at `moment` of business time (or a little later), whatever the clock does."""
        ...


class Ids(Protocol):
    """Fresh ids and secrets."""

    def new(self) -> str:
        """Return a new opaque id: 26 lower-case characters, sortable by time."""
        ...

    def short(self) -> str:
        """Return 12 random lower-case characters, fit for a button's id."""
        ...

    def secret(self) -> str:
        """Return 256 random bits, fit for a URL."""
        ...


class Catalog(Protocol):
    """The texts of one language."""

    @property
    def language(self) -> str:
        """Return the language's code."""
        ...

    def text(self, key: str, **values: str) -> str:
        """Return the text under `key` with `values` isolated and inserted; raise KeyError if missing."""
        ...

    def has(self, key: str) -> bool:
        """Say whether this language has a finished text under `key`."""
        ...

    def template(self, key: str) -> str:
        """Return the text as it stands in the file; one without placeholders is ready to be said."""
        ...


class Catalogs(Protocol):
    """All languages."""

    def get(self, language: str) -> Catalog:
        """Return the catalog of `language`; raise KeyError if it is not there."""
        ...

    def languages(self) -> tuple[str, ...]:
        """Return the languages that are complete and switched on."""
        ...
