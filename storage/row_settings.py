"""The setting that tells PostgreSQL for which clinic a transaction works (storage/row_security.py)."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Final

SETTING: Final = "yorisoi.clinic"

EVERY: Final = "*"
"""What a connection says that may meet the rows of every clinic."""

NOBODY: Final = ""
"""What a connection says that meets no clinic's rows."""

_SCOPE: Final[ContextVar[str | None]] = ContextVar("scope", default=None)


@contextmanager
def working_for(scope: str) -> Iterator[None]:
    """Let transactions that begin here meet the rows of this clinic alone (or of EVERY, or of NOBODY)."""
    before = _SCOPE.set(scope)
    try:
        yield
    finally:
        _SCOPE.reset(before)


def scope_now() -> str | None:
    """Return for whom transactions that begin now work; None where nobody has said it."""
    return _SCOPE.get()


def begun(query: str) -> str:
    """Return what begins a transaction with its scope behind it; any other statement as it is.

    Both go to the server together, so that the scope costs no way there and back.
    """
    scope = scope_now()
    if scope is None or not query.startswith("BEGIN"):
        return query
    quoted = scope.replace("'", "''")
    return f"{query} SET LOCAL {SETTING} = '{quoted}';"
