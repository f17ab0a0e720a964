"""In which order the changes of a decision are written: as decided, with two exceptions."""

from collections.abc import Sequence
from types import MappingProxyType
from typing import Final

from handlers.core.changes import Audit, Change, GiveWay

# Who moves to an address needs it free; the record of acts is one chain, held for as short as can be.
_TURNS: Final = MappingProxyType({GiveWay: -1, Audit: 1})


def in_order(changes: Sequence[Change]) -> Sequence[Change]:
    """Return the changes, an address that is given up first and lines for the record of acts last."""
    if any(type(change) in _TURNS for change in changes):
        return sorted(changes, key=lambda change: _TURNS.get(type(change), 0))
    return changes
