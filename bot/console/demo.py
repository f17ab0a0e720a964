"""Demo only: buttons that jump the business clock ahead."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Annotated, Final

from fastapi import APIRouter, Form, Request, Response
from whenever import Instant

from bot.console.access import Right
from bot.console.desk import HOME, Desk, back_to, own_path
from bot.console.render import Reader
from bot.staff_words import StaffWords
from handlers.core.case import FollowUp, FollowUpState
from handlers.core.protocol import StepKind
from handlers.errors import NotFound

_MARGIN: Final = timedelta(minutes=1)
"""A jump lands a little after the due time, so that the message is due and not just about to be."""

_AHEAD: Final = frozenset({FollowUpState.SCHEDULED, FollowUpState.HELD})


@dataclass(frozen=True, slots=True)
class Jump:
    """A button: where to, as ISO 8601, and its words."""

    to: str
    label: str


class DemoPages:
    """The route behind the buttons."""

    def __init__(self, desk: Desk) -> None:
        """Take the desk."""
        self._desk = desk

    def add_to(self, router: APIRouter) -> None:
        """Add the route; outside demo there is none."""
        if self._desk.deps.demo:
            router.post("/demo/jump")(self.jump)

    async def jump(
        self, request: Request, to: Annotated[str, Form()], back: Annotated[str, Form()] = HOME
    ) -> Response:
        """Set the business clock ahead, never back."""
        reader = await self._desk.reader(request, Right.SEE_PATIENTS)
        moment = _moment(to)
        if moment <= reader.now:
            return back_to(own_path(back), "demo.backwards")
        await self._desk.deps.jump(moment)
        return back_to(own_path(back))


async def jumps(desk: Desk, reader: Reader, follow_ups: Sequence[FollowUp] | None) -> tuple[Jump, ...]:
    """Return the buttons: the next check-in, a month ahead, and the monthly check-ins of one patient."""
    if not desk.deps.demo:
        return ()
    due = await _next_due(desk, reader, follow_ups)
    month = Instant(reader.now).to_tz(reader.clinic.zone).add(months=1).to_stdlib()
    general = [
        *([Jump(_after(due), reader.catalog.plain("console.demo.next"))] if due else []),
        Jump(month.isoformat(), reader.catalog.plain("console.demo.month")),
    ]
    return (*general, *_check_ins(desk, reader, follow_ups or ()))


async def _next_due(desk: Desk, reader: Reader, follow_ups: Sequence[FollowUp] | None) -> datetime | None:
    if follow_ups is None:
        return await desk.deps.views.next_due(desk.deps.clinic, after=reader.now)
    ahead = [f.due_at for f in follow_ups if f.state in _AHEAD and f.due_at > reader.now]
    return min(ahead, default=None)


def _check_ins(desk: Desk, reader: Reader, follow_ups: Sequence[FollowUp]) -> list[Jump]:
    steps = {step.id for step in desk.protocol(reader).steps if step.kind is StepKind.CHECK_IN}
    words = StaffWords(reader.catalog, reader.clinic.texts)
    return [
        Jump(_after(f.due_at), words.catalog.plain("console.demo.to_step", step=_name(words, f.step)))
        for f in sorted(follow_ups, key=lambda f: f.due_at)
        if f.step in steps and f.state in _AHEAD and f.due_at > reader.now
    ]


def _name(words: StaffWords, step: str) -> str:
    return words.titled(f"console.step.{step}", step)


def _after(due: datetime) -> str:
    return (due + _MARGIN).isoformat()


def _moment(text: str) -> datetime:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise NotFound("no such moment") from None
    if moment.tzinfo is None:
        raise NotFound("no such moment")
    return moment
