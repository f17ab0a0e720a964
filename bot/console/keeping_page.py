"""How long a clinic keeps what it may set: voice notes, passports, the record of acts."""

from collections.abc import Mapping
from dataclasses import replace

from fastapi import APIRouter, Request, Response

from bot.console.access import Right
from bot.console.day_pages import PAGE, DayPages
from bot.console.desk import Desk, back_to
from handlers.core.retention import DAYS_IN, FIXED, days_of


class KeepingPage:
    """The route of the form below the table on the page of days."""

    def __init__(self, desk: Desk) -> None:
        """Take the desk."""
        self._desk = desk
        self._days = DayPages(desk)

    def add_to(self, router: APIRouter) -> None:
        """Add the route."""
        router.post("/clinic/days/kept")(self.save)

    async def save(self, request: Request) -> Response:
        """Keep the days; a field that is empty or says the default sets nothing of the clinic's own."""
        reader = await self._desk.reader(request, Right.SETTINGS)
        form = await request.form()
        given = {span.word: str(form.get(span.word, "")).strip() for span in DAYS_IN.values()}
        if any(given[span.word] and days_of(given[span.word], one) is None for one, span in DAYS_IN.items()):
            return await self._days.page(reader, kept_problem="console.kept.bad")
        texts = _with(reader.clinic.texts, given)
        await self._desk.deps.save_clinic(replace(reader.clinic, texts=texts))
        for one, span in DAYS_IN.items():
            if texts.get(span.word) != reader.clinic.texts.get(span.word):
                days = texts.get(span.word, FIXED[one].days)
                await self._desk.note(reader, f"clinic.kept.{one}", str(days))
        return back_to(PAGE, "kept.saved")


def _with(texts: Mapping[str, str], given: Mapping[str, str]) -> dict[str, str]:
    others = {name: text for name, text in texts.items() if name not in given}
    usual = {span.word: str(FIXED[one].days) for one, span in DAYS_IN.items()}
    return others | {word: days for word, days in given.items() if days and days != usual[word]}
