"""Spaces sends out so that a service's limits are kept: GCRA per account and per conversation.

Pure arithmetic on the system clock: `reserve` says how long to wait and takes the place at once.
"""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from types import MappingProxyType
from typing import Final

from handlers.core.values import ChannelKind
from scheduler.window import Call, Window

HEADROOM: Final = 0.99
"""Which part of a limit is used: a service's clock is never exactly ours."""

_FORGET_ABOVE: Final = 5_000


@dataclass(frozen=True, slots=True)
class Rate:
    """One message each `interval` on the long run, `burst` of them at once after a silence.

    `most` is the service's own count: no more than that may reach it in any one second.
    """

    interval: timedelta
    burst: int = 1
    most: int | None = None


@dataclass(frozen=True, slots=True)
class Rates:
    """What one account and one conversation at it may do; None is unlimited."""

    account: Rate | None = None
    conversation: Rate | None = None


def per_second(messages: float, burst: int = 1, most: int | None = None) -> Rate:
    """Return the rate of so many messages a second, less the headroom."""
    return Rate(timedelta(seconds=1 / (messages * HEADROOM)), burst, most)


def faster(rates: Rates, times: float) -> Rates:
    """Return `rates` with every interval divided by `times`."""

    def quickened(rate: Rate | None) -> Rate | None:
        if rate is None:
            return None
        most = None if rate.most is None else max(rate.most, int(rate.most * times))
        return Rate(rate.interval / times, rate.burst, most)

    return Rates(quickened(rates.account), quickened(rates.conversation))


def whatsapp_rates(messages: int) -> Rates:
    """Return what a WhatsApp number may do that takes so many messages a second."""
    return Rates(per_second(messages, most=messages), per_second(1 / 6, burst=5))


WHATSAPP_USUAL: Final = 80
"""Messages a second of a usual number: 20 where it is also used in the WhatsApp Business app, up to 1,000
where Meta has raised it (channels.md 3.2)."""
RATES: Final[Mapping[ChannelKind, Rates]] = MappingProxyType(
    {
        ChannelKind.TELEGRAM: Rates(per_second(30, most=30), per_second(1)),
        ChannelKind.WHATSAPP: whatsapp_rates(WHATSAPP_USUAL),
        ChannelKind.WEB: Rates(),
        ChannelKind.TERMINAL: Rates(),
    }
)
"""The services' limits (channels.md sections 2.1 and 3.2)."""


class Pacer:
    """Hands out moments to send at, for one channel account."""

    def __init__(self, rates: Rates) -> None:
        self._rates = rates
        self._account: datetime | None = None
        most = rates.account.most if rates.account is not None else None
        self._window = None if most is None else Window(most)
        self._conversations: dict[str, datetime] = {}
        self._paused_until: datetime | None = None
        self._first = 0
        self._taken = 0
        self._refused: dict[str, int] = {}

    def conversation_wait(self, address: str, now: datetime) -> timedelta:
        """Return how long this conversation must still be left alone."""
        return _wait(self._rates.conversation, self._conversations.get(address), now)

    def reserve_conversation(self, address: str, now: datetime) -> None:
        """Take this conversation's next place."""
        if self._rates.conversation is not None:
            self._forget(now)
            self._conversations[address] = _taken(
                self._rates.conversation, self._conversations.get(address), now
            )

    def reserve(self, now: datetime) -> timedelta:
        """Take the account's next place and return how long to wait for it."""
        start = max(now, self._paused_until or now)
        wait = start - now + _wait(self._rates.account, self._account, start)
        if self._rates.account is not None:
            self._account = _taken(self._rates.account, self._account, start)
        return wait

    def pause(self, until: datetime) -> None:
        """Send nothing at this account before `until`: the service said so."""
        self._paused_until = max(until, self._paused_until or until)

    def pause_conversation(self, address: str, until: datetime) -> None:
        """Send nothing in this conversation before `until`."""
        rate = self._rates.conversation
        slack = (rate.burst - 1) * rate.interval if rate else timedelta(0)
        if rate is not None:
            known = self._conversations.get(address, until)
            self._conversations[address] = max(until + slack, known)

    def crowded(self, now: datetime) -> timedelta:
        """Return how long the last second is full already, places kept for who goes first included."""
        return timedelta(0) if self._window is None else self._window.wait(now, self._first)

    @contextmanager
    def going_first(self) -> Iterator[Callable[[datetime], timedelta]]:
        """Keep the next place for somebody whom all others let go ahead; what it gives says how long to wait.

        Whoever wakes up first takes a place that gets free: among many, one would wait very long.
        """
        self._first += 1
        try:
            yield self._first_place
        finally:
            self._first -= 1

    def _first_place(self, now: datetime) -> timedelta:
        left = timedelta(0) if self._paused_until is None else self._paused_until - now
        return max(left, timedelta(0) if self._window is None else self._window.wait(now))

    def enter(self, now: datetime) -> Call:
        """Count a message that is handed over in this moment."""
        return Call(now) if self._window is None else self._window.enter(now)

    def leave(self, call: Call, address: str, now: datetime) -> None:
        """Note the end of a call: from here on the conversation is spaced, if it may have no bursts.

        The message reached the service at some time before; spacing from the start could come too close.
        """
        if self._window is not None:
            self._window.leave(call, now)
        rate = self._rates.conversation
        if rate is not None and rate.burst == 1:
            self._conversations[address] = max(now + rate.interval, self._conversations.get(address, now))

    def taken(self, address: str, now: datetime) -> None:
        """Note that the service took a message of this conversation."""
        self._refused.pop(address, None)
        if not self.is_paused(now):
            self._taken += 1

    def refused(self, address: str) -> bool:
        """Note a refusal for being too fast; say whether it is this conversation's own.

        A service doesn't say whose limit was passed. It is the conversation's if the service took others
        since it last refused this one.
        """
        before, self._refused[address] = self._refused.get(address), self._taken
        return before is not None and before < self._taken

    def is_paused(self, now: datetime) -> bool:
        """Say whether the service's waiting time is still running."""
        return self._paused_until is not None and now < self._paused_until

    def _forget(self, now: datetime) -> None:
        if len(self._conversations) > _FORGET_ABOVE:
            self._conversations = {a: at for a, at in self._conversations.items() if at > now}


def _wait(rate: Rate | None, arrival: datetime | None, now: datetime) -> timedelta:
    """Return how long until a message conforms; `arrival` is the theoretical arrival time."""
    if rate is None or arrival is None:
        return timedelta(0)
    return max(arrival - (rate.burst - 1) * rate.interval - now, timedelta(0))


def _taken(rate: Rate, arrival: datetime | None, now: datetime) -> datetime:
    return max(arrival or now, now) + rate.interval
