"""What a decision may know besides the case: the present, ids, texts and the clinic's protocol."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from handlers.core.day_limit import USUAL, DayLimit
from handlers.core.frozen import quick
from handlers.core.protocol import Protocol
from handlers.core.turn import Words
from handlers.core.values import ChannelKind, ContactPoint
from handlers.ports import Catalogs, Ids


@dataclass(frozen=True, slots=True)
class Places:
    """What is known of countries, from CLDR and the zone database.

    `countries` gives {spelling, lower-case: ISO 3166 code} in a language; `zones` the IANA zones of
    a country, most people first; `name` a country's name in a language. `cities` gives {folded name: IANA
    zone} in a language; `city` the name of a zone's city; `every_zone` all zones, large cities first;
    `country_of` the country of a zone.
    """

    countries: Callable[[str], Mapping[str, str]]
    zones: Callable[[str], tuple[str, ...]]
    name: Callable[[str, str], str]
    cities: Callable[[str], Mapping[str, str]]
    city: Callable[[str, str], str]
    every_zone: Callable[[], tuple[str, ...]]
    country_of: Callable[[str], str]


@quick
@dataclass(frozen=True, slots=True)
class World:
    """The surroundings of one decision. Everything in it is fixed while the decision is made."""

    now: datetime
    now_system: datetime
    ids: Ids
    catalogs: Catalogs
    protocol: Protocol
    words: Callable[[str], Words]
    places: Places
    demo: bool = False
    public_url: str = ""
    default_language: str = "en"
    signed: frozenset[str] = frozenset()
    """The languages whose clinical texts the clinic's doctor has signed."""
    needs_signature: bool = False
    """Whether unsigned clinical texts stay here: so it is in production."""
    doors: Mapping[str, str] = field(default_factory=dict)
    """Channel → the link into it, with `{code}` for a one-time code; our page always has one."""
    links_only: frozenset[ChannelKind] = frozenset()
    """Channels that carry no answers, only links to our page (WHATSAPP_CONTENT=link)."""

    invited_only: bool = False
    """Whether only invited people may begin, where the clinic has not chosen (handlers/entrance.py)."""

    day_limit: DayLimit = USUAL
    """How many files of one patient are taken in a day."""

    files_page: Callable[[ContactPoint], str] | None = None
    """Makes a one-time link to our page for large files, of whoever is at a contact point."""
    data_page: Callable[[ContactPoint], str] | None = None
    """Makes a one-time link to the page that shows a patient what is kept about them."""

    def offered(self) -> tuple[str, ...]:
        """Return the languages that patients may choose: complete, switched on, signed if need be."""
        return tuple(
            name for name in self.catalogs.languages() if not self.needs_signature or name in self.signed
        )

    def links(self, code: str) -> tuple[str, ...]:
        """Return every link that carries a one-time code, our page first."""
        page = f"{self.public_url}/chat/i/{code}"
        return (page, *(link.replace("{code}", code) for link in self.doors.values()))
