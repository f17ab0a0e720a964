"""One PO file as entries: `msgctxt` is the key, `msgid` the English text, `msgstr` the translation."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path

from babel.messages.catalog import Message
from babel.messages.pofile import PoFileError, read_po

from handlers.errors import PackError

PLACEHOLDER = re.compile(r"\{([a-z][a-z0-9_]*)\}")


@dataclass(frozen=True, slots=True)
class Entry:
    """One text. `forms` holds the plural forms of the translation (one where there is no plural)."""

    key: str
    source: tuple[str, ...]
    forms: tuple[str, ...]
    fuzzy: bool
    file: str
    line: int

    @property
    def placeholders(self) -> frozenset[str]:
        """Return the names of the placeholders in the English text."""
        return placeholders(*self.source)


@dataclass(frozen=True, slots=True)
class PoFile:
    """A file's entries and its plural rule (a C expression over `n`)."""

    entries: tuple[Entry, ...]
    plural_rule: str


def read_po_file(path: Path) -> PoFile:
    """Read a PO file; raise PackError naming file and line when it cannot be used."""
    try:
        catalog = read_po(BytesIO(path.read_bytes()), abort_invalid=True)
    except (PoFileError, UnicodeDecodeError) as error:
        raise PackError(f"{path.name}: {error}") from error
    return PoFile(tuple(_entries(catalog, path)), catalog.plural_expr)


def placeholders(*texts: str) -> frozenset[str]:
    """Return the names between braces in all `texts`."""
    return frozenset(name for text in texts if "{" in text for name in PLACEHOLDER.findall(text))


def has_stray_brace(text: str) -> bool:
    """Say whether a brace stands anywhere but around a placeholder's name."""
    if "{" not in text and "}" not in text:
        return False
    return bool(re.search(r"[{}]", PLACEHOLDER.sub("", text)))


def _entries(catalog: object, path: Path) -> Iterator[Entry]:
    seen: set[str] = set()
    for message in catalog:  # type: ignore[attr-defined] # Babel's Catalog is iterable
        if not message.id:
            continue
        entry = _entry(message, path)
        if not entry.key:
            raise PackError(f"{path.name}:{entry.line}: a text without msgctxt")
        if entry.key in seen:
            raise PackError(f"{path.name}:{entry.line}: {entry.key} stands twice")
        seen.add(entry.key)
        yield entry


def _entry(message: Message, path: Path) -> Entry:
    return Entry(
        key=str(message.context or ""),
        source=_texts(message.id),
        forms=_texts(message.string),
        fuzzy=message.fuzzy,
        file=f"{path.parent.name}/{path.name}",
        line=message.lineno or 0,
    )


def _texts(texts: object) -> tuple[str, ...]:
    if isinstance(texts, (list, tuple)):
        return tuple(str(text) for text in texts)
    return (str(texts),)
