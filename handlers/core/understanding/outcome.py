"""The three kinds of outcome when a typed text is read: understood, a guess, not understood."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from handlers.core.values import Value


@dataclass(frozen=True, slots=True)
class Understood:
    """The text means these values; not yet checked against the item's constraints."""

    values: tuple[Value, ...]


@dataclass(frozen=True, slots=True)
class Likely:
    """A guess that must be asked back before it is stored."""

    values: tuple[Value, ...]


@dataclass(frozen=True, slots=True)
class NotUnderstood:
    """No meaning found. `key` is a locale key that explains it with an example; `values` fill it."""

    key: str
    values: Mapping[str, str] = field(default_factory=dict)


Outcome = Understood | Likely | NotUnderstood
