"""Everything that a patient is shown of their own data, as titles with rows, in their language."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from bot.own.words import OwnWords
from handlers.core.case import Case
from handlers.core.changes import FINISHED
from handlers.core.events import SPOKEN
from handlers.core.papers import DocumentState
from handlers.core.protocol import Protocol
from handlers.core.questionnaire import Questionnaire
from handlers.core.summary.places import question_at
from handlers.core.values import AnsweredBy, PartialDate, Slot
from locales import Catalog, country_name, date_in_words
from storage.views.models import Record, ResponseView

Row = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Part:
    """One title with its rows: what is asked or meant, and what is kept of it."""

    title: str
    rows: tuple[Row, ...]


@dataclass(frozen=True, slots=True)
class OwnSheet:
    """A patient's data in words. `files` are (id, name) of those that can be downloaded.

    `on_hold` says that an order keeps them from being deleted; `due` is the day by which the clinic answers
    the wish to have them deleted, where there is one.
    """

    language: str
    clinic: str
    code: str
    parts: tuple[Part, ...]
    files: tuple[Row, ...]
    on_hold: bool = False
    due: str = ""


def own_sheet(
    record: Record, case: Case, protocol: Protocol, catalog: Catalog, *, task: str, on_hold: bool
) -> OwnSheet:
    """Return the sheet of a record, for who writes at `case`; `task` is the kind of a wish to be deleted."""
    words = OwnWords(catalog, {**protocol.texts, **case.clinic.texts})
    parts = (_person(record, case, catalog), *_answers(record, protocol, words), *_others(record, catalog))
    due = next((one.due_at for one in record.tasks if one.kind == task and not one.closed_at), None)
    return OwnSheet(
        language=catalog.language,
        clinic=case.clinic.texts.get("clinic_name") or case.clinic.name,
        code=record.patient.code,
        parts=tuple(part for part in parts if part.rows),
        files=tuple(
            (one.id, one.name or catalog.plain("mine.unnamed"))
            for one in record.documents
            if one.state is DocumentState.STORED
        ),
        on_hold=on_hold,
        due=day_of(due, case.patient.zone, catalog) if due else "",
    )


def day_of(moment: datetime, zone: str, catalog: Catalog) -> str:
    """Return the date of a moment where the patient is, in words."""
    local = moment.astimezone(ZoneInfo(zone or "UTC"))
    return date_in_words(PartialDate(local.year, local.month, local.day), catalog.language)


def _person(record: Record, case: Case, catalog: Catalog) -> Part:
    patient = record.patient
    told = (
        ("mine.case", patient.code),
        ("mine.name", patient.name),
        ("mine.born", patient.birth_date),
        ("mine.country", country_name(patient.country, catalog.language) if patient.country else ""),
        ("mine.zone", patient.zone),
    )
    rows = [(catalog.plain(key), said) for key, said in told if said]
    for contact in case.people():
        channel = contact.point.channel.value.title()
        if contact.by is AnsweredBy.HELPER:
            rows.append((catalog.plain("mine.helper"), f"{contact.name} {channel}".strip()))
        else:
            rows.append((catalog.plain("mine.chats"), channel))
    return Part(catalog.plain("mine.person"), tuple(rows))


def _answers(record: Record, protocol: Protocol, words: OwnWords) -> Iterator[Part]:
    for view in record.responses:
        form = protocol.questionnaire(view.response.questionnaire, view.response.version)
        if form is not None:
            title = words.titled(f"{form.id}#title", form.title)
            yield Part(title, tuple(_lines(view, form, words)))


def _lines(view: ResponseView, form: Questionnaire, words: OwnWords) -> Iterator[Row]:
    def place(slot: Slot) -> tuple[int, tuple[int, ...]]:
        return form.order.get(slot.link_id, len(form.order)), slot.instance

    answers = view.response.answers
    for slot in sorted(answers, key=place):
        item, answer = form.by_link_id.get(slot.link_id), answers[slot]
        if item is not None and answer.by is not AnsweredBy.ENGINE:
            yield question_at(words, form, answers, slot), words.answer(form, item, answer)


def _others(record: Record, catalog: Catalog) -> Iterator[Part]:
    zone = record.patient.zone
    yield Part(
        catalog.plain("mine.consents"),
        tuple(
            (
                catalog.plain(f"talk.purpose.{one.purpose.value}"),
                f"{catalog.plain('mine.yes' if one.given else 'mine.no')} · {day_of(one.at, zone, catalog)}",
            )
            for one in record.consents
        ),
    )
    yield Part(
        catalog.plain("mine.files"),
        tuple(
            (
                one.name or catalog.plain("mine.voice" if one.kind in SPOKEN else "mine.unnamed"),
                day_of(one.received_at, zone, catalog),
            )
            for one in record.documents
        ),
    )
    yield Part(
        catalog.plain("mine.plan"),
        tuple(
            (
                day_of(one.due_at, zone, catalog),
                catalog.plain("mine.over" if one.state in FINISHED else "mine.planned"),
            )
            for one in record.follow_ups
        ),
    )
    number = str(len(record.messages))
    yield Part(
        catalog.plain("mine.messages"),
        ((catalog.plain("mine.messages"), catalog.plain("mine.messages_held", number=number)),)
        if record.messages
        else (),
    )
