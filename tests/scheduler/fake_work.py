"""Check-ins and files in memory."""

from dataclasses import dataclass, replace
from datetime import timedelta

from handlers.core.case import FollowUp
from handlers.core.values import ChannelKind, ContactPoint, FollowUpId, PatientId
from handlers.ports import ClaimedFollowUp, PendingFetch
from tests.scheduler.fakes import CLINIC, NOON, Kept


class FakeFollowUps:
    """Due follow-ups that are claimed once per lease."""

    def __init__(self, *ids):
        self.kept = [Kept(ClaimedRow(follow_up(ident))) for ident in ids]

    async def claim(self, *, now, now_system, lease, limit):
        free = [kept for kept in self.kept if kept.is_free(now_system)]
        rows = [kept.lease(now_system + lease) for kept in free[:limit]]
        return [ClaimedFollowUp(CLINIC, row.follow_up, row.fence, row.attempts) for row in rows]

    async def give_back(self, claimed):
        kept = self._of(claimed)
        kept.row = replace(kept.row, attempts=kept.row.attempts - 1)
        kept.free_at, kept.leased_until = NOON, None
        kept.settled.append("stopping")
        return True

    async def next_due(self):
        return min((kept.free_at for kept in self.kept if kept.state == "queued"), default=None)

    def _of(self, claimed):
        return next(kept for kept in self.kept if kept.row.follow_up.id == claimed.follow_up.id)

    def done(self, claimed):
        next(k for k in self.kept if k.row.follow_up.id == claimed.follow_up.id).state = "done"


@dataclass(frozen=True)
class ClaimedRow:
    """A follow-up in the table."""

    follow_up: FollowUp
    attempts: int = 0
    fence: int = 0


class FakeFetches:
    """Files that wait; `content` is what was stored."""

    def __init__(self, *rows):
        self.kept = [Kept(row) for row in rows]
        self.content = {}

    async def claim(self, *, now_system, lease, limit):
        free = [kept for kept in self.kept if kept.is_free(now_system)]
        return [kept.lease(now_system + lease) for kept in free[:limit]]

    async def keep(self, fetch, *, until_system):
        kept = self._of(fetch)
        kept.leased_until = until_system
        return kept.state == "queued"

    async def store(self, fetch, content, *, limit_bytes, now):
        self.content[fetch.id] = b"".join([chunk async for chunk in content])
        self._of(fetch).state = "stored"
        return True

    async def give_back(self, fetch, *, until_system, code, last, now, free=False):
        kept = self._of(fetch)
        kept.row = replace(kept.row, attempts=kept.row.attempts - free)
        kept.free_at, kept.leased_until = until_system, None
        kept.settled.append(code)
        kept.state = "refused" if last else "queued"
        return True

    def _of(self, fetch):
        return next(kept for kept in self.kept if kept.row.id == fetch.id)


def follow_up(ident):
    return FollowUp(
        id=FollowUpId(ident),
        patient=PatientId("p"),
        step="M1",
        anchor="a",
        local="2026-06-01T10:00",
        zone="UTC",
        window_start=NOON,
        due_at=NOON,
        window_end=NOON + timedelta(days=7),
    )


def pending(ident="d1", *, size=None, name="a.pdf"):
    return PendingFetch(
        id=ident,
        clinic=CLINIC,
        patient=PatientId("p"),
        contact="contact",
        point=ContactPoint(ChannelKind.TELEGRAM, "main", "c1"),
        ref="file",
        name=name,
        mime="application/pdf",
        size=size,
        attempts=0,
        fence=0,
        noted_at=NOON,
    )
