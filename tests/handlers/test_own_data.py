"""My data: seen, taken along and deleted from the chat, by whoever knows the date of birth."""

from dataclasses import replace
from datetime import timedelta

import pytest

from handlers.core.changes import CloseTask, OpenTask
from handlers.core.values import AnsweredBy, ChannelKind
from tests.handlers.desk import Desk
from tests.handlers.paths import submitted, walk

BORN = "=3 March 1958"
ASKED = ("=delete my data", BORN, "Yes, delete all", "Yes, I am sure")


def wishes(desk):
    return [change for change in desk.of(OpenTask) if change.kind == "erasure-asked"]


def beside_the_patient(desk):
    """Let a helper write, with the patient at another contact."""
    here = desk.case.contact
    own = replace(here, id="own", by=AnsweredBy.PATIENT)
    desk.case = replace(desk.case, contact=replace(here, by=AnsweredBy.HELPER), others=(own,))
    return desk


@pytest.mark.parametrize("way", [("=menu", "More", "My data and privacy"), ("=/privacy",), ("=my data",)])
def test_one_place_shows_every_right(way):
    desk = walk(submitted(), *way)

    labels = {choice.label for choice in desk.heard[-1].choices}
    assert labels >= {"See and download", "Send me my answers", "Delete my data", "People who help me"}


@pytest.mark.parametrize("channel", [ChannelKind.TELEGRAM, ChannelKind.WHATSAPP, ChannelKind.WEB])
def test_everything_that_is_kept_is_shown_on_our_own_page(channel):
    desk = submitted()
    desk.around = replace(desk.around, data_page=lambda point: f"https://c.example/mine/{point.address}")
    desk.case = replace(desk.case, contact=replace(desk.case.contact, point=replace(
        desk.case.contact.point, channel=channel)))  # fmt: skip

    assert "https://c.example/mine/here" in walk(desk, "=download my data").heard[-1].text


def test_the_clinic_gets_the_wish_after_the_birth_date_and_two_questions():
    desk = walk(submitted(), *ASKED)

    [wish] = wishes(desk)
    assert wish.due_at == wish.at + timedelta(days=30)
    assert "answers by" in desk.heard[-1].text


def test_it_is_said_what_goes_and_what_the_law_may_keep():
    desk = walk(submitted(), "=delete my data", BORN)

    assert "deleted for good" in desk.heard[-1].text
    assert "by law" in desk.heard[-1].text
    assert "35 days" in desk.heard[-1].text


def test_a_typed_yes_counts_as_the_button_does():
    assert len(wishes(walk(submitted(), "=delete my data", BORN, "=yes", "=yes"))) == 1


@pytest.mark.parametrize("way", [("No, keep my data",), ("Yes, delete all", "No, keep my data"), ("=no",)])
def test_a_no_at_either_question_deletes_nothing(way):
    desk = walk(submitted(), "=delete my data", BORN, *way)

    assert "Nothing is deleted" in desk.heard[-1].text
    assert wishes(desk) == []


def test_the_wish_can_be_taken_back():
    desk = walk(submitted(), *ASKED, "No, keep my data")

    assert desk.of(CloseTask)[-1].key == wishes(desk)[0].key


def test_after_three_wrong_dates_nothing_is_shown_here_and_a_person_looks():
    desk = walk(submitted(), "=delete my data", *["=4 April 1960"] * 3)

    assert desk.case.contact.dialogue.doubt is not None
    assert desk.of(OpenTask)[-1].kind == "identity"
    assert wishes(walk(desk, "=delete my data", BORN)) == []


def test_an_old_button_begins_with_the_birth_date_again():
    desk = walk(submitted(), "=delete my data", BORN, "Yes, delete all")
    desk.clock.time += timedelta(hours=2)
    desk.tap("Yes, I am sure")

    assert "date of birth" in desk.heard[-1].text
    assert wishes(desk) == []


@pytest.mark.parametrize("said", ["=delete my data", "=download my data"])
def test_a_helper_beside_the_patient_can_do_neither(said):
    assert walk(beside_the_patient(submitted()), said).heard[-1].text.startswith("Only")


def test_who_has_told_nothing_has_nothing_to_delete():
    desk = Desk()
    desk.start()

    assert "nothing here" in walk(desk, "=delete my data").heard[-1].text
