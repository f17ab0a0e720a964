"""docs/whatsapp.md says what the code does with every kind and every code."""

import pytest

from tools.whatsapp_tables import COVERED, PLACE, TABLES, renewed
from tools.whatsapp_words import CODES, EXAMPLES, FIELDS


def test_the_tables_are_those_that_the_code_makes():
    page = PLACE.read_text()

    assert renewed(page) == page, "run python -m tools.whatsapp_tables"


def test_every_kind_and_every_code_of_the_code_has_a_row():
    known = {"messages": {kind for kind, _, _ in EXAMPLES}, "changes": {name for name, _ in FIELDS}}
    known["codes"] = {*CODES, *range(200, 300)}

    assert {name: COVERED[name] - known[name] for name in COVERED} == {name: set() for name in COVERED}


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ("| 131042 |", "the account's whole queue is held; a task for staff"),
        ("| 131056 |", "once more after a minute; a task for staff"),
        ("| 131047 |", "once more at once; the window counts as closed"),
        ("| HTTP 401, 403 |", "its whole queue is held"),
        ("| HTTP 429 |", "wait, no attempt is counted"),
        ("| HTTP 3xx |", "wait, no attempt is counted"),
        ("| HTTP 5xx |", "wait for a status"),
    ],
)
def test_what_follows_from_an_error_is_what_the_code_decides(line, told):
    [row] = [row for row in PLACE.read_text().splitlines() if row.startswith(line)]

    assert told in row


@pytest.mark.parametrize("name", [name for name, _, _ in TABLES])
def test_a_page_without_the_marks_of_a_table_is_refused(name):
    with pytest.raises(ValueError, match=name):
        renewed(PLACE.read_text().replace(f"<!-- {name}: end -->", ""))
