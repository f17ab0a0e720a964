"""What is written down of a yes or no: the very words it was said to, its language, channel and moment."""

from hashlib import sha256

import pytest

from handlers.core.changes import (
    RecordConsent,
)
from handlers.core.signing import is_clinical
from handlers.core.values import Purpose
from tests.handlers.desk import Desk
from tests.handlers.paths import consented, submitted, walk
from tests.handlers.test_permissions import VOICE, my_permissions, on_telegram, taken_back

SHOWN = (
    "We will ask about your health. The clinic uses your answers to decide the next step. Only its team can"
    " see them. We do not sell them. You can see, fix or delete them: type MENU, then My data.\n\n"
    "May we collect and keep your health information for this?"
)
"""What a patient reads of the health consent: what it is for, and the question."""


def test_each_yes_is_kept_with_the_very_words_its_language_and_channel():
    desk = on_telegram()

    record = next(r for r in desk.of(RecordConsent) if r.purpose is Purpose.HEALTH)
    assert record.text_hash == sha256(SHOWN.encode()).hexdigest()
    assert (record.language, record.channel, record.given) == ("en", "telegram", True)


def test_a_helper_agrees_to_the_words_that_a_helper_was_shown():
    desk = Desk()
    desk.start()
    walk(
        desk,
        "English",
        "For family or friend",
        "=Hanna",
        "Yes",
        "Son or daughter",
        "Yes",
        "Yes, they agree",
        "Yes",
    )
    shown = "\n\n".join(body.text.rpartition("\n\n")[2] for body in desk.heard[-2:])

    desk.tap("Yes, I agree")

    [record] = desk.of(RecordConsent)
    assert record.text_hash == sha256(shown.encode()).hexdigest()
    assert record.by == "helper"


@pytest.mark.parametrize("purpose", list(Purpose))
def test_every_no_by_the_menu_is_kept_with_the_hash_of_its_question(purpose):
    desk = consented()
    desk.case = desk.granting(purpose)
    my_permissions(desk)
    desk.tap(LABELS[purpose])
    shown = desk.heard[-1].text

    desk.tap("Take it back")

    record = next(r for r in reversed(desk.of(RecordConsent)) if r.purpose is purpose)
    assert record.given is False
    assert record.text_hash == sha256(shown.encode()).hexdigest()


@pytest.mark.parametrize("path", [consented, submitted])
def test_with_the_health_consent_every_other_that_was_held_ends_in_the_records_too(path):
    desk = path()
    for purpose in Purpose:
        desk.case = desk.granting(purpose)

    taken_back(desk, "Health information")

    newest = {record.purpose: record for record in desk.of(RecordConsent)}
    assert {purpose: record.given for purpose, record in newest.items()} == dict.fromkeys(Purpose, False)
    assert len({record.text_hash for record in newest.values()}) == 1
    assert all(record.text_hash for record in newest.values())


def test_messages_wanted_again_are_recorded_with_the_words_of_that_button():
    desk = walk(consented(), "=stop")
    question = desk.heard[-1].text.rpartition("\n\n")[2]

    desk.tap("Send them again")

    record = desk.of(RecordConsent)[-1]
    assert (record.purpose, record.given) == (Purpose.MESSAGES, True)
    assert record.text_hash == sha256(question.encode()).hexdigest()


def test_a_signature_stands_under_the_very_texts_that_were_agreed_to():
    desk = on_telegram()
    agreed = {record.purpose: record for record in desk.of(RecordConsent)}

    walk(desk, "=Test Person", "Yes")

    signed = [record for record in desk.of(RecordConsent) if record.name]
    assert {record.purpose: record.text_hash for record in signed} == {
        purpose: record.text_hash for purpose, record in agreed.items()
    }
    assert {record.text_version for record in signed} == {record.text_version for record in agreed.values()}


def test_a_signature_is_read_back_before_it_counts():
    desk = walk(consented(), "=Test Person")

    assert "Test Person" in desk.heard[-1].text
    assert not any(record.name for record in desk.of(RecordConsent))


def test_every_text_of_the_chat_with_a_recorded_yes_is_one_that_the_doctor_signs():
    desk = taken_back(on_telegram(), "Using this chat")
    walk(desk, "=hello", "Use this chat again", "=stop", "Send them again")
    desk.take(VOICE)
    desk.tap("Yes, keep them")

    versions = {record.text_version for record in desk.of(RecordConsent) if record.given}
    of_the_chat = {version for version in versions if " " not in version}
    assert of_the_chat == {"consent.channel_again", "consent.messages_again", "consent.voice_note"}
    assert all(is_clinical(version) for version in of_the_chat)


LABELS = {
    Purpose.HEALTH: "Health information",
    Purpose.ABROAD: "Sending to Japan",
    Purpose.CHANNEL: "Using this chat",
    Purpose.MESSAGES: "Reminders",
    Purpose.OWN_DOCTOR: "My own doctor",
    Purpose.VOICE: "Voice notes",
}
