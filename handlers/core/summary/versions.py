"""Which version of a summary it is, and what is different: derived from the answers, never stored.

The first version is the intake as it was sent. Every moment at which an answer changed afterwards, and
every further part that was finished, makes the next one; what was corrected before counts for nothing.
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Final

from handlers.core.case import ResponseStatus
from handlers.core.summary.told import Superseded, Told, ToldResponse
from handlers.core.values import Answer, Slot

_FINISHED: Final = frozenset({ResponseStatus.COMPLETED, ResponseStatus.AMENDED})
SUBMIT: Final = "submit"
"""The effect of the answer that sends the intake (`effects` of a pack's protocol.json)."""


def sent_at(told: Told, effects: Mapping[str, str]) -> datetime | None:
    """Return when the intake was first sent, None if it was not: the time of the answer that sends it."""
    sending = {link_id for link_id, effect in effects.items() if effect == SUBMIT}
    times = (
        answer.at
        for part in told.responses
        if part.response.status in _FINISHED
        for answer in _ever(part)
        if answer.slot.link_id in sending
    )
    return min(times, default=None)


def version(told: Told, sent: datetime | None) -> int:
    """Return the version's number: 0 before anything was sent; it never becomes smaller afterwards."""
    if sent is None:
        return 0
    moments = {past.until for _, past in changed(told, sent)}
    later = [part for part in _finished(told) if not _belongs_to_first(part, sent)]
    return 1 + len(moments) + len(later)


def last_change(told: Told, sent: datetime | None) -> datetime | None:
    """Return when the summary last changed, None before it was sent."""
    if sent is None:
        return None
    times = [past.until for _, past in changed(told, sent)]
    times += [answer.at for part in _finished(told) for answer in part.response.answers.values()]
    return max([sent, *times])


def changed(told: Told, sent: datetime) -> Iterator[tuple[ToldResponse, Superseded]]:
    """Yield the answers that were changed or dropped after the intake was sent, in finished parts."""
    for part in _finished(told):
        for past in part.history:
            if past.until > sent:
                yield part, past


def after(part: ToldResponse, past: Superseded) -> Answer | None:
    """Return what replaced an answer: the next one of its slot, None if it was taken back."""
    slot: Slot = past.answer.slot
    later = [one.answer for one in part.history if one.answer.slot == slot and one.answer.at >= past.until]
    now = part.response.answers.get(slot)
    return min(later, key=lambda answer: answer.at, default=now)


def _finished(told: Told) -> Sequence[ToldResponse]:
    return [part for part in told.responses if part.response.status in _FINISHED]


def _belongs_to_first(part: ToldResponse, sent: datetime) -> bool:
    """Say whether a part was begun before the intake was sent: it went with it."""
    return part.response.started_at <= sent


def _ever(part: ToldResponse) -> Iterator[Answer]:
    yield from part.response.answers.values()
    yield from (past.answer for past in part.history)
