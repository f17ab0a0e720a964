"""The texts of one language, ready to be said."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache

from locales.po import PLACEHOLDER

FIRST_STRONG_ISOLATE = "\u2068"
POP_DIRECTIONAL_ISOLATE = "\u2069"


class Phrase(str):
    """A text that came out of a catalog: inserted into another one, it needs no isolates."""

    __slots__ = ()


@dataclass(frozen=True, slots=True)
class Catalog:
    """The texts of one language: `texts` maps keys to plural forms (one where there is no plural).

    A text that this language has not finished is taken from `fallback`, the English one: a
    sentence in English is better than silence in an emergency. `has` tells the two apart.
    """

    language: str
    texts: Mapping[str, tuple[str, ...]]
    plural: Callable[[int], int] = field(default=int)
    fallback: "Catalog | None" = None

    def has(self, key: str) -> bool:
        """Say whether this language has a finished text under `key`."""
        return key in self.texts

    def text(self, key: str, **values: str) -> Phrase:
        """Return the text under `key`, each value between isolates; KeyError names what is missing."""
        return _filled(self._form(key, None), key, values, _isolated)

    def plain(self, key: str, **values: str) -> Phrase:
        """Return the text under `key` without isolates: for labels, subjects and file names."""
        return _filled(self._form(key, None), key, values, str)

    def count(self, key: str, number: int, **values: str) -> Phrase:
        """Return the plural form for `number`, which fills `{n}` unless `values` gives it in words."""
        return _filled(self._form(key, number), key, {"n": str(number), **values}, _isolated)

    def template(self, key: str) -> str:
        """Return the text as it stands in the file; one without placeholders is ready to be said."""
        form = self._form(key, None)
        return form if "{" in form else _parted(form)[0]

    def _form(self, key: str, number: int | None) -> str:
        forms = self.texts.get(key)
        if forms is None:
            if self.fallback is None:
                raise KeyError(f"no text {key}")
            return self.fallback._form(key, number)  # noqa: SLF001 # the same class
        return forms[0] if number is None else forms[min(self.plural(number), len(forms) - 1)]


def _filled(text: str, key: str, values: Mapping[str, str], show: Callable[[str], str]) -> Phrase:
    parts = _parted(text)
    if len(parts) == 1:
        return parts[0]
    said: list[str] = list(parts)
    try:
        said[1::2] = [show(values[name]) for name in parts[1::2]]
    except KeyError as missing:
        raise KeyError(f"text {key} needs {missing.args[0]}") from None
    return Phrase("".join(said))


@lru_cache(maxsize=16_384)
def _parted(text: str) -> tuple[Phrase, ...]:
    """Return a text of a file parted at its placeholders: words and names take turns."""
    return tuple(map(Phrase, PLACEHOLDER.split(text)))


def _isolated(value: str) -> str:
    if isinstance(value, Phrase):
        return value
    return f"{FIRST_STRONG_ISOLATE}{value}{POP_DIRECTIONAL_ISOLATE}"
