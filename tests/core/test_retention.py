"""When a patient's record goes, from its dates and the clinic's own words."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from handlers.core.case import Stage
from handlers.core.retention import DataClass, Deed, Life, due_of, kept_for

WORDS = {"months_unfinished": "12", "months_not_treated": "6", "months_after_care": "12"}
FEBRUARY = datetime(2027, 2, 28, 10, tzinfo=UTC)
"""Six months after a 31 August."""
WORD = datetime(2026, 8, 31, 10, tzinfo=UTC)
LIFE = Life("p1", "YR-1", Stage.INTAKE, WORD, treated=False, last_check_in=None, pending=False, on_hold=False)
TREATED = replace(LIFE, stage=Stage.TREATMENT, treated=True, last_check_in=datetime(2027, 2, 1, tzinfo=UTC))


@pytest.mark.parametrize(
    ("life", "data_class", "at", "deed"),
    [
        (LIFE, DataClass.UNFINISHED, datetime(2027, 8, 31, 10, tzinfo=UTC), Deed.ERASE),
        (replace(LIFE, stage=Stage.SUBMITTED), DataClass.NOT_TREATED, FEBRUARY, Deed.ERASE),
        (replace(LIFE, stage=Stage.CLOSED), DataClass.NOT_TREATED, FEBRUARY, Deed.ERASE),
        (TREATED, DataClass.AFTER_CARE, datetime(2028, 2, 1, tzinfo=UTC), Deed.ASK),
        (replace(TREATED, pending=True), DataClass.AFTER_CARE, None, Deed.ASK),
    ],
)
def test_a_record_goes_as_the_clinic_told_its_patients(life, data_class, at, deed):
    due = due_of(life, WORDS)

    assert (due.data_class, due.at, due.deed) == (data_class, at, deed)


@pytest.mark.parametrize("said", ["", "\u2013", "0", "a year", "-3"])
def test_without_a_number_of_months_nothing_goes_by_itself(said):
    assert due_of(LIFE, {"months_unfinished": said}).at is None


@pytest.mark.parametrize(
    ("data_class", "texts", "days"),
    [
        (DataClass.VOICE, {}, 30),
        (DataClass.VOICE, {"days_voice": "7"}, 7),
        *((DataClass.VOICE, {"days_voice": said}, 30) for said in ("0", "181", "a week", "-7", "9" * 5000)),
        (DataClass.AUDIT, {"days_audit": "30"}, 3 * 365),  # what was done is not forgotten sooner
        (DataClass.AUDIT, {"days_audit": "3650"}, 3650),
        (DataClass.BACKUPS, {"days_backups": "1"}, 35),
    ],
)
def test_a_clinic_sets_days_within_the_bounds_of_each_class(data_class, texts, days):
    assert kept_for(texts, data_class) == timedelta(days=days)
