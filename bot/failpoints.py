"""Named moments at which a test lets this process die, fail or wait.

`YORISOI_FAILPOINTS="outbox.after_claim=kill@3;channel.before_send=raise;uow.after_save=sleep:200"`: at
the third claim that gave something, before every send, after every save. Only ENV=test honours it;
where a port has no fault, nothing is wrapped and it costs nothing.
"""

import asyncio
import os
import re
import signal
from collections import Counter
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from types import MappingProxyType
from typing import Any, Final, TypeVar, assert_never, cast

from handlers.errors import SettingError
from storage.stores import Stores

Port = TypeVar("Port")

PORTS: Final[Mapping[str, tuple[str, ...]]] = MappingProxyType(
    {
        "inbox": ("add", "claim", "give_back"),
        "outbox": ("claim", "settle_sent", "postpone", "settle_failed"),
        "follow_ups": ("claim",),
        "fetches": ("claim", "store", "give_back"),
        "uow": ("save",),
        "channel": ("send",),
    }
)
"""The steps of every port between which a process may die."""

POINTS: Final = tuple(
    f"{port}.{when}_{method}"
    for port, methods in PORTS.items()
    for method in methods
    for when in ("before", "after")
)
_ONE: Final = re.compile(r"(?P<point>[a-z_.]+)=(?P<act>[a-z]+)(@(?P<at>\d+))?(:(?P<wait>\d+))?")


class Act(StrEnum):
    """What happens at a failpoint."""

    KILL = "kill"
    RAISE = "raise"
    SLEEP = "sleep"


class Failed(Exception):
    """A failpoint said so."""


@dataclass(frozen=True, slots=True)
class Fault:
    """One order: what to do, at which pass (0: at each), and how many milliseconds to sleep."""

    act: Act
    at: int = 0
    milliseconds: int = 0


@dataclass(frozen=True, slots=True)
class Failpoints:
    """The faults of this process by failpoint, and how often each was passed."""

    faults: Mapping[str, Fault] = field(default_factory=dict)
    _passed: Counter[str] = field(default_factory=Counter)

    def around(self, name: str, port: Port) -> Port:
        """Return `port` with its failpoints, or as it is when none of them is set."""
        is_set = any(point.startswith(f"{name}.") for point in self.faults)
        return cast("Port", _Watched(name, port, self)) if is_set else port

    def in_stores(self, stores: Stores) -> Stores:
        """Return the stores with the failpoints that are set."""
        return replace(
            stores,
            inbox=self.around("inbox", stores.inbox),
            outbox=self.around("outbox", stores.outbox),
            follow_ups=self.around("follow_ups", stores.follow_ups),
            fetches=self.around("fetches", stores.fetches),
            uow=self.around("uow", stores.uow),
        )

    async def passes(self, point: str) -> None:
        """Do what was ordered for this pass of `point`; raise Failed where that was it."""
        fault = self.faults.get(point)
        if fault is None:
            return
        self._passed[point] += 1
        if fault.at not in {0, self._passed[point]}:
            return
        match fault.act:
            case Act.KILL:
                die(point)
            case Act.RAISE:
                raise Failed(point)
            case Act.SLEEP:
                await asyncio.sleep(fault.milliseconds / 1000)
            case unreachable:
                assert_never(unreachable)


@dataclass(frozen=True, slots=True)
class _Watched:
    """A port whose named methods pass a failpoint before and after; everything else is the port's own."""

    name: str
    port: Any
    failpoints: Failpoints

    def __getattr__(self, method: str) -> Any:
        found = getattr(self.port, method)
        return self._around(method, found) if method in PORTS[self.name] else found

    def _around(self, method: str, act: Callable[..., Awaitable[Any]]) -> Callable[..., Awaitable[Any]]:
        async def watched(*args: Any, **named: Any) -> Any:
            await self.failpoints.passes(f"{self.name}.before_{method}")
            result = await act(*args, **named)
            # A claim that found nothing is no moment: workers look all the time.
            if method != "claim" or result:
                await self.failpoints.passes(f"{self.name}.after_{method}")
            return result

        return watched


def read_failpoints(text: str) -> Failpoints:
    """Return the failpoints that the setting names; raise SettingError for one that there is not."""
    parts = [part.strip() for part in text.split(";")]
    return Failpoints(dict(_read(part) for part in parts if part))


def die(point: str) -> None:  # noqa: ARG001 - whoever watches a test wants to know where
    """End this process at once, as a power cut does."""
    os.kill(os.getpid(), signal.SIGKILL)


def _read(part: str) -> tuple[str, Fault]:
    found = _ONE.fullmatch(part)
    if found is None or found["act"] not in list(Act):
        raise SettingError(
            f"YORISOI_FAILPOINTS: {part!r} is not <point>=kill|raise|sleep, with @<pass> or :<milliseconds>."
            " Correct it"
        )
    if found["point"] not in POINTS:
        raise SettingError(
            f"YORISOI_FAILPOINTS: there is no {found['point']}. The points are {', '.join(POINTS)}"
        )
    return found["point"], Fault(Act(found["act"]), int(found["at"] or 0), int(found["wait"] or 0))
