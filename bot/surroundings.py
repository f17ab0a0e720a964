"""The surroundings of decisions: texts, words, places and protocol, read once and kept."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import cache
from importlib.resources import files
from pathlib import Path

from bot.settings import Env, Settings, WhatsAppContent
from bot.signing import signed
from handlers.core.case import Clinic
from handlers.core.day_limit import USUAL, DayLimit
from handlers.core.problems import Severity
from handlers.core.protocol import Protocol
from handlers.core.turn import Words
from handlers.core.understanding import WORD_KEYS, build_words
from handlers.core.values import ChannelKind, ContactPoint
from handlers.errors import PackError
from handlers.ports import Clock, Ids
from handlers.world import Places, World
from locales import Catalogs
from locales.cities import city_name, city_vocabulary, zones_by_size
from locales.lint import text_problems
from locales.places import country_name, country_of_zone, country_vocabulary, zones_of_country
from storage.protocols import pack_folder, read_pack

TEXTS = Path(str(files("locales")))
DEFAULT_LANGUAGE = "en"
DEFAULT_PACK = "parkinson-cell-therapy"
PLACES = Places(
    countries=country_vocabulary,
    zones=zones_of_country,
    name=country_name,
    cities=city_vocabulary,
    city=city_name,
    every_zone=zones_by_size,
    country_of=country_of_zone,
)


@dataclass(frozen=True, slots=True)
class Reading:
    """A pack as it was read from its folder; `signed` are the languages whose signature holds."""

    folder: Path
    protocol: Protocol
    catalogs: Catalogs
    signed: frozenset[str]


@dataclass(frozen=True, slots=True)
class Surroundings:
    """Everything that decisions share. `world` gives one decision its own present."""

    catalogs: Catalogs
    protocol: Protocol
    words: Callable[[str], Words]
    clock: Clock
    now_system: Callable[[], datetime]
    ids: Ids
    demo: bool
    public_url: str
    pack: Path = Path()
    """The folder that the protocol was read from."""
    signed: frozenset[str] = frozenset()
    needs_signature: bool = False
    doors: dict[str, str] = field(default_factory=dict)
    """Channel → the link into it with `{code}` for a one-time code, as soon as it is known."""
    links_only: frozenset[ChannelKind] = frozenset()
    """Channels that carry no answers, only links to our page."""
    invited_only: bool = False
    """Whether only invited people may begin where the clinic has not chosen."""
    day_limit: DayLimit = USUAL
    """How many files of one patient are taken in a day."""
    files_page: Callable[[ContactPoint], str] | None = None
    """Makes a link to our page for large files."""
    data_page: Callable[[ContactPoint], str] | None = None
    """Makes a link to the page with everything that is kept about a patient."""

    def world(self, clinic: Clinic) -> World:
        """Return the surroundings of a decision made now."""
        return World(
            now=self.clock.now(),
            now_system=self.now_system(),
            ids=self.ids,
            catalogs=self.catalogs,
            protocol=self.protocol,
            words=self.words,
            places=PLACES,
            demo=self.demo,
            public_url=self.public_url,
            default_language=self._default_language(),
            signed=self.signed,
            needs_signature=self.needs_signature,
            doors=self.doors,
            links_only=self.links_only,
            invited_only=self.invited_only,
            day_limit=self.day_limit,
            files_page=self.files_page,
            data_page=self.data_page,
        )

    def offered(self) -> tuple[str, ...]:
        """Return the languages that patients may choose: complete, switched on, signed if need be."""
        spoken = self.catalogs.languages()
        return tuple(name for name in spoken if not self.needs_signature or name in self.signed)

    def with_pack(self, reading: Reading) -> "Surroundings":
        """Return the same surroundings with another pack."""
        return replace(
            self,
            catalogs=reading.catalogs,
            protocol=reading.protocol,
            words=words_of(reading.catalogs),
            pack=reading.folder,
            signed=reading.signed,
        )

    def _default_language(self) -> str:
        """Return English, or where that is not signed and must be, the first language that is."""
        if not self.needs_signature:
            return DEFAULT_LANGUAGE
        spoken = [name for name in self.catalogs.languages() if name in self.signed]
        if DEFAULT_LANGUAGE in spoken:
            return DEFAULT_LANGUAGE
        return next(iter(spoken), DEFAULT_LANGUAGE)


def read_surroundings(
    settings: Settings, clock: Clock, now_system: Callable[[], datetime], ids: Ids
) -> Surroundings:
    """Read the pack and the texts; raise PackError naming what is wrong."""
    reading = read_folder(pack_folder(str(settings.pack or DEFAULT_PACK)))
    return Surroundings(
        catalogs=reading.catalogs,
        protocol=reading.protocol,
        words=words_of(reading.catalogs),
        clock=clock,
        now_system=now_system,
        ids=ids,
        demo=settings.is_demo,
        public_url=settings.public_url.rstrip("/"),
        pack=reading.folder,
        signed=reading.signed,
        needs_signature=settings.env is Env.PRODUCTION,
        links_only=links_only(settings),
        invited_only=settings.invitation_only,
        day_limit=settings.day_limit,
    )


def read_folder(folder: Path, *, is_draft: bool = False) -> Reading:
    """Return the pack in a folder; raise PackError for the first thing that keeps it from being used.

    One that `is_draft` is only looked at: its texts may have faults.
    """
    protocol = read_pack(folder)
    catalogs = Catalogs(TEXTS, [folder], switched_on=protocol.languages)
    problems = () if is_draft else text_problems(protocol, catalogs)
    for problem in problems:
        if problem.severity is Severity.ERROR:
            raise PackError(str(problem))
    signatures = signed(folder, protocol, catalogs)
    protocol = replace(protocol, draft=not signatures.issuperset(protocol.languages))
    return Reading(folder, protocol, catalogs, signatures)


def links_only(settings: Settings) -> frozenset[ChannelKind]:
    """Return the channels that carry only links here."""
    is_link = settings.whatsapp_content is WhatsAppContent.LINK
    return frozenset({ChannelKind.WHATSAPP}) if is_link else frozenset()


def words_of(catalogs: Catalogs) -> Callable[[str], Words]:
    """Return a function that gives a language's words, built once per language."""

    @cache
    def words(language: str) -> Words:
        catalog = catalogs.get(language)
        texts = {key: catalog.template(key) for key in WORD_KEYS if catalog.has(key)}
        known = (key for key in catalogs.all_keys() if "#" in key and catalog.has(key))
        labels = {key: catalog.template(key) for key in known}
        return build_words(language, texts, labels)

    return words
