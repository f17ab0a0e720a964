"""The command line's own words (cli.po, cli_….po), in the language that the environment asks for.

Errors are raised in English, where they happen. Their translations are found by that English text,
as gettext does: `Speech.of` reads the values back out of it.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from importlib.resources import files
from pathlib import Path

from locales import Catalog, Catalogs
from locales.po import PLACEHOLDER

AREA = "cli*"
ERRORS = "cli.error."
_NOT_SET = frozenset({"", "C", "POSIX"})


@dataclass(frozen=True)
class Speech:
    """What is said in a terminal. `asked` is the language asked for, empty if we speak none of those."""

    catalog: Catalog
    english: Catalog
    asked: str = ""

    def say(self, key: str, **values: str) -> str:
        """Return the text under `key` without marks around the values; KeyError names what is missing."""
        return self.catalog.plain(key, **values)

    def of(self, english: str) -> str:
        """Return an error's English text in this language, as it is where nobody has translated it."""
        for key, pattern in self._errors:
            if found := pattern.fullmatch(english):
                return self.say(key, **{name: self.of(value) for name, value in found.groupdict().items()})
        return english

    @cached_property
    def _errors(self) -> list[tuple[str, re.Pattern[str]]]:
        """Return the errors' keys with what finds their English texts, those that say most first."""
        if self.catalog is self.english:
            return []
        keys = [key for key in self.english.texts if key.startswith(ERRORS) and self.catalog.has(key)]
        texts = {key: self.english.template(key) for key in keys}
        return [(key, _pattern(texts[key])) for key in sorted(keys, key=lambda key: -_said(texts[key]))]


def speech_of(environ: Mapping[str, str]) -> Speech:
    """Return the words for LANGUAGE, LC_ALL, LC_MESSAGES or LANG, in this order; English for all others."""
    catalogs = Catalogs(Path(str(files("locales"))), area=AREA)
    english = catalogs.get("en")
    for tag in _wanted(environ):
        for name in (tag, tag.partition("-")[0]):
            if name == "en" or (name in catalogs.languages() and catalogs.get(name).texts):
                return Speech(catalogs.get(name), english, name)
    return Speech(english, english)


def _wanted(environ: Mapping[str, str]) -> list[str]:
    """Return the languages asked for as tags, the best first: ja_JP.UTF-8 is ja-JP."""
    first = next((found for name in ("LC_ALL", "LC_MESSAGES", "LANG") if (found := environ.get(name))), "")
    named = [*environ.get("LANGUAGE", "").split(":"), first]
    plain = [re.split("[.@]", name)[0] for name in named]
    return [name.replace("_", "-") for name in plain if name not in _NOT_SET]


def _pattern(text: str) -> re.Pattern[str]:
    parts = PLACEHOLDER.split(text)
    known = (f"(?P<{part}>.+)" if odd % 2 else re.escape(part) for odd, part in enumerate(parts))
    return re.compile("".join(known), re.DOTALL)


def _said(text: str) -> int:
    return len(PLACEHOLDER.sub("", text))
