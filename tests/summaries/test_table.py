import csv
import io
from dataclasses import replace
from datetime import date

import pytest

from bot.summaries.printed import pdf
from bot.summaries.table import as_csv, columns, neutral, row
from handlers.core.case import Response, ResponseStatus
from handlers.core.summary.build import summary_of
from handlers.core.summary.model import Heading
from handlers.core.summary.told import ToldResponse
from handlers.core.values import Answer, ResponseId
from tests.core.builders.talk import NOON, made as form_of, slot
from tests.summaries.patients import patient, sheet, shelf


@pytest.mark.parametrize(
    ("said", "cell"),
    [
        ("=1+1", "'=1+1"),
        ("+81 3", "'+81 3"),
        ("-5", "'-5"),
        ("@SUM(A1)", "'@SUM(A1)"),
        ("\t=1", "'\t=1"),
        ("\r=1", "'\r=1"),
        ("  =1", "'  =1"),
        ("\uff1d1", "'\uff1d1"),
        ("5-10 mg", "5-10 mg"),
        ("", ""),
    ],
)
def test_what_a_spreadsheet_would_reckon_begins_with_an_apostrophe(said, cell):
    assert neutral(said) == cell


def test_every_answer_of_a_whole_intake_has_its_column():
    made = sheet(patient(10, "en", 10))
    names = columns(shelf().protocol)

    said = [line.link_id for section in made.summary.sections for line in section.lines]

    assert set(said) <= set(names)
    assert len(row(made)) == len(names) == len(set(names))


def test_odd_texts_are_printed_all_the_same():
    assert pdf(sheet(patient(10, "en", 10, hostile=0.9))).startswith(b"%PDF")


def text(link_id: str, **more) -> dict:
    return {"linkId": link_id, "type": "string", "text": link_id, **more}


def group(link_id: str, *items: dict, **more) -> dict:
    return {"linkId": link_id, "type": "group", "text": link_id, "item": list(items), **more}


FORM = form_of(
    group("pills", text("pill", repeats=True, item=[text("dose"), text("hour", repeats=True)])),
    group("stays", text("stay"), text("ward"), repeats=True),
    group("rest", text("after")),
    url="https://example.org/Questionnaire/pills",
    version="1",
)


SAID = {
    slot("pill"): ("levodopa", "aspirin"),
    slot("dose", 0): ("one",),
    slot("dose", 1): ("half",),
    slot("hour", 0): ("07:00",),
    slot("hour", 1): ("08:00", "20:00"),
    slot("stay", 0): ("2019",),
    slot("ward", 0): ("neurology",),
    slot("stay", 1): ("2024",),
    slot("after"): ("nothing",),
}
PART = ToldResponse(
    Response(
        ResponseId("r1"),
        FORM.url,
        "1",
        ResponseStatus.COMPLETED,
        NOON,
        answers={place: Answer(place, values, NOON) for place, values in SAID.items()},
    )
)


async def test_a_cell_holds_every_answer_to_a_question_with_its_place():
    whole = sheet(patient(7, "en", 10))
    protocol = replace(
        whole.shelf.protocol,
        intake=(FORM.url,),
        questionnaires={FORM.url: FORM},
        summary={"pills": Heading.MEDICINES, "stays": Heading.OTHER, "rest": Heading.OTHER},
    )
    told = replace(whole.told, responses=(PART,), flags=())
    summary = summary_of(told, protocol, whole.reading, date(2026, 11, 12))
    made = replace(whole, told=told, summary=summary, shelf=replace(whole.shelf, protocol=protocol))

    async def sheets():
        yield made

    lines = "".join([line async for line in as_csv(protocol, sheets())]).removeprefix("\ufeff")
    [cells] = csv.DictReader(io.StringIO(lines))

    assert {name: cells[name] for name in ("pill", "dose", "hour", "stay", "ward", "after")} == {
        "pill": "levodopa, aspirin",
        "dose": "levodopa: one; aspirin: half",
        "hour": "levodopa: 07:00; aspirin: 08:00, 20:00",
        "stay": "1: 2019; 2: 2024",
        "ward": "1: neurology",
        "after": "nothing",
    }
