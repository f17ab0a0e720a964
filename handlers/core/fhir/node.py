"""A JSON object that is read with suspicion: every wrong type is a PackError with its place."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from handlers.core.frozen import replace
from handlers.errors import PackError

MAX_INTEGER = 2**31


@dataclass(frozen=True, slots=True)
class Node:
    """One JSON object with where it stands: the file and the nearest linkId."""

    raw: Mapping[str, Any]
    source: str
    link_id: str = ""

    def refuse(self, reason: str) -> PackError:
        """Return the error that names file, linkId and reason."""
        place = f"{self.source}: {self.link_id}" if self.link_id else self.source
        return PackError(f"{place}: {reason}")

    def at(self, link_id: str) -> "Node":
        """Return this object as one that stands at `link_id`."""
        return replace(self, link_id=link_id)

    def text(self, name: str) -> str:
        """Return a string field, empty if it is absent."""
        value = self.raw.get(name)
        if value is None:
            return ""
        if not isinstance(value, str):
            raise self.refuse(f"{name} is not a text")
        return value

    def flag(self, name: str) -> bool:
        """Return a boolean field, false if it is absent."""
        value = self.raw.get(name)
        if value is not None and not isinstance(value, bool):
            raise self.refuse(f"{name} is neither true nor false")
        return bool(value)

    def whole(self, name: str) -> int | None:
        """Return an integer field, None if it is absent."""
        value = self.raw.get(name)
        if value is None:
            return None
        if not isinstance(value, int) or isinstance(value, bool) or abs(value) >= MAX_INTEGER:
            raise self.refuse(f"{name} is not a whole number")
        return value

    def node(self, name: str) -> "Node | None":
        """Return an object field, None if it is absent."""
        value = self.raw.get(name)
        if value is None:
            return None
        if not isinstance(value, Mapping):
            raise self.refuse(f"{name} is not an object")
        return replace(self, raw=value)

    def nodes(self, name: str) -> "list[Node]":
        """Return a field that is a list of objects, empty if it is absent."""
        return [replace(self, raw=entry) for entry in self._objects(name)]

    def extensions(self, url: str) -> "Iterator[Node]":
        """Yield this object's own extensions with this url."""
        found = (entry for entry in self._objects("extension") if entry.get("url") == url)
        return (replace(self, raw=entry) for entry in found)

    def extended_text(self, url: str) -> str:
        """Return an extension's string, code or markdown, empty if it is absent."""
        names = ("valueString", "valueCode", "valueMarkdown", "valueUri")
        return next((e.text(n) for e in self.extensions(url) for n in names if n in e.raw), "")

    def extended_flag(self, url: str) -> bool | None:
        """Return an extension's boolean, None if it is absent."""
        return next((e.flag("valueBoolean") for e in self.extensions(url)), None)

    def extended_whole(self, url: str) -> int | None:
        """Return an extension's integer, None if it is absent."""
        names = ("valueInteger", "valuePositiveInt", "valueUnsignedInt")
        return next((e.whole(n) for e in self.extensions(url) for n in names if n in e.raw), None)

    def _objects(self, name: str) -> list[Mapping[str, Any]]:
        value = self.raw.get(name)
        if value is None:
            return []
        if not isinstance(value, list) or not all(isinstance(entry, Mapping) for entry in value):
            raise self.refuse(f"{name} is not a list of objects")
        return value
