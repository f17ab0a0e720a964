"""What the installation remembers of its clocks: the last tick, and the brake where a clock jumped."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import Connection, delete, func, select

from storage.sql import upsert
from storage.tables import meta

_TICK: Final = "tick"
_BRAKE: Final = "clock-brake:"
_PUT = upsert(meta, "value")


@dataclass(frozen=True, slots=True)
class Tick:
    """The last time that a process committed: `at`, with its machine's run and the seconds of that run."""

    at: datetime
    boot: str
    running: float


@dataclass(frozen=True, slots=True)
class Brake:
    """A machine's clock that jumped: its run, when that was seen, and what its wall clock then showed.

    `released` names who of the staff found the clock to be right, "" while nobody has.
    """

    machine: str
    at: datetime
    wall: datetime
    released: str = ""


def last_tick(conn: Connection) -> Tick | None:
    """Return the last tick of any process, or None in a new database."""
    told = conn.scalar(select(meta.c.value).where(meta.c.name == _TICK))
    if told is None:
        return None
    values = json.loads(told)
    return Tick(datetime.fromisoformat(values["at"]), values["boot"], values["running"])


def note_tick(conn: Connection, tick: Tick) -> None:
    """Remember a tick."""
    told = {"at": tick.at.isoformat(), "boot": tick.boot, "running": tick.running}
    conn.execute(_PUT, {"name": _TICK, "value": json.dumps(told)})


def brakes(conn: Connection) -> Sequence[Brake]:
    """Return the brake of every machine whose clock jumped, released ones too."""
    wanted = select(meta.c.name, meta.c.value).where(func.substr(meta.c.name, 1, len(_BRAKE)) == _BRAKE)
    return tuple(_brake(row.name, row.value) for row in conn.execute(wanted.order_by(meta.c.name)))


def standing_brakes(conn: Connection) -> Sequence[Brake]:
    """Return the brakes that nobody has released."""
    return tuple(brake for brake in brakes(conn) if not brake.released)


def engage(conn: Connection, brake: Brake) -> None:
    """Show that a machine's clock jumped."""
    told = {"at": brake.at.isoformat(), "wall": brake.wall.isoformat(), "released": brake.released}
    conn.execute(_PUT, {"name": _BRAKE + brake.machine, "value": json.dumps(told)})


def release_all(conn: Connection, by: str) -> int:
    """Let every machine believe its clock again; return how many there were. They do at their next tick."""
    standing = standing_brakes(conn)
    for brake in standing:
        engage(conn, Brake(brake.machine, brake.at, brake.wall, by))
    return len(standing)


def forget_brake(conn: Connection, machine: str) -> None:
    """Take a machine's brake off the list."""
    conn.execute(delete(meta).where(meta.c.name == _BRAKE + machine))


def _brake(name: str, value: str) -> Brake:
    told = json.loads(value)
    return Brake(
        name.removeprefix(_BRAKE),
        datetime.fromisoformat(told["at"]),
        datetime.fromisoformat(told["wall"]),
        told["released"],
    )
