"""All languages: the product's texts with a clinic's pack over them.

`<root>/<language>/<area>.po` holds the product's texts, `<pack>/locales/<language>.po` the pack's,
which win. A translation counts only while it stands beside the English text it was made from.
"""

import gettext
from collections.abc import Callable, Iterator, Mapping, Sequence
from copy import copy
from dataclasses import dataclass, replace
from pathlib import Path

from locales.catalog import Catalog
from locales.po import Entry, PoFile, has_stray_brace, placeholders, read_po_file

SOURCE_LANGUAGE = "en"
STAFF_AREAS = ("console.", "cli.")
"""Texts that only staff read: a language may be offered to patients before they are translated."""


@dataclass(frozen=True, slots=True)
class TextProblem:
    """What is wrong with one text: `reason` is missing, stale, fuzzy, placeholders, brace or unknown."""

    language: str
    key: str
    reason: str
    file: str = ""


class Catalogs:
    """The languages found under `root`, with the texts of `packs` (later ones win); one `area`, or all."""

    def __init__(
        self,
        root: Path,
        packs: Sequence[Path] = (),
        *,
        switched_on: Sequence[str] | None = None,
        area: str = "*",
    ) -> None:
        """Read all files now; raise PackError when one cannot be read."""
        names = _languages_in(root, packs)
        sources = {name: _Source.read(root, packs, name, area) for name in names}
        self._english = sources[SOURCE_LANGUAGE].entries
        faults = {name: dict(_faults(self._english, source)) for name, source in sources.items()}
        self._problems = tuple(_problems(self._english, sources, faults))
        self._catalogs = _catalogs(self._english, sources, faults)
        wanted = names if switched_on is None else switched_on
        self._languages = tuple(name for name in wanted if self._is_complete(name))

    def get(self, language: str) -> Catalog:
        """Return the catalog of `language`; raise KeyError if it is not there."""
        return self._catalogs[language]

    def plus(self, texts: Mapping[str, Mapping[str, str]]) -> "Catalogs":
        """Return these catalogs with further texts (language → key → text) of languages that they have."""
        base = self._catalogs[SOURCE_LANGUAGE]
        base = replace(base, texts={**base.texts, **_forms(texts.get(SOURCE_LANGUAGE, {}))})
        catalogs = {
            language: replace(one, texts={**one.texts, **_forms(texts.get(language, {}))}, fallback=base)
            for language, one in self._catalogs.items()
            if language != SOURCE_LANGUAGE
        }
        more = copy(self)
        more._catalogs = {SOURCE_LANGUAGE: base, **catalogs}  # noqa: SLF001 # the same class
        return more

    def become(self, other: "Catalogs") -> None:
        """Say from now on what `other` says: whoever holds these catalogs need not be told of a new pack."""
        self.__dict__.update(vars(other))

    def languages(self) -> tuple[str, ...]:
        """Return the languages that are switched on and hold every text a patient reads."""
        return self._languages

    def problems(self) -> tuple[TextProblem, ...]:
        """Return every missing, stale or broken text of every language."""
        return self._problems

    def all_keys(self) -> tuple[str, ...]:
        """Return the keys of all English texts."""
        return tuple(self._catalogs[SOURCE_LANGUAGE].texts)

    def _is_complete(self, language: str) -> bool:
        catalog = self._catalogs.get(language)
        if catalog is None:
            return False
        return all(catalog.has(key) for key in self._english if not key.startswith(STAFF_AREAS))


def _forms(texts: Mapping[str, str]) -> dict[str, tuple[str, ...]]:
    return {key: (text,) for key, text in texts.items()}


@dataclass(frozen=True, slots=True)
class _Source:
    entries: Mapping[str, Entry]
    plural_rule: str
    duplicates: tuple[Entry, ...] = ()

    @classmethod
    def read(cls, root: Path, packs: Sequence[Path], language: str, area: str) -> "_Source":
        areas = [read_po_file(path) for path in sorted((root / language).glob(f"{area}.po"))]
        overlays = [pack / "locales" / f"{language}.po" for pack in packs]
        files = [*areas, *(read_po_file(path) for path in overlays if path.is_file())]
        return cls(_layered(files), files[0].plural_rule if files else "0", tuple(_twice(areas)))


def _languages_in(root: Path, packs: Sequence[Path]) -> tuple[str, ...]:
    folders = {path.parent.name for path in root.glob("*/*.po")}
    overlays = {path.stem for pack in packs for path in (pack / "locales").glob("*.po")}
    return (SOURCE_LANGUAGE, *sorted((folders | overlays) - {SOURCE_LANGUAGE}))


def _layered(files: Sequence[PoFile]) -> dict[str, Entry]:
    return {entry.key: entry for file in files for entry in file.entries}


def _twice(areas: Sequence[PoFile]) -> Iterator[Entry]:
    seen: set[str] = set()
    for entry in (entry for area in areas for entry in area.entries):
        if entry.key in seen:
            yield entry
        seen.add(entry.key)


def _catalogs(
    english: Mapping[str, Entry], sources: Mapping[str, _Source], faults: Mapping[str, Mapping[str, str]]
) -> dict[str, Catalog]:
    originals = {key: entry.source for key, entry in english.items()}
    base = Catalog(SOURCE_LANGUAGE, originals, _plural(sources[SOURCE_LANGUAGE].plural_rule))
    others = {
        language: Catalog(language, _finished(source, faults[language]), _plural(source.plural_rule), base)
        for language, source in sources.items()
        if language != SOURCE_LANGUAGE
    }
    return {SOURCE_LANGUAGE: base, **others}


def _finished(source: _Source, faults: Mapping[str, str]) -> dict[str, tuple[str, ...]]:
    return {key: entry.forms for key, entry in source.entries.items() if key not in faults}


def _faults(english: Mapping[str, Entry], source: _Source) -> Iterator[tuple[str, str]]:
    """Yield the key of each text that does not fit the English one, and why."""
    for key, entry in source.entries.items():
        if fault := _fault(english.get(key), entry):
            yield key, fault


def _problems(
    english: Mapping[str, Entry], sources: Mapping[str, _Source], faults: Mapping[str, Mapping[str, str]]
) -> Iterator[TextProblem]:
    for key, entry in english.items():
        if any(has_stray_brace(text) for text in entry.source):
            yield TextProblem(SOURCE_LANGUAGE, key, "brace", entry.file)
    for language, source in sources.items():
        for entry in source.duplicates:
            yield TextProblem(language, entry.key, "duplicate", entry.file)
        if language != SOURCE_LANGUAGE:
            yield from _problems_of(language, english, source, faults[language])


def _problems_of(
    language: str, english: Mapping[str, Entry], source: _Source, faults: Mapping[str, str]
) -> Iterator[TextProblem]:
    for key in english:
        if key not in source.entries:
            yield TextProblem(language, key, "missing", english[key].file)
    for key, fault in faults.items():
        yield TextProblem(language, key, fault, source.entries[key].file)


def _fault(original: Entry | None, entry: Entry) -> str:
    if original is None:
        return "unknown"
    if not all(entry.forms):
        return "missing"
    if entry.fuzzy:
        return "fuzzy"
    if entry.source != original.source:
        return "stale"
    if any(has_stray_brace(form) for form in entry.forms):
        return "brace"
    return "" if placeholders(*entry.forms) == original.placeholders else "placeholders"


def _plural(rule: str) -> Callable[[int], int]:
    form: Callable[[int], int] = gettext.c2py(rule)
    return form
