"""Plain sqlite3 doing the transactions of a tape, with the product's own pragmas and nothing else."""

import sqlite3
from collections.abc import Sequence
from pathlib import Path
from time import perf_counter

from benchmarks.tape import Statement, Transaction
from storage.sqlite import PRAGMAS


class Bare:
    """One connection that writes and one that reads, as the product has them; no thread, no loop."""

    def __init__(self, path: Path) -> None:
        """Open the file at `path`."""
        self._writer = _opened(path, "PRAGMA journal_mode=WAL")
        self._reader = _opened(path, "PRAGMA query_only=ON")

    def play(self, tape: Sequence[Transaction]) -> float:
        """Run the transactions one after another, a commit each; return the seconds it took."""
        started = perf_counter()
        for transaction in tape:
            self._run([transaction], writes=transaction.writes)
        return perf_counter() - started

    def play_grouped(self, tape: Sequence[Transaction]) -> float:
        """Run neighbours of a kind in one transaction with one commit; return the seconds it took."""
        started = perf_counter()
        for group in _groups(tape):
            self._run(group, writes=group[0].writes)
        return perf_counter() - started

    def close(self) -> None:
        """Let go of the file."""
        self._reader.close()
        self._writer.close()

    def _run(self, transactions: Sequence[Transaction], *, writes: bool) -> None:
        connection = self._writer if writes else self._reader
        connection.execute("BEGIN IMMEDIATE" if writes else "BEGIN")
        for transaction in transactions:
            for statement in transaction.statements:
                _execute(connection, statement)
        connection.execute("COMMIT")


def _execute(connection: sqlite3.Connection, statement: Statement) -> None:
    if statement.many:
        connection.executemany(statement.sql, statement.values)
    else:
        connection.execute(statement.sql, statement.values).fetchall()


def _groups(tape: Sequence[Transaction]) -> list[list[Transaction]]:
    """Return the transactions of each kind together: reads never wait for what is written here."""
    reads = [transaction for transaction in tape if not transaction.writes]
    writes = [transaction for transaction in tape if transaction.writes]
    return [group for group in (reads, writes) if group]


def _opened(path: Path, own: str) -> sqlite3.Connection:
    connection = sqlite3.connect(path, isolation_level=None)
    for pragma in (*PRAGMAS, own):
        connection.execute(pragma)
    return connection
