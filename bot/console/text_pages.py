"""Texts and answers to common questions, worded by staff: looked at, checked, kept in a draft."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated, Any, Final

from fastapi import APIRouter, Query, Request, Response

from bot.console.access import Right
from bot.console.desk import Desk, back_to
from bot.console.pack_words import RIGHT_TO_LEFT
from bot.console.render import Reader
from bot.packs.preview import Look, Preview, Setting, Shown
from bot.packs.wording import LONGEST, Fault, faults
from bot.surroundings import Reading
from handlers.core.signing import Standing, is_clinical
from handlers.errors import NotFound
from locales import Catalog
from locales.catalogs import SOURCE_LANGUAGE
from storage.pack_files import CLAIMS, ClaimsFile, read_model

PAGE: Final = "/console/clinic/texts"
_AREAS: Final = ("faq", "cards", "consent")
_SHORT: Final = 160

Key = Annotated[str, Query(max_length=120)]


@dataclass(frozen=True, slots=True)
class _Text:
    key: str
    text: str


class TextPages:
    """The routes of texts."""

    def __init__(self, desk: Desk) -> None:
        """Take the desk."""
        self._desk = desk
        self._room = desk.deps.packs

    def add_to(self, router: APIRouter) -> None:
        """Add the routes."""
        router.get("/clinic/texts")(self.show)
        router.get("/clinic/texts/edit")(self.edit)
        router.post("/clinic/texts/edit")(self.save)

    async def show(self, request: Request, q: Annotated[str, Query(max_length=80)] = "") -> Response:
        """Show all texts, or those in which a word stands."""
        reader = await self._desk.reader(request, Right.SETTINGS)
        draft = await self._room.draft()
        reading = await self._room.reading(draft)
        return self._desk.show(
            reader,
            "texts.html",
            q=q,
            draft=draft,
            is_draft=await self._is_draft(draft),
            areas={area: _texts(reading, reader.catalog.language, area, q.casefold()) for area in _AREAS},
        )

    async def edit(self, request: Request, key: Key = "") -> Response:
        """Show one text in every language."""
        reader = await self._desk.reader(request, Right.SETTINGS)
        reading = await self._room.reading(await self._room.draft())
        return await self._page(reader, key, reading, _words(reading, key))

    async def save(self, request: Request, key: Key = "") -> Response:
        """Show a text on a channel as it is typed, or keep it in the draft; a promise is not kept."""
        reader = await self._desk.reader(request, Right.SETTINGS)
        reading = await self._room.reading(await self._room.draft())
        before, form = _words(reading, key), await request.form()
        words = {language: _typed(str(form.get(f"text_{language}", ""))) for language in before}
        found = faults(words, before[SOURCE_LANGUAGE], _excepted(reading, key), reading.protocol.texts)
        look = next((one for one in Look if one == form.get("look")), Look.WHATSAPP)
        if form.get("do") != "save" or found:
            return await self._page(reader, key, reading, words, found=found, look=look)
        if words == before:
            return back_to(f"{PAGE}/edit", "texts.same", key=key)
        await self._room.word(key, words, by=reader.staff_id, now=reader.now)
        await self._desk.deps.note(self._desk.audit(reader, "text.save", key))
        return back_to(f"{PAGE}/edit", "texts.saved", key=key)

    async def _page(
        self,
        reader: Reader,
        key: str,
        reading: Reading,
        words: Mapping[str, str],
        *,
        found: Mapping[str, Fault] | None = None,
        look: Look = Look.WHATSAPP,
    ) -> Response:
        draft = await self._room.draft()
        return self._desk.show(
            reader,
            "text.html",
            status=400 if found else 200,
            key=key,
            words=words,
            faults=found or {},
            shown={language: await self._seen(reader, draft, language, look, words) for language in words},
            look=look,
            looks=[one for one in Look if one is not Look.WHATSAPP_LINK],
            right_to_left=RIGHT_TO_LEFT,
            signed=[one for one in await self._room.looks(draft) if one.standing is Standing.SIGNED],
            draft=draft,
            is_draft=await self._is_draft(draft),
            history=await self._history(key),
        )

    async def _seen(
        self, reader: Reader, draft: int, language: str, look: Look, words: Mapping[str, str]
    ) -> Shown:
        around = await self._room.surroundings(draft)
        return Preview(around, reader.clinic, Setting(look, language)).words(words[language])

    async def _is_draft(self, number: int) -> bool:
        loaded, uses = await self._room.all()
        return any(one.number == number for one in loaded) and number not in {use.number for use in uses}

    async def _history(self, key: str) -> Sequence[Mapping[str, Any]]:
        deps = self._desk.deps
        names = {member.id: member.name for member in await deps.staff.members(deps.clinic)}
        return [{"who": names.get(by, ""), "at": at} for by, at in await self._room.changed_by(key)]


def _texts(reading: Reading, language: str, area: str, wanted: str) -> list[_Text]:
    english = reading.catalogs.get(SOURCE_LANGUAGE)
    spoken = reading.catalogs.get(language) if language in reading.protocol.languages else english
    keys = (key for key in reading.catalogs.all_keys() if key.startswith(f"{area}.") and english.has(key))
    found = (_Text(key, _short(_said(spoken, english, key))) for key in keys)
    return [one for one in found if wanted in one.key.casefold() or wanted in one.text.casefold()]


def _said(spoken: Catalog, english: Catalog, key: str) -> str:
    return spoken.template(key) if spoken.has(key) else english.template(key)


def _short(text: str) -> str:
    return text if len(text) <= _SHORT else f"{text[:_SHORT].rstrip()}…"


def _typed(text: str) -> str:
    """Return typed words with the line ends of our files."""
    return text[:LONGEST].replace("\r\n", "\n").strip()


def _words(reading: Reading, key: str) -> dict[str, str]:
    """Return {language: text}, English first; raise NotFound for what is no text of the clinic's."""
    english = reading.catalogs.get(SOURCE_LANGUAGE)
    if not is_clinical(key) or key.partition(".")[0] not in _AREAS or not english.has(key):
        raise NotFound("no such text")
    languages = [SOURCE_LANGUAGE, *(one for one in reading.protocol.languages if one != SOURCE_LANGUAGE)]
    catalogs = {language: reading.catalogs.get(language) for language in languages}
    return {name: one.template(key) if one.has(key) else "" for name, one in catalogs.items()}


def _excepted(reading: Reading, key: str) -> frozenset[str]:
    """Return the rules of claims that the pack's claims.json lets this text break."""
    exceptions = read_model(reading.folder, CLAIMS, ClaimsFile).exceptions
    return frozenset(rule for one in exceptions if one.key == key for rule in one.rules)
