"""The clinic's own words and its filed treatment plans, edited by an administrator."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from fastapi import APIRouter, Request, Response

from bot.console.access import Right
from bot.console.desk import Desk, back_to
from bot.console.render import Reader
from bot.console.words import StaffWords
from handlers.core.case import Clinic
from handlers.core.questionnaire import Item, Questionnaire

FIELDS: Final = (
    "clinic_name",
    "clinic_short",
    "clinic_phone",
    "clinic_emergency_phone",
    "hosting_country",
    "crisis_line",
    "hours",
    "reply_days",
)
"""The clinic's words that staff may edit."""

PLAN_KEY: Final = "plan_no_"
"""Plan numbers stand among the clinic's texts, one per treatment."""

_PLAN: Final = re.compile(r"P[ABC][0-9]{7}")
_ROUTE_ITEM: Final = "int.type"
_MAX_LENGTH: Final = 300


@dataclass(frozen=True, slots=True)
class _Field:
    name: str
    value: str


@dataclass(frozen=True, slots=True)
class _Route:
    code: str
    label: str
    plan: str


class ClinicPages:
    """The routes of the clinic's details."""

    def __init__(self, desk: Desk) -> None:
        """Take the desk."""
        self._desk = desk

    def add_to(self, router: APIRouter) -> None:
        """Add the routes."""
        router.get("/clinic")(self.show)
        router.post("/clinic")(self.save)

    async def show(self, request: Request) -> Response:
        """Show the form."""
        reader = await self._desk.reader(request, Right.SETTINGS)
        return self._page(reader, reader.clinic.texts)

    async def save(self, request: Request) -> Response:
        """Store the words; a treatment is offered to patients only with a plan number."""
        reader = await self._desk.reader(request, Right.SETTINGS)
        given = {name: str(value)[:_MAX_LENGTH].strip() for name, value in (await request.form()).items()}
        plans = {code: given.get(f"plan_{code}", "") for code in self._route_codes(reader)}
        words: dict[str, str] = {name: given[name] for name in FIELDS if name in given}
        numbers = {PLAN_KEY + code: plan for code, plan in plans.items()}
        texts: dict[str, str] = {**reader.clinic.texts, **words, **numbers}
        if not all(_PLAN.fullmatch(plan) for plan in plans.values() if plan):
            return self._page(reader, texts, problem="console.clinic.bad_plan")
        routes = frozenset(code for code, plan in plans.items() if plan)
        await self._desk.deps.save_clinic(_with(reader.clinic, texts, routes))
        await self._desk.deps.note(self._desk.audit(reader, "clinic.save", reader.clinic.id))
        return back_to("/console/clinic", "clinic.saved")

    def _page(self, reader: Reader, texts: Mapping[str, str], problem: str = "") -> Response:
        words = StaffWords(reader.catalog, texts)
        return self._desk.show(
            reader,
            "clinic.html",
            status=400 if problem else 200,
            problem=problem,
            fields=[_Field(name, texts.get(name, "")) for name in FIELDS],
            routes=self._routes(reader, words, texts),
        )

    def _routes(self, reader: Reader, words: StaffWords, texts: Mapping[str, str]) -> list[_Route]:
        found = self._route_question(reader)
        if found is None:
            return []
        return [
            _Route(code, words.option(*found, code), texts.get(PLAN_KEY + code, ""))
            for code in self._route_codes(reader)
        ]

    def _route_codes(self, reader: Reader) -> list[str]:
        found = self._route_question(reader)
        return [option.code for option in found[1].options if option.code != "ns"] if found else []

    def _route_question(self, reader: Reader) -> tuple[Questionnaire, Item] | None:
        for questionnaire in self._desk.protocol(reader).questionnaires.values():
            if _ROUTE_ITEM in questionnaire.by_link_id:
                return questionnaire, questionnaire.item(_ROUTE_ITEM)
        return None


def _with(clinic: Clinic, texts: Mapping[str, str], routes: frozenset[str]) -> Clinic:
    return Clinic(
        id=clinic.id,
        name=texts.get("clinic_name") or clinic.name,
        pack=clinic.pack,
        zone=clinic.zone,
        language=clinic.language,
        texts=texts,
        routes=routes,
    )
