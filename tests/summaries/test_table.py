import pytest

from bot.summaries.printed import pdf
from bot.summaries.table import columns, neutral, row
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
