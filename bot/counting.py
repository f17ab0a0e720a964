"""Ports that count what goes through them, and a counter before the webhooks (bot/meters.py).

Each stands in front of a port and passes everything on as it is: nothing inside knows of figures.
"""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from types import MappingProxyType
from typing import Any, Final, TypeVar, cast

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from bot.meters import Figure, Meters
from handlers.core.messages import Outbound
from handlers.core.values import ChannelKind
from handlers.errors import (
    AccountFault,
    ContactGone,
    LeaseLost,
    NotToday,
    SendError,
    SendLater,
    SendRejected,
    SendUncertain,
    TemplateRefused,
    WindowClosed,
)
from handlers.ports import Channel
from storage.stores import Stores

Port = TypeVar("Port")

_VERDICTS: Final[Mapping[type[SendError], str]] = MappingProxyType(
    {
        SendLater: "later",
        SendUncertain: "uncertain",
        SendRejected: "rejected",
        NotToday: "not-today",
        TemplateRefused: "template-refused",
        WindowClosed: "window-closed",
        ContactGone: "contact-gone",
        AccountFault: "account-refused",
    }
)
_RESULTS: Final[Mapping[int, str]] = MappingProxyType(
    {200: "stored", 401: "forged", 403: "forged", 404: "not-ours", 413: "too-large", 503: "not-stored"}
)
_WEBHOOKS: Final[Mapping[str, ChannelKind]] = MappingProxyType(
    {f"/webhooks/{kind.value}/": kind for kind in (ChannelKind.TELEGRAM, ChannelKind.WHATSAPP)}
)


def counted_stores(stores: Stores, meters: Meters) -> Stores:
    """Return the stores with a counter before the ports whose work is counted."""
    return replace(
        stores,
        inbox=_as(stores.inbox, _Inbox(stores.inbox, meters)),
        outbox=_as(stores.outbox, _Outbox(stores.outbox, meters)),
        follow_ups=_as(stores.follow_ups, _FollowUps(stores.follow_ups, meters)),
        fetches=_as(stores.fetches, _Fetches(stores.fetches, meters)),
        uow=_as(stores.uow, _UnitOfWork(stores.uow, meters)),
    )


def counted_channel(channel: Channel, kind: ChannelKind, meters: Meters) -> Channel:
    """Return the channel with a counter before its sends."""
    return _as(channel, _Channel(channel, meters, kind.value))


def _as(port: Port, counter: object) -> Port:  # noqa: ARG001 - it lends its type
    return cast("Port", counter)


@dataclass(frozen=True, slots=True)
class _Counter:
    """Passes on to the port what it does not count."""

    port: Any
    meters: Meters

    def __getattr__(self, name: str) -> Any:
        return getattr(self.port, name)

    def _acked(self, is_done: bool) -> bool:  # noqa: FBT001 - the port's own answer
        if not is_done:
            self.meters.count(Figure.STALE_ACK)
        return is_done

    def _stolen(self, number: int) -> None:
        self.meters.count(Figure.LEASE_STOLEN, by=number)


@dataclass(frozen=True, slots=True)
class _Inbox(_Counter):
    async def add(self, items: Sequence[Any], *, now: datetime) -> int:
        new: int = await self.port.add(items, now=now)
        self.meters.count(Figure.DUPLICATES_PREVENTED, by=len(items) - new)
        return new

    async def claim(self, **asked: Any) -> list[Any]:
        rows: list[Any] = await self.port.claim(**asked)
        self._stolen(sum(row.attempts > 1 and not row.code for row in rows))
        return rows

    async def give_back(self, row: Any, **how: Any) -> bool:
        return self._acked(await self.port.give_back(row, **how))


@dataclass(frozen=True, slots=True)
class _Outbox(_Counter):
    async def claim(self, *place: Any, now: datetime, **asked: Any) -> list[Any]:
        rows: list[Any] = await self.port.claim(*place, now=now, **asked)
        # Found in the middle of being sent: its sender is gone, and it may have arrived.
        found = sum(row.ambiguous_at == now for row in rows)
        self._stolen(found)
        self.meters.count(Figure.AMBIGUOUS, by=found)
        return rows

    async def settle_sent(self, row: Any, provider_id: str, *, now: datetime) -> bool:
        return self._acked(await self.port.settle_sent(row, provider_id, now=now))

    async def rest(self, row: Any, **how: Any) -> bool:
        return self._acked(await self.port.rest(row, **how))

    async def postpone(self, row: Any, *, uncertain: bool, **how: Any) -> bool:
        return self._judged(await self.port.postpone(row, uncertain=uncertain, **how), uncertain=uncertain)

    async def settle_failed(self, row: Any, *, uncertain: bool = False, **how: Any) -> bool:
        done = await self.port.settle_failed(row, uncertain=uncertain, **how)
        return self._judged(done, uncertain=uncertain)

    def _judged(self, is_done: bool, *, uncertain: bool) -> bool:  # noqa: FBT001 - the port's own answer
        self.meters.count(Figure.AMBIGUOUS, by=int(is_done and uncertain))
        return self._acked(is_done)


@dataclass(frozen=True, slots=True)
class _FollowUps(_Counter):
    async def claim(self, **asked: Any) -> list[Any]:
        claimed: list[Any] = await self.port.claim(**asked)
        self._stolen(sum(one.attempts > 1 for one in claimed))
        return claimed

    async def give_back(self, claimed: Any) -> bool:
        return self._acked(await self.port.give_back(claimed))


@dataclass(frozen=True, slots=True)
class _Fetches(_Counter):
    async def claim(self, **asked: Any) -> list[Any]:
        rows: list[Any] = await self.port.claim(**asked)
        self._stolen(sum(row.attempts > 1 and not row.code for row in rows))
        return rows

    async def store(self, fetch: Any, content: Any, **how: Any) -> bool:
        return self._acked(await self.port.store(fetch, content, **how))

    async def give_back(self, fetch: Any, **how: Any) -> bool:
        return self._acked(await self.port.give_back(fetch, **how))


@dataclass(frozen=True, slots=True)
class _UnitOfWork(_Counter):
    async def save(self, *what: Any, **how: Any) -> None:
        try:
            await self.port.save(*what, **how)
        except LeaseLost:
            self.meters.count(Figure.STALE_ACK)
            raise


@dataclass(frozen=True, slots=True)
class _Channel(_Counter):
    kind: str

    async def send(self, message: Outbound) -> str:
        verdict = "broke"
        try:
            sent: str = await self.port.send(message)
            verdict = "sent"
        except SendError as error:
            verdict = _VERDICTS.get(type(error), "uncertain")
            raise
        except asyncio.CancelledError:
            verdict = "timeout"
            raise
        finally:
            self.meters.count(Figure.SENDS, self.kind, verdict)
        return sent


class CountWebhooks:
    """ASGI middleware: how each delivery to a webhook was answered."""

    def __init__(self, app: ASGIApp, meters: Meters) -> None:
        """Stand before `app`."""
        self._app = app
        self._meters = meters

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on and note its answer."""
        kind = _delivers(scope)
        if kind is None:
            await self._app(scope, receive, send)
            return

        async def send_counted(message: Message) -> None:
            if message["type"] == "http.response.start":
                result = _RESULTS.get(message["status"], "other")
                self._meters.count(Figure.WEBHOOKS, kind.value, result)
            await send(message)

        await self._app(scope, receive, send_counted)


def _delivers(scope: Scope) -> ChannelKind | None:
    if scope["type"] != "http" or scope["method"] != "POST":
        return None
    path: str = scope["path"]
    return next((kind for start, kind in _WEBHOOKS.items() if path.startswith(start)), None)
