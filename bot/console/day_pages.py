"""The clinic's closed days, the hours in which nobody is written to, and what is kept until when."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Annotated, Final
from zoneinfo import ZoneInfo

from fastapi import APIRouter, Form, Request, Response

from bot.console.access import Right
from bot.console.desk import Desk, back_to
from bot.console.render import Reader
from bot.staff_words import StaffWords
from handlers.core.closed_days import CLOSED, MOST, Closed, closed_days, coming, written
from handlers.core.contact_time import QUIET
from handlers.core.retention import DAYS_IN, FIXED, MONTHS_IN, DataClass, Due, due_of, kept_for, months_of

PAGE: Final = "/console/clinic/days"
_LONGEST: Final = timedelta(days=60)


@dataclass(frozen=True, slots=True)
class _Kept:
    """How long a class of data is kept, how many patients' records it holds, and when the next one goes."""

    name: str
    months: int | None = None
    days: int | None = None
    patients: int = 0
    on_hold: int = 0
    next_at: datetime | None = None
    deed: str = ""
    word: str = ""
    """Which of the clinic's own words says how many months."""


class DayPages:
    """The routes of days."""

    def __init__(self, desk: Desk) -> None:
        """Take the desk."""
        self._desk = desk

    def add_to(self, router: APIRouter) -> None:
        """Add the routes."""
        router.get("/clinic/days")(self.show)
        router.post("/clinic/days")(self.add)
        router.post("/clinic/days/remove")(self.remove)

    async def show(self, request: Request) -> Response:
        """Show days, hours and what goes when."""
        return await self.page(await self._desk.reader(request, Right.SETTINGS))

    async def add(
        self, request: Request, first: Annotated[date, Form()], last: Annotated[date, Form()]
    ) -> Response:
        """Enter days on which the clinic is closed."""
        reader = await self._desk.reader(request, Right.SETTINGS)
        days = closed_days(reader.clinic.texts)
        if not timedelta(0) <= last - first <= _LONGEST or last < _today(reader) or len(days) >= MOST:
            return await self.page(reader, problem="console.days.bad")
        # What is over need not be kept.
        coming_ones = [one for one in days if one.last >= _today(reader)]
        return await self._save(reader, [*coming_ones, Closed(first, last)])

    async def remove(
        self, request: Request, first: Annotated[date, Form()], last: Annotated[date, Form()]
    ) -> Response:
        """Take days back: the clinic is open after all."""
        reader = await self._desk.reader(request, Right.SETTINGS)
        days = closed_days(reader.clinic.texts)
        return await self._save(reader, [one for one in days if one != Closed(first, last)])

    async def _save(self, reader: Reader, days: Sequence[Closed]) -> Response:
        others = {name: text for name, text in reader.clinic.texts.items() if name != CLOSED}
        texts = {**others, **({CLOSED: written(days)} if days else {})}
        await self._desk.deps.save_clinic(replace(reader.clinic, texts=texts))
        await self._desk.deps.note(self._desk.audit(reader, "clinic.days", reader.clinic.id))
        return back_to(PAGE, "days.saved")

    async def page(self, reader: Reader, *, problem: str = "", kept_problem: str = "") -> Response:
        """Return the page, with what is wrong in one of its forms."""
        protocol, texts = self._desk.protocol(reader), reader.clinic.texts
        lives = await self._desk.deps.views.lives(reader.clinic.id)
        return self._desk.show(
            reader,
            "days.html",
            status=400 if problem or kept_problem else 200,
            problem=problem,
            kept_problem=kept_problem,
            days=closed_days(texts),
            told=coming(texts, _today(reader)),
            hours=texts.get("hours") or protocol.texts.get("hours", ""),
            quiet=QUIET,
            exempt=[step.id for step in protocol.steps if step.ignore_quiet_hours],
            words=StaffWords(reader.catalog, texts),
            kept=_kept([due_of(life, texts) for life in lives], texts),
            spans=[
                (one.value, span, FIXED[one].days, texts.get(span.word, "")) for one, span in DAYS_IN.items()
            ],
        )


def _today(reader: Reader) -> date:
    return reader.now.astimezone(ZoneInfo(reader.clinic.zone or "UTC")).date()


def _kept(dues: Sequence[Due], texts: Mapping[str, str]) -> list[_Kept]:
    patients, held = Counter(due.data_class for due in dues), Counter(d.data_class for d in dues if d.on_hold)
    return [_of_class(one, dues, texts, patients[one], held[one]) for one in DataClass]


def _of_class(
    one: DataClass, dues: Sequence[Due], texts: Mapping[str, str], patients: int, held: int
) -> _Kept:
    if one in FIXED:
        return _Kept(one.value, days=kept_for(texts, one).days)
    going = [due for due in dues if due.data_class is one and due.at and not due.on_hold]
    first = min(going, key=lambda due: due.at.timestamp() if due.at else 0, default=None)
    return _Kept(
        one.value,
        months=months_of(texts, one),
        patients=patients,
        on_hold=held,
        next_at=first.at if first else None,
        deed=first.deed.value if first else "",
        word=MONTHS_IN[one],
    )
