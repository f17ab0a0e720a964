"""Ban going around the ports: clocks, chance, waiting, the network and files have few doors.

Usage: python -m tools.ports DIR [DIR ...]    exit 1 and one line per finding

A simulation can drive only what goes through a port. Whoever needs one of these for good reason
stands in ALLOWED with what they need; an entry that nobody needs any more is a finding, too.
"""

import ast
import re
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Final, NamedTuple

CLOCK, CHANCE, WAIT, NETWORK, FILES, SQL_TIME = "clock", "chance", "wait", "network", "files", "SQL time"

ALLOWED: Final[Mapping[str, frozenset[str]]] = MappingProxyType(
    {
        # The ports themselves, and where they are wired.
        "bot/clock.py": frozenset({CLOCK, WAIT}),
        "bot/ids.py": frozenset({CHANCE}),
        "bot/foundation.py": frozenset({CHANCE, WAIT}),
        "bot/brake.py": frozenset({WAIT}),
        # Invented patients: the same for the same number.
        "bot/seed/dice.py": frozenset({CHANCE}),
        # Secrets: keys, nonces and file names are the system's own randomness and no decision's.
        "storage/keys.py": frozenset({CHANCE}),
        "storage/master_key.py": frozenset({CHANCE}),
        "storage/row_ids.py": frozenset({CHANCE}),
        "bot/channels/web/tokens.py": frozenset({CHANCE}),
        "bot/channels/web/uploads.py": frozenset({CHANCE}),
        # A child that is given handles, and has nothing else (bot/checker/confine.py).
        "bot/checker/child.py": frozenset({NETWORK}),
        "bot/checker/helper.py": frozenset({NETWORK}),
        "bot/checker/virus.py": frozenset({NETWORK}),
        # The shell: connections, pages and terminals wait on the real world.
        "storage/clocks.py": frozenset({SQL_TIME}),  # leases and the brake compare clocks
        "storage/postgres.py": frozenset({WAIT}),
        "storage/wakeups.py": frozenset({CHANCE, WAIT}),
        "bot/serving.py": frozenset({NETWORK, WAIT}),
        "bot/failpoints.py": frozenset({WAIT}),
        "bot/page_board.py": frozenset({WAIT}),
        "bot/terminal.py": frozenset({WAIT}),
        "bot/channels/web/stream.py": frozenset({WAIT}),
        "bot/console/live.py": frozenset({WAIT}),
        "bot/channels/telegram/poll.py": frozenset({WAIT}),
        "bot/channels/telegram/webhook.py": frozenset({WAIT}),
        "bot/channels/telegram/download.py": frozenset({CLOCK, NETWORK}),
        "bot/channels/telegram/connection.py": frozenset({NETWORK}),
        "bot/channels/telegram/faults.py": frozenset({NETWORK}),
        "bot/listening.py": frozenset({NETWORK}),
        "bot/channels/downloads.py": frozenset({NETWORK}),
        "bot/channels/whatsapp/channel.py": frozenset({NETWORK}),
        "bot/channels/whatsapp/client.py": frozenset({NETWORK}),
        "bot/channels/whatsapp/faults.py": frozenset({NETWORK}),
        "bot/oidc/calls.py": frozenset({NETWORK}),
        "bot/summaries/carriers.py": frozenset({NETWORK}),
        "bot/summaries/reach.py": frozenset({NETWORK}),
        "bot/channels/whatsapp/media.py": frozenset({CLOCK, NETWORK}),
    }
)
MODULES: Final[Mapping[str, str]] = MappingProxyType(
    {
        **dict.fromkeys(("random", "secrets", "uuid"), CHANCE),
        **dict.fromkeys(
            ("aiohttp", "http.client", "httpx", "httpx2", "requests", "smtplib", "socket", "urllib.request"),
            NETWORK,
        ),
    }
)
NAMES: Final[Mapping[str, str]] = MappingProxyType(
    {
        **dict.fromkeys(
            ("datetime.now", "datetime.utcnow", "datetime.today", "date.today", "Instant.now", "loop.time"),
            CLOCK,
        ),
        **dict.fromkeys(
            (f"time.{name}" for name in ("time", "time_ns", "monotonic", "monotonic_ns", "perf_counter")),
            CLOCK,
        ),
        **dict.fromkeys(("time.localtime", "time.gmtime"), CLOCK),
        **dict.fromkeys(("asyncio.sleep", "time.sleep"), WAIT),
        **dict.fromkeys(("os.urandom", "os.getrandom"), CHANCE),
        **dict.fromkeys(("func.now", "func.current_timestamp", "func.clock_timestamp"), SQL_TIME),
    }
)
TOUCHES_FILES: Final = frozenset(
    {"open", "read_bytes", "read_text", "write_bytes", "write_text", "unlink", "mkdir"}
)
WITHOUT_FILES: Final = ("handlers/", "scheduler/")
"""Packages that may not touch a file at all; the others are the doors to them."""

_LOOPS: Final = frozenset({"get_running_loop", "get_event_loop"})
_SQL_TIME: Final = re.compile(
    r"\b(current_timestamp|now\(\)|clock_timestamp\(\)|datetime\('now')", re.IGNORECASE
)


class Finding(NamedTuple):
    """A place that goes around a port."""

    file: str
    line: int
    kind: str
    what: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {self.what} goes around the port for {self.kind}"


def findings_in(source: str, file: str, allowed: frozenset[str] = frozenset()) -> list[Finding]:
    """Return what goes around a port in a file's source, less what is allowed there."""
    tree = ast.parse(source)
    pauses = {id(node.func) for node in ast.walk(tree) if _is_pause(node)}
    docs = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    full = _full_names(tree)
    found = []
    for node in ast.walk(tree):
        if id(node) in docs | pauses:
            continue
        for kind, what in _of_node(node, file, full):
            found.append(Finding(file, getattr(node, "lineno", 0), kind, what))
    return sorted(each for each in set(found) if each.kind not in allowed)


def needless(source: str, file: str, allowed: frozenset[str]) -> list[str]:
    """Return the kinds that a file is allowed and does not use."""
    return sorted(allowed - {each.kind for each in findings_in(source, file)})


def _full_names(tree: ast.AST) -> dict[str, str]:
    """Return what imported names stand for: `from asyncio import sleep as nap` -> nap: asyncio.sleep."""
    names = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and node.module:
            names |= {alias.asname or alias.name: f"{node.module}.{alias.name}" for alias in node.names}
        elif isinstance(node, ast.Import):
            names |= {alias.asname: alias.name for alias in node.names if alias.asname}
    return names


def _of_node(node: ast.AST, file: str, full: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    match node:
        case ast.Import(names):
            for alias in names:
                yield from _of_module(alias.name)
        case ast.ImportFrom(module=str(module), names=names):
            yield from _of_module(module)
            for alias in names:
                yield from _of_module(f"{module}.{alias.name}")
                yield from _of_name(f"{module}.{alias.name}", also_import=True)
        case ast.Attribute():
            yield from _of_name(_dotted(node, full))
        case ast.Call(func) if file.startswith(WITHOUT_FILES):
            name = func.id if isinstance(func, ast.Name) else getattr(func, "attr", "")
            if name in TOUCHES_FILES:
                yield FILES, f"{name}()"
        case ast.Constant(value=str(text)) if found := _SQL_TIME.search(text):
            yield SQL_TIME, found[0]
        case _:
            return


def _of_module(name: str) -> Iterator[tuple[str, str]]:
    if name in MODULES:
        yield MODULES[name], f"import {name}"


def _of_name(dotted: str, *, also_import: bool = False) -> Iterator[tuple[str, str]]:
    """Compare the last two words: `datetime.datetime.now` is `datetime.now`."""
    name = ".".join(dotted.split(".")[-2:])
    if name in NAMES and not (also_import and name in {"datetime.datetime", "date.today"}):
        yield NAMES[name], name


def _dotted(node: ast.Attribute, full: Mapping[str, str]) -> str:
    match node.value:
        case ast.Name(name):
            return f"{full.get(name, name)}.{node.attr}"
        case ast.Attribute() as inner:
            return f"{_dotted(inner, full)}.{node.attr}"
        case ast.Call(ast.Attribute(attr=called) | ast.Name(called)) if called in _LOOPS:
            return f"loop.{node.attr}"
        case _:
            return node.attr


def _is_pause(node: ast.AST) -> bool:
    """Say whether a call is a sleep of nothing: it lets others run and asks no clock."""
    match node:
        case ast.Call(func=ast.Attribute(attr="sleep"), args=[ast.Constant(value=0)]):
            return True
        case _:
            return False


def main(folders: list[str]) -> int:
    """Print every finding; return 1 if there is one."""
    files = sorted(path for folder in folders for path in Path(folder).rglob("*.py"))
    found: list[str] = []
    for path in files:
        name, source = path.as_posix(), path.read_text(encoding="utf-8")
        allowed = ALLOWED.get(name, frozenset())
        found += map(str, findings_in(source, name, allowed))
        found += [
            f"{name}: allowed to go around the port for {kind}, and does not"
            for kind in needless(source, name, allowed)
        ]
    gone = [name for name in ALLOWED if Path(name).parts[0] in folders and not Path(name).is_file()]
    found += [f"{name}: allowed, and not there" for name in gone]
    sys.stdout.writelines(f"{line}\n" for line in found)
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
