"""My permissions: each purpose on its own, seen and taken back from the chat at any time."""

from dataclasses import replace
from datetime import timedelta

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
from handlers.core.values import ChannelKind, Purpose
from handlers.wording import PLACEHOLDER
from tests.handlers.desk import Desk
from tests.handlers.paths import ABOUT, CONSENT, HEALTH, TO_CONSENT, consented, submitted, walk

VOICE = SentDocument("voice-1", FileKind.VOICE, mime="audio/ogg")
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
