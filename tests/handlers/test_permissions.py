"""My permissions: each purpose on its own, seen and taken back from the chat at any time."""

from dataclasses import replace
from datetime import timedelta
from hashlib import sha256

import pytest

from handlers.core.case import FollowUpState, Reach, Stage
from handlers.core.changes import (
    AddDocument,
    CancelQueued,
    DropHealthData,
    OpenTask,
    PutAnswer,
    Queue,
    RecordConsent,
    SettleInbox,
)
from handlers.core.events import Chose, FileKind, SentDocument
from handlers.core.messages import Lane
from handlers.core.signing import is_clinical
from handlers.core.values import ChannelKind, Purpose
from handlers.wording import PLACEHOLDER
from tests.handlers.desk import Desk
from tests.handlers.paths import ABOUT, CONSENT, HEALTH, TO_CONSENT, consented, submitted, walk

VOICE = SentDocument("voice-1", FileKind.VOICE, mime="audio/ogg")
SHOWN = (
    "We will ask about your health. The clinic uses your answers to decide the next step. Only its team can"
    " see them. We do not sell them. You can see, fix or delete them: type MENU, then My data.\n\n"
    "May we collect and keep your health information for this?"
)
"""What a patient reads of the health consent: what it is for, and the question."""
BEFORE_CONSENT = {"start.lang", "start.role", "start.adult"}


def my_permissions(desk: Desk) -> Desk:
    return walk(desk, "=menu", "More", "My permissions")


def taken_back(desk: Desk, purpose: str) -> Desk:
    return walk(my_permissions(desk), purpose, "Take it back")


def on_telegram() -> Desk:
    desk = Desk(ChannelKind.TELEGRAM)
    desk.start()
    return walk(desk, *TO_CONSENT, *CONSENT)


def test_each_purpose_stands_with_its_state():
    desk = my_permissions(consented())

    assert "Reminders: yes" in desk.heard[-1].text
    assert "Voice notes: no" in desk.heard[-1].text


def test_the_chat_itself_is_listed_only_where_it_was_asked_about():
    assert "Using this chat: yes" in my_permissions(on_telegram()).heard[-1].text
    assert "Using this chat" not in my_permissions(consented()).heard[-1].text


def test_under_the_words_about_rights_stand_the_ways_to_use_them():
    desk = walk(consented(), "=menu", "More", "My data and privacy")

    labels = [button.label for button in desk.heard[-1].choices]
    assert {"Change an answer", "My permissions", "Talk to a person", "Continue"} <= set(labels)


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


def test_a_no_is_kept_and_nothing_else():
    desk = Desk()
    desk.start()

    walk(desk, *TO_CONSENT, "No")

    assert [(r.purpose, r.given) for r in desk.of(RecordConsent)] == [(Purpose.HEALTH, False)]
    assert desk.of(DropHealthData)


def test_tell_me_more_shows_the_whole_text_with_the_clinics_values():
    desk = Desk()
    desk.start()
    walk(desk, *TO_CONSENT)

    said = desk.tap("Tell me more")

    assert "+81 3 0000 0000" in said[0].text
    assert "9. Your choice" in said[0].text
    assert PLACEHOLDER.findall(said[0].text) == []


def test_before_the_yes_neither_an_answer_nor_a_file_nor_words_are_kept():
    desk = Desk()
    desk.start()
    walk(desk, *TO_CONSENT, "=I have cancer", "=my mother had it too")

    desk.take(SentDocument("paper", FileKind.DOCUMENT, caption="my scan"))

    assert {change.answer.slot.link_id for change in desk.of(PutAnswer)} == BEFORE_CONSENT
    assert desk.of(AddDocument) == []
    assert {(change.keep, change.text) for change in desk.of(SettleInbox) if change.kind != "Chose"} == {
        (False, "")
    }


def test_an_old_button_stores_nothing_after_the_consent_is_taken_back():
    desk = submitted()
    old = next(b for body in desk.heard for b in body.choices if b.label == "No doctor yet")
    taken_back(desk, "Health information")
    before = len(desk.of(PutAnswer))

    walk(desk, old.label)
    walk(desk, "=yes")

    assert len(desk.of(PutAnswer)) == before


def test_without_reminders_everything_planned_is_held_in_the_same_turn():
    desk = submitted()
    desk.treat("2026-03-31T14:00")

    taken_back(desk, "Reminders")

    assert {f.state for f in desk.case.follow_ups} == {FollowUpState.HELD}
    assert "stopped" in [task.kind for task in desk.of(OpenTask)]
    assert desk.of(CancelQueued)


def test_a_check_in_that_falls_due_after_it_is_not_sent():
    desk = submitted()
    desk.treat("2026-03-31T14:00")
    taken_back(desk, "Reminders")

    said = desk.tick("M1")

    assert said == []


def test_health_taken_back_before_sending_deletes_what_was_told():
    desk = walk(consented(), *ABOUT, HEALTH[0])

    taken_back(desk, "Health information")

    assert desk.answers() == {}
    assert desk.case.patient.stage is Stage.REFUSED
    assert desk.case.patient.name == ""


def test_this_chat_taken_back_is_written_to_no_more_until_it_is_used_again():
    desk = taken_back(on_telegram(), "Using this chat")

    assert desk.case.contact.reach is Reach.STOPPED
    assert "/chat/i/" in desk.heard[-1].text
    assert "use it again" in desk.say("hello")[0].text
    desk.tap("Use this chat again")
    assert desk.case.contact.reach is Reach.ACTIVE


def test_a_trembling_finger_takes_a_chat_up_again_once():
    desk = taken_back(on_telegram(), "Using this chat")
    desk.say("hello")
    desk.tap("Use this chat again")
    desk.clock.time -= timedelta(seconds=9.9)

    assert desk.take(Chose("c:use_again")) == []


def test_the_emergency_text_is_there_even_in_a_chat_no_longer_used():
    desk = taken_back(on_telegram(), "Using this chat")
    desk.say("hello")

    desk.tap("Emergency")

    assert desk.of(Queue)[-1].lane is Lane.CARD


@pytest.mark.parametrize("kind", [FileKind.VOICE, FileKind.AUDIO])
def test_what_is_spoken_is_not_kept_without_a_yes_to_voice_notes(kind):
    desk = consented()

    [body] = desk.take(replace(VOICE, kind=kind))

    assert "did not keep this voice note" in body.text
    assert desk.of(AddDocument) == []


def test_a_yes_to_voice_notes_is_kept_and_taken_back_like_the_others():
    desk = consented()
    desk.take(VOICE)
    desk.tap("Yes, keep them")
    desk.take(VOICE)

    taken_back(desk, "Voice notes")

    assert len(desk.of(AddDocument)) == 1
    assert [r.given for r in desk.of(RecordConsent) if r.purpose is Purpose.VOICE] == [True, False]


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
