"""All patients together: each symptom over time, who answered, and the words that this shows no effect."""

from collections.abc import Mapping, Sequence
from typing import Any

from fastapi import APIRouter, Request, Response

from bot.console.access import Right
from bot.console.cohort_items import Kind, kind_of, symptoms_of, twins_of
from bot.console.counting import Counting
from bot.console.desk import Desk
from bot.console.forms import FormReader
from bot.console.spread import (
    FEW,
    Counts,
    Symptom,
    column_x,
    counts,
    days,
    rate,
    spread_of,
    spread_of_numbers,
    step_y,
    symptom,
)
from bot.console.trend import TOP
from bot.console.trends import check_ins, columns_of, symptom_name
from bot.staff_words import StaffWords
from handlers.core.questionnaire import Item
from storage.views.cohort import BASELINE, Cohort, Progress, Turnout, Wanted


class CohortPage:
    """The route of the trends of all patients."""

    def __init__(self, desk: Desk) -> None:
        """Take the desk; nothing is counted before somebody asks."""
        self._desk = desk
        self._wanted = Wanted(frozenset(), {}, frozenset(), frozenset())
        self._counting = Counting(self._count, desk.deps.now_system)
        self._as_of = desk.deps.clock.now()

    def add_to(self, router: APIRouter) -> None:
        """Add the route."""
        router.get("/cohort")(self.show)

    async def show(self, request: Request) -> Response:
        """Show the figures, which is written down, or how far counting is: that page asks every 2 seconds."""
        reader = await self._desk.reader(request, Right.SEE_PATIENTS)
        words = StaffWords(reader.catalog, reader.clinic.texts)
        forms = FormReader(words, self._desk.protocol(reader), reader.may(Right.SEE_SENSITIVE))
        self._wanted = wanted_of(forms)
        found = await self._counting.look()
        if found is None:
            self._desk.shows_nobody(reader)
            return self._desk.show(reader, "cohort.html", counting=self._counting.progress, as_of=self._as_of)
        await self._desk.deps.note(self._desk.audit(reader, "cohort.read", reader.clinic.id))
        shown = _figures(found, forms)
        return self._desk.show(reader, "cohort.html", counting=None, as_of=self._as_of, **shown)

    async def _count(self, progress: Progress) -> Cohort:
        deps = self._desk.deps
        self._as_of = deps.clock.now()
        return await deps.views.cohort(deps.clinic, self._wanted, progress)


def wanted_of(forms: FormReader) -> Wanted:
    """Return what is counted: the symptoms, and their twins in the intake."""
    symptoms, twins = frozenset(symptoms_of(forms)), twins_of(forms)
    named = symptoms | twins.keys()
    return Wanted(
        symptoms=symptoms,
        twins=twins,
        steps=frozenset(step.id for step in check_ins(forms)),
        forms=frozenset(
            url
            for url, form in forms.protocol.questionnaires.items()
            if named & {link_id for link_id, item in form.by_link_id.items() if not item.carried}
        ),
    )


def _figures(found: Cohort, forms: FormReader) -> dict[str, Any]:
    columns = columns_of(forms)
    last = max((column.months for column in columns), default=0) or 1
    return {
        "symptoms": _symptoms(found, forms),
        "turnout": _turnout(found.turnout, forms),
        "columns": columns,
        "few": str(FEW),
        "grid": {step: step_y(step) for step in range(TOP + 1)},
        "ticks": {column.tick: column_x(column, last) for column in columns},
    }


def _symptoms(found: Cohort, forms: FormReader) -> Sequence[Symptom | Counts]:
    """Return the symptoms as they are asked, without those that the reader may not see."""
    points = (BASELINE, *(step.id for step in check_ins(forms)))
    shown: list[Symptom | Counts] = []
    for link_id, item in symptoms_of(forms).items():
        said = [found.said.get((link_id, point), {}) for point in points]
        if any(said) and not forms.hides(item):
            shown.append(_shown(link_id, item, said, forms))
    return shown


def _shown(
    link_id: str, item: Item, said: Sequence[Mapping[str, int]], forms: FormReader
) -> Symptom | Counts:
    name = symptom_name(forms.question_about(link_id))
    match kind_of(item):
        case Kind.SCALE:
            return symptom(name, columns_of(forms), [spread_of(codes) for codes in said])
        case Kind.NUMBERS:
            return Symptom(name, tuple(spread_of_numbers(numbers) for numbers in said), ())
        case _:
            return counts(name, forms.options_about(link_id), said)


def _turnout(found: Mapping[str, Turnout], forms: FormReader) -> Sequence[Mapping[str, str]]:
    return [
        {
            "name": forms.step_name(step.id),
            "opened": str(one.opened),
            "answered": str(one.answered),
            "waiting": str(one.waiting),
            "rate": rate(one.answered, one.opened - one.waiting),
            "days": days(one.took),
        }
        for step in check_ins(forms)
        for one in (found.get(step.id, Turnout()),)
    ]
