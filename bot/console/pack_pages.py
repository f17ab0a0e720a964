"""A clinic's packs: loaded, looked at, linked into the plan, compared and put in force."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated, Any, Final

from fastapi import APIRouter, Form, Request, Response
from pydantic import BaseModel, Field
from starlette.datastructures import FormData, UploadFile

from bot.console.access import Right
from bot.console.desk import Desk, back_to
from bot.console.render import Reader
from bot.packs.difference import Area, Line
from bot.packs.editing import Check, Part, ladders_of
from bot.packs.room import NotUsable
from bot.staff_words import StaffWords
from bot.surroundings import Reading
from bot.web_guard import TooLarge, declared_length
from handlers.core.case import Clinic
from handlers.core.problems import Problem, Severity
from handlers.errors import PackError
from storage.pack_archive import MOST_BYTES
from storage.packs import OF_SETTINGS, PackVersion, Use

PAGE: Final = "/console/clinic/packs"
_ZIP: Final = b"PK"
_WORDLESS: Final = frozenset({"is not translated", "the text is missing"})

_NAME: Final = r"^[A-Za-z0-9][A-Za-z0-9.-]*$"

Name = Annotated[str, Form(min_length=1, max_length=64, pattern=_NAME)]


class StepForm(BaseModel):
    """When a questionnaire is asked: so many days after a date, and open for so many days."""

    questionnaire: str = Field(max_length=64, pattern=_NAME)
    anchor: str = Field(max_length=64, pattern=_NAME)
    days: int = Field(ge=-365, le=730)
    window: int = Field(ge=1, le=90)
    ladder: str = Field(default="", max_length=64)

    def check(self) -> Check:
        """Return the step of the plan."""
        offset = f"{'-' if self.days < 0 else ''}P{abs(self.days)}D"
        name = f"own-{self.questionnaire}"
        return Check(self.questionnaire, name, self.anchor, offset, f"P{self.window}D", self.ladder)


@dataclass(frozen=True, slots=True)
class _Finding:
    """One finding of `check`, with a link to where it is mended if that is a page of ours."""

    problem: Problem
    mend: str = ""
    count: int = 1
    """So many missing texts of a questionnaire in a language stand in one line."""

    @property
    def form(self) -> str:
        """Return the questionnaire that a text belongs to."""
        return re.split("[/#]", self.problem.link_id, maxsplit=1)[0]

    @property
    def language(self) -> str:
        """Return the language of the file that it is about."""
        return self.problem.file.removeprefix("locales/").removesuffix(".po")

    @property
    def is_error(self) -> bool:
        """Say whether it keeps the pack from being used."""
        return self.problem.severity is Severity.ERROR


class PackPages:
    """The routes of packs."""

    def __init__(self, desk: Desk) -> None:
        """Take the desk."""
        self._desk = desk
        self._room = desk.deps.packs

    def add_to(self, router: APIRouter) -> None:
        """Add the routes."""
        router.get("/clinic/packs")(self.show)
        router.post("/clinic/packs")(self.load)
        router.get("/clinic/packs/{number}")(self.show_one)
        router.get("/clinic/packs/{number}/file")(self.file)
        router.post("/clinic/packs/{number}/part")(self.link_part)
        router.post("/clinic/packs/{number}/step")(self.link_step)
        router.post("/clinic/packs/{number}/use")(self.use)

    async def show(self, request: Request) -> Response:
        """Show what is in force, what was loaded, and the form to load more."""
        return await self._list(await self._desk.reader(request, Right.SETTINGS))

    async def load(self, request: Request) -> Response:
        """Take a zipped pack, or one questionnaire with texts, as a draft."""
        reader = await self._desk.reader(request, Right.SETTINGS)
        if not 0 < declared_length(request) <= 2 * MOST_BYTES:
            raise TooLarge
        async with request.form(max_files=12, max_fields=12) as form:
            content, texts = await _content(form, "file"), await _texts(form)
        try:
            number = await self._load(reader, content, texts)
        except PackError as error:
            return await self._list(reader, problem=str(error))
        await self._desk.deps.note(self._desk.audit(reader, "pack.load", str(number)))
        return back_to(f"{PAGE}/{number}", "packs.loaded")

    async def show_one(self, request: Request, number: int) -> Response:
        """Show one pack: what is wrong with it, what it changes, whom it affects."""
        return await self._page(await self._desk.reader(request, Right.SETTINGS), number)

    async def file(self, request: Request, number: int) -> Response:
        """Hand out a pack as a zip: to be signed, or changed elsewhere."""
        await self._desk.reader(request, Right.SETTINGS)
        named = {"content-disposition": f'attachment; filename="pack-{number}.zip"'}
        return Response(await self._room.zipped(number), media_type="application/zip", headers=named)

    async def link_part(
        self,
        request: Request,
        number: int,
        questionnaire: Name,
        after: Name,
        minutes: Annotated[int, Form(ge=0, le=120)] = 0,
    ) -> Response:
        """Ask a questionnaire in the intake."""
        return await self._link(request, number, Part(questionnaire, after, minutes))

    async def link_step(
        self,
        request: Request,
        number: int,
        step: Annotated[StepForm, Form()],
    ) -> Response:
        """Ask a questionnaire some days before or after a treatment's date."""
        return await self._link(request, number, step.check())

    async def use(self, request: Request, number: int, seq: Annotated[int, Form(ge=0)]) -> Response:
        """Put a pack in force, or a former one again."""
        reader = await self._desk.reader(request, Right.SETTINGS)
        try:
            is_done = await self._room.use(number, seq=seq, by=reader.staff_id, now=reader.now)
        except NotUsable:
            return await self._page(reader, number, problem="console.packs.not_usable")
        except PackError as error:
            return await self._page(reader, number, problem="console.packs.broken", why=str(error))
        if not is_done:
            return await self._page(reader, number, problem="console.packs.too_late")
        await self._desk.deps.note(self._desk.audit(reader, "pack.use", str(number)))
        return back_to(PAGE, "packs.now_in_force")

    async def _load(self, reader: Reader, content: bytes, texts: Mapping[str, bytes]) -> int:
        by, now = reader.staff_id, reader.now
        if content.startswith(_ZIP):
            return await self._room.load(content, by=by, now=now)
        number, _ = await self._room.add_questionnaire(content, texts, by=by, now=now)
        return number

    async def _link(self, request: Request, number: int, link: Part | Check) -> Response:
        reader = await self._desk.reader(request, Right.SETTINGS)
        try:
            draft = await self._room.link(number, link, by=reader.staff_id, now=reader.now)
        except PackError as error:
            return await self._page(reader, number, problem="console.packs.broken", why=str(error))
        await self._desk.deps.note(self._desk.audit(reader, "pack.link", str(draft)))
        return back_to(f"{PAGE}/{draft}", "packs.linked")

    async def _list(self, reader: Reader, *, problem: str = "") -> Response:
        loaded, uses = await self._room.all()
        return self._desk.show(
            reader,
            "packs.html",
            status=400 if problem else 200,
            problem=problem,
            own=self._room.present.own.protocol,
            now_used=self._room.present.around.protocol,
            loaded=loaded,
            uses=uses,
            in_force=_in_force(uses),
            seq=uses[0].seq if uses else 0,
            used={use.number for use in uses},
            who=await self._names(),
        )

    async def _page(self, reader: Reader, number: int, *, problem: str = "", why: str = "") -> Response:
        loaded, uses = await self._room.all()
        one = None if number == OF_SETTINGS else await self._room.one(number)
        values: dict[str, Any] = {"reading": None, "areas": {}, "effect": None, "looks": ()}
        try:
            values |= await self._look_into(reader.clinic, number, _in_force(uses))
        except PackError as error:
            why = why or str(error)
        return self._desk.show(
            reader,
            "pack.html",
            status=400 if problem else 200,
            problem=problem,
            why=why,
            one=one,
            number=number,
            findings=_findings(one),
            errors=one.errors if one else 0,
            in_force=_in_force(uses),
            was_used=number == OF_SETTINGS or number in {use.number for use in uses},
            seq=uses[0].seq if uses else 0,
            newest=loaded[0].number if loaded else OF_SETTINGS,
            who=await self._names(),
            production=self._desk.deps.production,
            words=StaffWords(reader.catalog, reader.clinic.texts),
            **values,
        )

    async def _look_into(self, clinic: Clinic, number: int, in_force: int) -> dict[str, Any]:
        reading = await self._room.reading(number)
        is_other = number != in_force
        return {
            "reading": reading,
            "asked": _asked(reading),
            "ladders": ladders_of(await self._room.files(number)),
            "looks": await self._room.looks(number),
            "areas": _by_area(await self._room.difference(number)) if is_other else {},
            "effect": await self._room.effect(number) if is_other else None,
        }

    async def _names(self) -> Mapping[str, str]:
        deps = self._desk.deps
        return {member.id: member.name for member in await deps.staff.members(deps.clinic)}


def _in_force(uses: Sequence[Use]) -> int:
    return uses[0].number if uses else OF_SETTINGS


def _findings(one: PackVersion | None) -> list[_Finding]:
    """Return what was found; missing texts of a questionnaire in a language are one finding."""
    found: dict[object, _Finding] = {}
    for problem in one.findings if one else ():
        new = _Finding(problem)
        if one is None or problem.reason not in _WORDLESS or new.form == problem.link_id:
            found[problem] = new
            continue
        mend = f"{PAGE}/{one.number}/words?questionnaire={new.form}&language={new.language}"
        before = found.get(mend)
        found[mend] = _Finding(problem, mend, before.count + 1 if before else 1)
    return list(found.values())


def _asked(reading: Reading) -> Mapping[str, tuple[str, ...]]:
    """Return {questionnaire's id: the steps that ask it}, "intake" for a part of the intake."""
    protocol = reading.protocol
    found: dict[str, tuple[str, ...]] = {}
    for url, form in protocol.questionnaires.items():
        steps = tuple(step.id for step in protocol.steps if step.questionnaire == url)
        found[form.id] = (*(("intake",) if url in protocol.intake else ()), *steps)
    return found


def _by_area(lines: Sequence[Line]) -> Mapping[str, Sequence[Line]]:
    found = {area.value: [line for line in lines if line.area is area] for area in Area}
    return {area: some for area, some in found.items() if some}


async def _content(form: FormData, name: str) -> bytes:
    file = form.get(name)
    return await file.read(MOST_BYTES + 1) if isinstance(file, UploadFile) else b""


async def _texts(form: FormData) -> Mapping[str, bytes]:
    """Return the PO files by language: each is named after its own."""
    found: dict[str, bytes] = {}
    for file in form.getlist("texts"):
        if isinstance(file, UploadFile) and file.filename:
            found[file.filename.rpartition("/")[2].removesuffix(".po")] = await file.read(MOST_BYTES)
    return found
