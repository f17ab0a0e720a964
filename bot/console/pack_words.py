"""A questionnaire of a pack as the patient will see it, and its words in another language."""

from collections.abc import Mapping
from typing import Annotated, Final

from fastapi import APIRouter, Query, Request, Response

from bot.console.access import Right
from bot.console.desk import Desk, back_to
from bot.console.pack_pages import PAGE
from bot.console.render import Reader
from bot.packs.editing import sources_of
from bot.packs.preview import Look, Preview, Setting
from bot.surroundings import Reading
from handlers.core.questionnaire import Questionnaire
from handlers.errors import NotFound, PackError
from locales import claims
from locales.catalogs import SOURCE_LANGUAGE
from locales.pack_texts import parts_of, said

RIGHT_TO_LEFT: Final = frozenset({"ar"})
_LONGEST: Final = 4000

Form = Annotated[str, Query(max_length=80)]
Language = Annotated[str, Query(max_length=20)]


class PackWords:
    """The routes of a pack's questionnaires."""

    def __init__(self, desk: Desk) -> None:
        """Take the desk."""
        self._desk = desk
        self._room = desk.deps.packs

    def add_to(self, router: APIRouter) -> None:
        """Add the routes."""
        router.get("/clinic/packs/{number}/preview")(self.preview)
        router.get("/clinic/packs/{number}/words")(self.words)
        router.post("/clinic/packs/{number}/words")(self.save)

    async def preview(
        self,
        request: Request,
        number: int,
        questionnaire: Form = "",
        language: Language = SOURCE_LANGUAGE,
        look: Look = Look.WEB,
        by: Annotated[str, Query(max_length=10)] = "self",
    ) -> Response:
        """Show a questionnaire on a channel, made by what sends it."""
        reader = await self._desk.reader(request, Right.SETTINGS)
        reading, form = await self._form(number, questionnaire)
        if language not in reading.protocol.languages:
            language = reading.protocol.languages[0]
        setting = Setting(look, language, helper=by == "helper")
        around = await self._room.surroundings(number)
        return self._desk.show(
            reader,
            "pack_preview.html",
            number=number,
            form=form,
            forms=sorted(one.id for one in reading.protocol.questionnaires.values()),
            setting=setting,
            looks=tuple(Look),
            pack_languages=reading.protocol.languages,
            direction="rtl" if language in RIGHT_TO_LEFT else "ltr",
            shown=Preview(around, reader.clinic, setting).questionnaire(form),
        )

    async def words(
        self, request: Request, number: int, questionnaire: Form = "", language: Language = ""
    ) -> Response:
        """Show every text of a questionnaire beside its translation."""
        reader = await self._desk.reader(request, Right.SETTINGS)
        reading, form = await self._form(number, questionnaire)
        language = _foreign(reading, language)
        return self._page(reader, number, form, reading, language, _said(reading, form, language))

    async def save(
        self, request: Request, number: int, questionnaire: Form = "", language: Language = ""
    ) -> Response:
        """Keep a questionnaire's words in one language; what makes a promise is not kept."""
        reader = await self._desk.reader(request, Right.SETTINGS)
        reading, form = await self._form(number, questionnaire)
        language = _foreign(reading, language)
        given = await request.form()
        words = {key: str(given.get(key, ""))[:_LONGEST].strip() for key in sources_of(form)}
        claimed = {key: found[0] for key, text in words.items() if (found := claims.find(text, language))}
        if claimed or not any(words.values()):
            return self._page(reader, number, form, reading, language, words, claimed)
        draft = await self._room.translate(
            number, sources_of(form), language, words, by=reader.staff_id, now=reader.now
        )
        await self._desk.deps.note(self._desk.audit(reader, "pack.words", str(draft)))
        return back_to(f"{PAGE}/{draft}", "packs.worded")

    def _page(  # noqa: PLR0913, PLR0917 - a page
        self,
        reader: Reader,
        number: int,
        form: Questionnaire,
        reading: Reading,
        language: str,
        words: Mapping[str, str],
        claimed: Mapping[str, claims.Finding] | None = None,
    ) -> Response:
        return self._desk.show(
            reader,
            "pack_words.html",
            status=400 if claimed else 200,
            number=number,
            form=form,
            sources=sources_of(form),
            said=words,
            claimed=claimed or {},
            reasons=claims.REASONS,
            foreign=language,
            pack_languages=[one for one in reading.protocol.languages if one != SOURCE_LANGUAGE],
            direction="rtl" if language in RIGHT_TO_LEFT else "ltr",
        )

    async def _form(self, number: int, name: str) -> tuple[Reading, Questionnaire]:
        """Return a pack and one of its questionnaires, the first by default; raise NotFound."""
        try:
            reading = await self._room.reading(number)
        except PackError as error:
            raise NotFound("a pack that can't be read") from error
        forms = {one.id: one for one in reading.protocol.questionnaires.values()}
        form = forms.get(name) if name else reading.protocol.questionnaires[reading.protocol.intake[0]]
        if form is None:
            raise NotFound("no such questionnaire")
        return reading, form


def _foreign(reading: Reading, language: str) -> str:
    """Return a language of the pack that is not English; raise NotFound where there is none."""
    others = [one for one in reading.protocol.languages if one != SOURCE_LANGUAGE]
    if language in others:
        return language
    if not others:
        raise NotFound("a pack in English alone")
    return others[0]


def _said(reading: Reading, form: Questionnaire, language: str) -> dict[str, str]:
    catalog = reading.catalogs.get(language)
    found = (
        {f"{form.id}#title": catalog.template(f"{form.id}#title")} if catalog.has(f"{form.id}#title") else {}
    )
    for item in form.walk():
        for part in parts_of(item):
            found[form.text_key(item, part)] = said(catalog, form, item, part) or ""
    return found
