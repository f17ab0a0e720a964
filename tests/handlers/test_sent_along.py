"""Photos and voice notes in a check-in: taken as answers, kept with it, told to staff."""

import pytest

from handlers.core.changes import AddDocument, OpenTask
from handlers.core.events import FileKind, SentDocument
from handlers.core.values import Absent, Purpose
from tests.handlers.desk import Desk
from tests.handlers.test_check_in import opened
from tests.handlers.test_programme import collected

PHOTO = SentDocument("photo-1", FileKind.PHOTO, mime="image/jpeg", size=90_000)
VOICE = SentDocument("voice-1", FileKind.VOICE, mime="audio/ogg", size=9000)


def about_the_wound() -> Desk:
    """Return a desk a week after the fat collection that asks how the wound is."""
    desk = collected()
    desk.tick("H+7")
    desk.tap("Start")
    return desk


def test_a_photo_of_the_wound_is_asked_for_kept_with_the_check_in_and_looked_at():
    desk = about_the_wound()

    desk.tap("Send a photo")
    assert desk.heard[-1].text.endswith("Please send a photo of the small wound.")
    desk.take(PHOTO)

    [document] = desk.of(AddDocument)
    assert (document.purpose, document.response) == ("s.woundphoto", desk.step("H+7").response)
    assert "asks:s.wound" in [task.kind for task in desk.of(OpenTask)]


def test_who_can_send_no_photo_goes_on():
    desk = about_the_wound()
    desk.tap("Send a photo")

    desk.tap("Skip")

    assert desk.case.contact.dialogue.asked.link_id == "s.today_h"


@pytest.mark.parametrize("step", ["H+7", "M1"])
def test_a_photo_under_any_question_of_a_check_in_is_kept_with_it_and_the_question_stands(step):
    desk = about_the_wound() if step == "H+7" else opened()
    if step == "M1":
        desk.tap("Start")
    asked = desk.case.contact.dialogue.asked

    desk.take(PHOTO)

    [document] = desk.of(AddDocument)
    assert (document.purpose, document.response) == ("unsorted", desk.step(step).response)
    assert desk.case.contact.dialogue.asked == asked


def test_a_spoken_answer_in_a_check_in_is_kept_with_it():
    desk = opened()
    desk.case = desk.granting(Purpose.VOICE)
    desk.tap("Start")
    for _ in range(60):
        if desk.case.contact.dialogue.asked.link_id == "f.other":
            break
        labels = [button.label for button in desk.heard[-1].choices]
        desk.tap("None of these" if "None of these" in labels else labels[0] if labels else "Skip")
        if "None of these" in labels and any(key.label == "Done" for key in desk.heard[-1].keys):
            desk.tap("Done")

    desk.take(VOICE)

    [document] = desk.of(AddDocument)
    response = desk.case.response(desk.step("M1").response)
    assert (document.purpose, document.response) == ("f.other", response.id)
    assert response.answers[document.slot].absent is Absent.VOICE
