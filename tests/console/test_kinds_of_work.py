"""Every kind of work that has a name stands in its place of the worklist, and its chip finds it."""

import pytest

from handlers.core.worklist import PLACES, Group, Place, Sort, place_of
from tests.console.samples import CATALOGS

NAMED = "console.task."


def test_every_kind_that_has_a_text_has_its_place():
    kinds = {key.removeprefix(NAMED) for key in CATALOGS.get("en").texts if key.startswith(NAMED)}

    assert len(kinds) > 50
    assert sorted(kind for kind in kinds - PLACES.keys() if not kind.startswith("asks:")) == []


@pytest.mark.parametrize("kind", ["talk-answer", "talk-left", "erasure-asked", "erasure-held"])
def test_what_a_patient_asked_of_a_person_is_among_the_patients_words(kind):
    assert place_of(kind) == Place(Sort.WORD, Group.TODAY)


def test_a_jumped_clock_stops_what_leaves_and_is_looked_at_now():
    assert place_of("clock-jump") == Place(Sort.SEND, Group.NOW)
