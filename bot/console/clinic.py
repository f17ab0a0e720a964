"""The clinic's own words and its filed treatment plans, edited by an administrator."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

from fastapi import APIRouter, Request, Response

from bot.console.access import Right
from bot.console.clinic_words import FIELDS, NUMBERS, PLACES, still_empty, word
from bot.console.desk import Desk, back_to
from bot.console.render import Reader
from bot.staff_words import StaffWords
from handlers.core.case import Clinic
from handlers.core.course import OFF, ON, PROGRAMME, chosen
from handlers.core.flags import FLAG_MODE, LIST, OFF as NO_FLAGS
from handlers.core.plans import Mismatch, key_of, plans_of
from handlers.core.protocol import Protocol
from handlers.core.questionnaire import Item, Questionnaire
from handlers.core.retention import BY_A_PERSON, BY_ITSELF, ERASING
from handlers.core.tiers import OWN_LIMIT
from handlers.entrance import ANYBODY, ENTRANCE, INVITED, invited_only

PLAN_PARTS: Final = ("no", "class", "committee", "disease")
"""Filed plans stand among the clinic's texts: four of them per treatment."""

FLAG_MODES: Final = (LIST, NO_FLAGS)
ERASING_MODES: Final = (BY_A_PERSON, BY_ITSELF)
ENTRANCES: Final = (ANYBODY, INVITED)

_NUMBER: Final = re.compile(r"[0-9]{1,3}")
_ROUTE_ITEM: Final = "int.type"
_MAX_LENGTH: Final = 300


@dataclass(frozen=True, slots=True)
class _Field:
    name: str
    value: str
    is_number: bool


@dataclass(frozen=True, slots=True)
class _Route:
    code: str
    label: str
    parts: Mapping[str, str]
    mismatch: str = ""
    """Why it is not shown to patients, though it has a plan (rule ADM-07)."""


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
        clinic = _with(reader.clinic, given, self._route_codes(reader))
        if problem := _problem(given, clinic):
            return self._page(reader, clinic.texts, problem=problem)
        lost = reader.clinic.routes - clinic.routes
        if lost and given.get("drop") != "yes":
            return self._page(reader, clinic.texts, problem="console.clinic.drops", lost=lost)
        await self._desk.deps.save_clinic(clinic)
        await self._desk.deps.note(self._desk.audit(reader, "clinic.save", reader.clinic.id))
        return back_to("/console/clinic", "clinic.saved")

    def _page(
        self,
        reader: Reader,
        texts: Mapping[str, str],
        problem: str = "",
        lost: frozenset[str] = frozenset(),
    ) -> Response:
        words = StaffWords(reader.catalog, texts)
        routes = self._routes(reader, words, texts)
        protocol = self._desk.protocol(reader)
        return self._desk.show(
            reader,
            "clinic.html",
            status=400 if problem else 200,
            problem=problem,
            lost=[route.label for route in routes if route.code in lost],
            missing=still_empty(reader.clinic.texts, protocol),
            blocks=self._desk.deps.production,
            places={
                place: [_Field(name, word(name, texts, protocol), name in NUMBERS) for name in names]
                for place, names in PLACES.items()
            },
            routes=routes,
            programmes=_programmes(protocol, texts),
            flag_modes=FLAG_MODES,
            flag_mode=texts.get(FLAG_MODE, LIST),
            most_first=texts.get(OWN_LIMIT, ""),
            erasing_modes=ERASING_MODES,
            erasing=texts.get(ERASING, BY_A_PERSON),
            entrances=ENTRANCES,
            entrance=INVITED if self._is_closed(reader, texts) else ANYBODY,
        )

    def _is_closed(self, reader: Reader, texts: Mapping[str, str]) -> bool:
        """Say whether only invited people may begin, by the clinic's choice or by the setting."""
        return invited_only(texts, usual=self._desk.deps.world(reader.clinic).invited_only)

    def _routes(self, reader: Reader, words: StaffWords, texts: Mapping[str, str]) -> list[_Route]:
        found = self._route_question(reader)
        if found is None:
            return []
        return [_route(code, words.option(*found, code), texts) for code in self._route_codes(reader)]

    def _route_codes(self, reader: Reader) -> list[str]:
        found = self._route_question(reader)
        return [option.code for option in found[1].options if option.code != "ns"] if found else []

    def _route_question(self, reader: Reader) -> tuple[Questionnaire, Item] | None:
        for questionnaire in self._desk.protocol(reader).questionnaires.values():
            if _ROUTE_ITEM in questionnaire.by_link_id:
                return questionnaire, questionnaire.item(_ROUTE_ITEM)
        return None


def _programmes(protocol: Protocol, texts: Mapping[str, str]) -> Mapping[str, bool]:
    """Return the parts of the programme and whether the clinic runs them."""
    steps = [step for step in protocol.steps if step.programme]
    running = {step.programme for step in chosen(steps, texts)}
    return {step.programme: step.programme in running for step in steps}


def _route(code: str, label: str, texts: Mapping[str, str]) -> _Route:
    parts = {part: texts.get(key_of(part, code), "") for part in PLAN_PARTS}
    mismatch = next((plan.mismatch() for plan in plans_of(texts, [code])), None)
    return _Route(code, label, parts, mismatch.value if mismatch else "")


def _problem(given: Mapping[str, str], clinic: Clinic) -> str:
    """Return the key of what is wrong with the form, or nothing."""
    if any(plan.mismatch() is Mismatch.NUMBER for plan in plans_of(clinic.texts)):
        return "console.clinic.bad_plan"
    numbers = [given[name] for name in (*NUMBERS, OWN_LIMIT) if given.get(name)]
    return "" if all(_NUMBER.fullmatch(number) for number in numbers) else "console.clinic.bad_number"


def _with(clinic: Clinic, given: Mapping[str, str], codes: Sequence[str]) -> Clinic:
    """Return the clinic with the form's words: a word that the form leaves out stays as it is.

    Only treatments whose plan fits are routes: the others are kept, shown to staff and to nobody else.
    """
    switches = [name for name in given if name.startswith(PROGRAMME) and given[name] in {ON, OFF}]
    switches += [name for name in (FLAG_MODE,) if given.get(name) in FLAG_MODES]
    switches += [name for name in (ERASING,) if given.get(name) in ERASING_MODES]
    switches += [name for name in (ENTRANCE,) if given.get(name) in ENTRANCES]
    names = [*FIELDS, OWN_LIMIT, *switches, *(key_of(part, code) for code in codes for part in PLAN_PARTS)]
    words = {name: given[name] for name in names if name in given}
    # An empty word would hide the pack's usual one.
    texts = {name: text for name, text in {**clinic.texts, **words}.items() if text}
    plans = plans_of(texts, codes)
    return replace(
        clinic,
        name=texts.get("clinic_name") or clinic.name,
        texts=texts,
        routes=frozenset(plan.route for plan in plans if plan.mismatch() is None),
    )
