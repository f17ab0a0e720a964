"""What becomes of messages that are held, once something about their reason has changed (pure).

A message is held where nothing of it has left for a reason outside of it: WhatsApp's window is closed, or its
template is refused. When the way is free again it goes by itself, in its place in the conversation;
what makes no sense any more is closed with the reason, and staff see both.
"""

from collections.abc import Iterator, Mapping, Sequence, Set as AbstractSet
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

from handlers.core.buttons import read_data
from handlers.core.messages import Body, Lane

IN_ORDER: Final = "template-in-order"
"""Why a message is still held whose template may be sent again: it goes at the next look."""
STALE: Final = timedelta(days=7)
"""A reply of ours that has waited longer answers nothing any more."""
_GRACE: Final = timedelta(minutes=1)
"""Clocks of several machines differ: what is over is over for all of them by then."""


class Fate(StrEnum):
    """What becomes of a held message; whatever has none goes on waiting."""

    GOES = "goes"
    """It is queued again. What is past its own time goes as well: its sender ends it as expired."""
    OVERTAKEN = "overtaken"
    """A later message asks or says the same."""
    OVER = "over"
    """The check-in that it is about has been begun or has ended."""
    TOO_OLD = "too-old"


@dataclass(frozen=True, slots=True)
class Way:
    """What may leave for a contact now: `words` of any kind, or `templates` alone, or nothing.

    `staff_only`: a person of the clinic has the chat, and the bot is quiet.
    """

    words: bool = False
    templates: bool = False
    staff_only: bool = False

    @property
    def is_shut(self) -> bool:
        """Say whether nothing may leave."""
        return not (self.words or self.templates)


@dataclass(frozen=True, slots=True)
class HeldSend:
    """One held message, opened. `since` is when it was to leave; `is_over`: so is what it is about.

    `has_left`: it is none that is held, but a later one that has left already, or is about to.
    """

    id: str
    lane: Lane
    code: str
    since: datetime
    expires_at: datetime | None
    follow_up: str | None
    is_over: bool
    body: Body
    has_left: bool = False


def sort_out(held: Sequence[HeldSend], said: AbstractSet[str], way: Way, now: datetime) -> Mapping[str, Fate]:
    """Return what becomes of one contact's held messages, given in their order with what has left since.

    `said` are the marks of what is said to the contact in this very moment, behind them.
    """
    fates: dict[str, Fate] = {}
    later = set(said)
    for one in reversed(held):
        if not one.has_left and (fate := _fate(one, later, way, now)) is not None:
            fates[one.id] = fate
        later |= marks(one.body, one.follow_up)
    return {one.id: fates[one.id] for one in held if one.id in fates}


def marks(body: Body, follow_up: str | None = None) -> AbstractSet[str]:
    """Return what a message asks or says, so that a later one is known to do the same."""
    if follow_up:
        return {f"f:{follow_up}"}
    asked = set(_questions(body))
    return asked or ({f"t:{body.text}"} if body.text else set())


def is_past(one: HeldSend, now: datetime) -> bool:
    """Say whether the time is over within which a message may leave."""
    return one.expires_at is not None and one.expires_at + _GRACE <= now


def _fate(one: HeldSend, later: AbstractSet[str], way: Way, now: datetime) -> Fate | None:
    if is_past(one, now):
        return Fate.GOES
    if one.is_over:
        return Fate.OVER
    if one.lane is Lane.TURN and marks(one.body, one.follow_up) & later:
        return Fate.OVERTAKEN
    if one.lane is Lane.TURN and one.expires_at is None and one.since + STALE <= now:
        return Fate.TOO_OLD
    return Fate.GOES if _may_go(one, way) else None


def _may_go(one: HeldSend, way: Way) -> bool:
    if way.staff_only and one.lane is Lane.TURN:
        return False
    return way.words or (way.templates and one.code == IN_ORDER)


def _questions(body: Body) -> Iterator[str]:
    for button in body.choices:
        if (asked := read_data(button.data)) is not None:
            yield f"q:{asked.response}:{asked.index}:{asked.instance}"
