"""Parsing a regular expression into its parts; what is not regular is refused."""

import re
from dataclasses import dataclass

LONGEST_PATTERN = 1000
MOST_DEPTH = 20
MOST_TIMES = 400

_ATOM = re.compile(
    r"\\(?:u[0-9A-Fa-f]{4}|x[0-9A-Fa-f]{2}|[dDwWsS]|[^A-Za-z0-9]|[nrtfv])"
    r"|\[\^?\]?(?:\\.|[^\]\\])*\]|[^\\\[\]()|?*+{}^$]|\]|\}",
    re.DOTALL,
)
_EDGE = re.compile(r"\^|\$|\\[AZbBz]")
_OPEN = re.compile(r"\((?:\?:|\?P?<[A-Za-z]\w*>)?(?!\?)")
_TIMES = re.compile(r"(?:([*+?])|\{(\d{1,4})(?:(,)(\d{0,4}))?\})(\??)")


class UnsafePattern(ValueError):
    """A pattern that is broken, too large or not regular."""


@dataclass(frozen=True, slots=True)
class Letter:
    """One character to take."""

    pattern: re.Pattern[str]

    def takes(self, character: str) -> bool:
        """Say whether the character fits."""
        return self.pattern.match(character) is not None


@dataclass(frozen=True, slots=True)
class Edge:
    """A place between characters: start, end, or (not) the edge of a word."""

    kind: str

    def stands(self, text: str, index: int) -> bool:
        """Say whether the place before `text[index]` is this edge."""
        match self.kind:
            case "^" | "\\A":
                return index == 0
            case "$" | "\\Z" | "\\z":
                return index == len(text)
            case _:
                before, after = _is_word(text[index - 1 : index]), _is_word(text[index : index + 1])
                return (before != after) == (self.kind == "\\b")


@dataclass(frozen=True, slots=True)
class Group:
    """Parts one after another."""

    parts: tuple["Part", ...]


@dataclass(frozen=True, slots=True)
class Alternatives:
    """Ways that exclude each other."""

    ways: tuple["Part", ...]


@dataclass(frozen=True, slots=True)
class Repeat:
    """A part `least` to `most` times; None means without end."""

    part: "Part"
    least: int
    most: int | None


Part = Letter | Edge | Group | Alternatives | Repeat


@dataclass(slots=True)
class _Reader:
    text: str
    flags: int = 0
    at: int = 0

    def take(self, pattern: re.Pattern[str]) -> re.Match[str] | None:
        found = pattern.match(self.text, self.at)
        if found:
            self.at = found.end()
        return found

    def peek(self) -> str:
        return self.text[self.at : self.at + 1]


def parse(pattern: str) -> Part:
    """Return the parts of `pattern`; raise UnsafePattern."""
    if len(pattern) > LONGEST_PATTERN:
        raise UnsafePattern("too long")
    ignore_case = pattern.startswith("(?i)")
    reader = _Reader(pattern.removeprefix("(?i)"), re.IGNORECASE if ignore_case else 0)
    part = _ways(reader, 0)
    if reader.at < len(reader.text):
        raise UnsafePattern("a bracket too many")
    return part


def _ways(reader: _Reader, depth: int) -> Part:
    if depth > MOST_DEPTH:
        raise UnsafePattern("too deep")
    ways = [_sequence(reader, depth)]
    while reader.peek() == "|":
        reader.at += 1
        ways.append(_sequence(reader, depth))
    return Alternatives(tuple(ways)) if len(ways) > 1 else ways[0]


def _sequence(reader: _Reader, depth: int) -> Part:
    parts: list[Part] = []
    while reader.peek() not in {"", "|", ")"}:
        parts.append(_repeated(reader, _single(reader, depth)))
    return Group(tuple(parts))


def _single(reader: _Reader, depth: int) -> Part:
    if edge := reader.take(_EDGE):
        return Edge(edge.group())
    if atom := reader.take(_ATOM):
        return _letter(atom.group(), reader.flags)
    if not reader.take(_OPEN):
        raise UnsafePattern("not understood")
    inner = _ways(reader, depth + 1)
    if reader.peek() != ")":
        raise UnsafePattern("a bracket stands open")
    reader.at += 1
    return inner


def _letter(atom: str, flags: int) -> Letter:
    try:
        return Letter(re.compile(atom, flags))
    except (re.error, FutureWarning) as error:
        raise UnsafePattern("a broken class") from error


def _repeated(reader: _Reader, part: Part) -> Part:
    times = reader.take(_TIMES)
    if times is None:
        return part
    if isinstance(part, Edge) or reader.peek() in {"*", "+", "?", "{"}:
        raise UnsafePattern("a repeated repetition")
    sign, least, comma, most, _lazy = times.groups()
    if sign:
        return Repeat(part, 1 if sign == "+" else 0, 1 if sign == "?" else None)
    top = int(most) if most else (None if comma else int(least))
    if int(least) > MOST_TIMES or (top is not None and not int(least) <= top <= MOST_TIMES):
        raise UnsafePattern("too many times")
    return Repeat(part, int(least), top)


def _is_word(character: str) -> bool:
    return character == "_" or character.isalnum()
