"""Writes down what became of a send, and does not let go: the service's id is nowhere else yet."""

import logging
from datetime import datetime
from functools import partial
from itertools import count
from typing import Final, assert_never

from handlers.ports import Outbox, OutboxRow, Then
from scheduler import retry
from scheduler.account import SendCases
from scheduler.clocks import Clocks
from scheduler.loop import decide_again, fault, outlast
from scheduler.verdict import End, Postpone, Rest, Sent

_NOT_THERE: Final = frozenset({"failed", "held"})

log = logging.getLogger(__name__)


class Settler:
    """Settles rows of the outbox, with retries; `cases` decide about those that did not or may not arrive."""

    def __init__(self, outbox: Outbox, cases: SendCases, clocks: Clocks) -> None:
        self._outbox = outbox
        self._cases = cases
        self._clocks = clocks

    async def settle(self, row: OutboxRow, verdict: Sent | Postpone | Rest | End) -> None:
        """Write the verdict while the lease holds; raise what the last of six tries raised."""
        if not await self._insist(row, verdict):
            log.warning("stale settle", extra={"outbox_id": row.id})

    def _then(self, row: OutboxRow, end: End) -> Then | None:
        """Return what decides on the patient's case: it is written in the settle's own transaction."""
        is_about_check_in = row.follow_up is not None and end.state in _NOT_THERE
        follows = self._cases.undelivered if is_about_check_in else None
        follows = self._cases.lost if end.is_lost else follows
        follows = self._cases.shut if end.is_shut else follows
        return None if follows is None else partial(follows, row)

    async def _insist(self, row: OutboxRow, verdict: Sent | Postpone | Rest | End) -> bool:
        for attempt in count(1):
            try:
                return await outlast(lambda: self._write(row, verdict), self._clocks)
            except Exception as error:
                log.warning("settle failed", extra={"outbox_id": row.id, "fault": fault(error)})
                if retry.is_last(retry.SETTLE, attempt):
                    raise
                wait = retry.back_off(retry.SETTLE, attempt, self._clocks.chance())
                await self._clocks.sleep(wait.total_seconds())
        raise AssertionError("count has no end")

    async def _write(self, row: OutboxRow, verdict: Sent | Postpone | Rest | End) -> bool:
        now = self._clocks.business.now()
        match verdict:
            case Sent(provider_id):
                return await self._outbox.settle_sent(row, provider_id, now=now)
            case Postpone():
                return await self._outbox.postpone(
                    row,
                    until=verdict.until,
                    code=verdict.code,
                    free=verdict.free,
                    uncertain=verdict.uncertain,
                    now=now,
                    taken=verdict.taken,
                )
            case Rest():
                until = self._clocks.now_system() + verdict.wait
                return await self._outbox.rest(
                    row, until_system=until, code=verdict.code, taken=verdict.taken
                )
            case End():
                return await self._fail(row, verdict, now)
            case unreachable:
                assert_never(unreachable)

    async def _fail(self, row: OutboxRow, end: End, now: datetime) -> bool:
        return await decide_again(
            lambda: self._outbox.settle_failed(
                row,
                code=end.code,
                state=end.state,
                now=now,
                changes=end.changes,
                uncertain=end.uncertain,
                free=end.free,
                then=self._then(row, end),
            )
        )
