import pytest

from handlers.core.case import Patient
from handlers.core.values import PatientId
from storage.views.similar import similar


def patient(patient_id, name, birth_date=""):
    return Patient(PatientId(patient_id), patient_id, name=name, birth_date=birth_date)


@pytest.mark.parametrize(
    ("one", "other", "reason"),
    [
        (("Yuki Sato", "1958-04-12"), ("SATO YUKI", "1958-04-12"), "birth-date"),
        (("Yuki Sato", "1958-04-12"), ("Yuki Satō", ""), "name"),
        (("Margaret Whitfield", "1958-04-12"), ("Margret Whitfield", "1958-04-12"), "birth-date"),
    ],
)
def test_records_that_may_be_one_person_are_found_once(one, other, reason):
    pairs = similar([patient("a", *one), patient("b", *other)])

    assert [pair.reason for pair in pairs] == [reason]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (("Yuki Sato", "1958-04-12"), ("Carlos Perez", "1958-04-12")),
        (("", ""), ("", "")),
        (("", "1958-04-12"), ("", "1958-04-12")),
    ],
)
def test_records_of_different_people_are_left_alone(one, other):
    assert similar([patient("a", *one), patient("b", *other)]) == ()
