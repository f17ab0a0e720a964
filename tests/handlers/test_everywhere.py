from datetime import timedelta

import pytest

from handlers.core.case import Reach
from handlers.core.changes import AddInvitation, CancelQueued, MoveSend, OpenTask, Queue, RaiseFlag, SetReach
from handlers.core.events import Chose, ContactStopped, Delivery, Receipt
from handlers.core.messages import Lane
from handlers.core.values import ChannelKind, Purpose
from tests.handlers.desk import Desk
from tests.handlers.paths import ABOUT, CONSENT, TO_CONSENT, consented, submitted, walk


@pytest.mark.parametrize("word", ["STOP", "stop", "Stop.", "/stop"])
def test_stop_ends_messages_at_once_wherever_it_is_said(word):
    desk = walk(consented(), *ABOUT)

    desk.say(word)

    assert Purpose.MESSAGES not in desk.case.patient.purposes
    assert desk.of(CancelQueued)


def test_after_stop_the_patient_can_have_messages_again_by_one_tap():
    desk = walk(consented(), *ABOUT)
    desk.say("stop")

    desk.tap("Send them again")

    assert Purpose.MESSAGES in desk.case.patient.purposes


def test_the_menu_opens_by_word_and_continue_asks_the_open_question_again():
    desk = walk(consented(), *ABOUT)

    desk.say("menu")
    said = desk.tap("Continue")

    assert "Who told you" in said[-1].text


def test_the_language_can_be_changed_in_mid_conversation():
    desk = walk(consented(), *ABOUT)

    desk.say("language")
    said = desk.tap("日本語")

    assert "パーキンソン" in said[-1].text


def test_why_is_explained_and_the_question_asked_again():
    desk = walk(consented(), *ABOUT)

    said = desk.tap("Why do you ask?")

    assert "Who told you" in said[-1].text


def test_skip_is_stored_as_skipped_and_never_as_no():
    desk = walk(consented(), *ABOUT)

    desk.tap("Skip")
    [answer] = [a for r in desk.case.responses for s, a in r.answers.items() if s.link_id == "dx.by"]

    assert answer.values == ()
    assert answer.absent is not None


def test_back_asks_the_question_before_again():
    desk = walk(consented(), *ABOUT, "A brain doctor")

    said = desk.say("back")

    assert "Who told you" in said[-1].text


def test_the_emergency_text_comes_at_once_and_waits_for_nothing():
    desk = walk(consented(), *ABOUT)
    desk.say("menu")

    desk.tap("Emergency")

    assert desk.of(Queue)[-1].lane is Lane.CARD


def test_words_about_suicide_show_the_crisis_card_and_open_a_task():
    desk = submitted()

    said = desk.say("I think about suicide")

    assert "crisis line" in said[0].text
    assert desk.of(RaiseFlag)[-1].rule == "words-seen"
    assert "flag-crisis" in [task.kind for task in desk.of(OpenTask)]


def test_words_that_answer_nothing_are_kept_for_a_person():
    desk = submitted()

    said = desk.say("Will there be parking?")

    assert "A person will read it" in said[-1].text
    assert desk.of(OpenTask)[-1].kind == "message"


def test_who_blocks_us_gets_nothing_more_and_a_coordinator_sees_it():
    desk = walk(consented(), *ABOUT)

    desk.take(ContactStopped("blocked"))

    assert desk.case.contact.reach is Reach.BLOCKED
    assert [reach.reach for reach in desk.of(SetReach)] == [Reach.BLOCKED]
    assert desk.of(OpenTask)[-1].kind == "unreachable"


def test_who_writes_again_is_reachable_again():
    desk = walk(consented(), *ABOUT)
    desk.take(ContactStopped("blocked"))

    desk.say("hello")

    assert desk.case.contact.reach is Reach.ACTIVE


def test_a_receipt_for_a_message_long_gone_moves_it_and_makes_nobody_a_patient():
    desk = Desk()

    said = desk.take(Receipt("wamid.1", Delivery.READ))

    assert said == []
    assert [move.state for move in desk.of(MoveSend)] == [Delivery.READ]


def test_a_tap_is_acknowledged_with_the_first_message_that_follows():
    desk = walk(consented(), *ABOUT)

    said = desk.take(Chose(desk.button("A brain doctor").data, ack="query-1"))

    assert said[0].ack == "query-1"


def test_a_repeated_tap_is_acknowledged_without_a_word():
    desk = walk(consented(), *ABOUT)
    button = desk.button("A brain doctor")
    desk.take(Chose(button.data, ack="query-1"))

    [body] = desk.take(Chose(button.data, ack="query-2"))

    assert (body.text, body.ack) == ("", "query-2")


def test_who_wants_the_page_gets_a_one_time_link_and_is_asked_nothing_more_here():
    desk = Desk(channel=ChannelKind.TELEGRAM)
    desk.start()
    walk(desk, "English", "For myself", "Yes", "Yes, I agree", "Yes, I agree")

    [body] = desk.tap("Use the web page")

    [invitation] = desk.of(AddInvitation)
    assert f"/chat/i/{invitation.code}" in body.text


def test_a_tap_repeated_every_other_second_counts_once_however_long_it_goes_on():
    desk = walk(consented(), *ABOUT)

    said = []
    for _ in range(5):
        desk.clock.time -= timedelta(seconds=8.5)
        said.append(desk.take(Chose("c:menu")))

    assert [bool(one) for one in said] == [True, False, False, False, False]


def test_a_no_tapped_twice_is_one_no():
    desk = Desk()
    desk.start()
    walk(desk, "English", "For myself", "Yes")
    no = desk.button("No")
    desk.take(Chose(no.data))

    desk.clock.time -= timedelta(seconds=9)

    assert desk.take(Chose(no.data)) == []


@pytest.mark.parametrize("channel", [ChannelKind.TELEGRAM, ChannelKind.WHATSAPP])
def test_the_emergency_text_is_a_button_of_every_question_and_leaves_the_question_open(channel):
    desk = Desk(channel)
    desk.start()
    walk(desk, *TO_CONSENT, *CONSENT)
    asked = {button.label for button in desk.heard[-1].keys}

    [card] = desk.tap("Emergency")
    walk(desk, "=Anna", "Yes")

    assert ("Emergency" in asked, "emergency" in card.text.lower()) == (True, True)
    assert "full name, as in the passport" in desk.heard[-1].text


def test_the_other_actions_of_a_question_on_whatsapp_lead_to_the_emergency_text_and_the_menu():
    desk = Desk(ChannelKind.WHATSAPP)
    desk.start()
    walk(desk, *TO_CONSENT, *CONSENT, "=Anna", "Yes")
    asked = next(key.data for key in desk.heard[-1].keys if key.data.startswith("a:"))

    [doors] = desk.take(Chose(f"{asked.rpartition(':')[0]}:keys"))

    assert {"Emergency", "Menu", "Skip"} <= {door.label for door in doors.choices}
