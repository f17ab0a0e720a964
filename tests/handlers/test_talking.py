"""A person of the clinic takes a chat over, and the bot never talks over them."""

from dataclasses import replace
from datetime import timedelta

import pytest

from handlers import talking
from handlers.core.case import FollowUpState
from handlers.core.changes import AddDocument, CancelQueued, CloseTask, OpenTask, PutAnswer, Queue, RaiseAlert
from handlers.core.events import Chose, Fetched, FileKind, SentDocument
from handlers.core.messages import Lane
from handlers.core.talk import NOBODY
from handlers.core.values import ChannelKind
from handlers.decision import Decision
from handlers.due import Due
from handlers.errors import NotFound
from handlers.ports import ClaimedFollowUp
from handlers.programme import pause
from tests.handlers.desk import CLINIC, Desk
from tests.handlers.paths import consented, submitted

YUKI = "s1"
HERE = "is here now"
BACK = "The assistant is back"


def act(desk, what):
    decision = Decision(desk.case, desk.around.world(CLINIC), cause=f"staff{len(desk.log)}")
    what(decision)
    return desk.apply(desk.case, decision.finish())


def comes(desk, name="Yuki"):
    return act(desk, lambda decision: talking.take_over(decision, YUKI, name))


def writes(desk, text, ident="t1", by=YUKI):
    contact = desk.case.contact.id
    return act(desk, lambda decision: talking.write(decision, contact, text, ident=ident, by=by))


def goes(desk):
    return act(desk, lambda decision: talking.hand_back(decision, YUKI))


def plain(body):
    return body.text.translate({0x2068: None, 0x2069: None})


async def fall_due(desk, step):
    """Let a check-in's moment come, by the use case behind the worker."""
    follow_up = desk.step(step)
    desk.clock.time = max(desk.clock.time, follow_up.next_at)
    before = len(desk.heard)

    class Store:
        async def case_of(self, clinic, patient):
            return desk.case

        async def save(self, case, changes):
            desk.apply(desk.case, changes)

    claimed = ClaimedFollowUp(CLINIC.id, follow_up, 1, 1)
    await Due(Store(), desk.around.world).start(claimed)
    return desk.heard[before:]


def on_whatsapp() -> Desk:
    """Return a desk on WhatsApp whose patient has just written."""
    desk = submitted()
    point = replace(desk.case.contact.point, channel=ChannelKind.WHATSAPP)
    until = desk.clock.time + timedelta(hours=20)
    desk.case = replace(desk.case, contact=replace(desk.case.contact, point=point, window_closes_at=until))
    return desk


def test_the_patient_is_told_who_is_there_and_what_to_do_in_an_emergency():
    [told] = comes(consented())

    assert plain(told).startswith("Yuki from Sample Clinic is here now")
    assert [key.label for key in told.keys] == ["Emergency"]


def test_what_is_said_to_a_person_answers_nothing_and_the_bot_is_quiet():
    desk = consented()
    comes(desk)
    answers = len(desk.of(PutAnswer))

    assert desk.say("I have a question first") == []
    assert len(desk.of(PutAnswer)) == answers


def test_what_waits_for_a_persons_answer_is_a_task_until_they_write():
    desk = consented()
    comes(desk)
    desk.say("I have a question first")
    assert desk.of(OpenTask)[-1].kind == "talk-answer"

    writes(desk, "Please ask.")

    assert desk.of(CloseTask)[-1].key.startswith("talk-answer:")


def test_a_tap_on_an_old_button_answers_nothing_either():
    desk = submitted()
    button = desk.heard[-1].keys or desk.heard[-1].choices
    comes(desk)

    assert desk.take(Chose(button[0].data if button else "c:menu")) == []


def test_a_persons_words_go_out_under_their_name_ahead_of_the_bots():
    desk = consented()
    comes(desk)

    [body] = writes(desk, "Good morning.")

    assert plain(body) == "Yuki (Sample Clinic):\n\nGood morning."
    assert desk.of(Queue)[-1].lane is Lane.STAFF


def test_a_message_pressed_twice_is_one():
    desk = consented()
    comes(desk)
    writes(desk, "Good morning.")
    writes(desk, "Good morning.")

    keys = [queued.dedupe_key for queued in desk.of(Queue)[-2:]]

    assert keys == ["talk:t1", "talk:t1"]


def test_nobody_else_writes_into_a_persons_chat():
    desk = consented()
    comes(desk)

    with pytest.raises(NotFound):
        writes(desk, "Hello", by="s2")


def test_another_person_may_take_the_chat_from_the_first():
    desk = consented()
    comes(desk)

    [told] = act(desk, lambda decision: talking.take_over(decision, "s2", "Ken"))

    assert plain(told).startswith("Ken from")


def test_nobody_comes_before_the_patient_agreed_that_words_are_kept():
    desk = Desk()
    desk.start("en")

    with pytest.raises(NotFound):
        comes(desk)


@pytest.mark.parametrize("words", ["I can't breathe", "I have chest pain"])
def test_danger_words_bring_the_card_and_the_alert_at_once(words):
    desk = consented()
    comes(desk)

    said = desk.say(words)

    assert [queued.lane for queued in desk.of(Queue)[-len(said) :]] == [Lane.CARD]
    assert desk.of(RaiseAlert)


def test_stop_is_obeyed_and_said():
    desk = submitted()
    comes(desk)

    assert plain(desk.say("STOP")[0]).startswith("You will get no more reminders")


def test_a_file_is_kept_and_nothing_is_said_of_it():
    desk = consented()
    comes(desk)

    assert desk.take(SentDocument("ref", FileKind.DOCUMENT, "MRI.pdf", "application/pdf", 17)) == []
    document = desk.of(AddDocument)[-1]
    assert desk.take(Fetched(document.id, stored=True)) == []


def test_the_open_question_is_asked_again_when_the_person_has_gone():
    desk = consented()
    question = plain(desk.heard[-1]).rpartition("\n")[2]
    comes(desk)
    desk.say("Who are you?")

    back, again = goes(desk)

    assert plain(back) == "The assistant is back. Yuki is no longer in this chat."
    assert plain(again).endswith(question)
    assert desk.case.patient.talk == NOBODY


async def test_a_check_in_waits_for_the_person_to_go_and_then_falls_due():
    desk = submitted()
    desk.treat("2026-03-31T14:00")
    desk.clock.time = desk.step("M1").next_at
    comes(desk)

    assert await fall_due(desk, "M1") == []
    assert (desk.step("M1").state, desk.step("M1").reason) == (FollowUpState.HELD, "person-here")
    goes(desk)
    assert desk.step("M1").next_at == desk.step("M1").due_at
    assert len(await fall_due(desk, "M1")) == 1


async def test_a_pause_that_staff_entered_meanwhile_holds_when_they_hand_back():
    desk = submitted()
    desk.treat("2026-03-31T14:00")
    desk.clock.time = desk.step("M1").next_at
    comes(desk)
    await fall_due(desk, "M1")
    until = desk.clock.time + timedelta(days=2)
    act(desk, lambda decision: pause(decision, until, YUKI))

    goes(desk)

    assert (desk.step("M1").state, desk.step("M1").next_at) == (FollowUpState.HELD, until)


async def test_a_reminder_waits_and_an_opening_that_has_not_left_is_shown_afterwards():
    desk = submitted()
    desk.treat("2026-03-31T14:00")
    await fall_due(desk, "M1")
    comes(desk)

    assert [change.follow_up for change in desk.of(CancelQueued)] == [desk.step("M1").id]
    assert await fall_due(desk, "M1") == []
    assert any(choice.label == "Start" for choice in goes(desk)[-1].choices)


async def test_a_safety_check_goes_out_and_is_answered_by_its_buttons():
    desk = submitted()
    desk.treat("2026-03-31T14:00")
    desk.clock.time = desk.step("I+24h").next_at
    comes(desk)

    [opening] = await fall_due(desk, "I+24h")

    assert desk.take(Chose(opening.choices[0].data)) != []


def test_outside_whatsapps_window_a_line_is_sent_and_the_words_follow():
    desk = on_whatsapp()
    desk.clock.time += timedelta(days=2)
    assert comes(desk) == []

    [line] = writes(desk, "We have a date.")
    said = desk.take(Chose(line.template.payloads[0]))

    assert "We have a date." not in line.text
    assert ["We have a date." in body.text for body in said] == [True, False]
    assert HERE in said[1].text


def test_what_waits_is_brought_though_the_person_has_gone():
    desk = on_whatsapp()
    desk.clock.time += timedelta(days=2)
    comes(desk)
    writes(desk, "We have a date.")
    assert goes(desk) == []

    assert "We have a date." in desk.say("Hello")[0].text


@pytest.mark.parametrize(("hours", "texts"), [(8, {}), (2, {"talk_hours": "2"}), (8, {"talk_hours": "soon"})])
def test_a_chat_left_alone_goes_back_to_the_bot_with_a_task(hours, texts):
    desk = consented()
    desk.case = replace(desk.case, clinic=replace(CLINIC, texts=CLINIC.texts | texts))
    comes(desk)
    desk.clock.time += timedelta(hours=hours, seconds=-1)
    assert act(desk, talking.hand_back_silent) == []

    desk.clock.time += timedelta(seconds=1)

    assert BACK in act(desk, talking.hand_back_silent)[0].text
    assert desk.of(OpenTask)[-1].kind == "talk-left"


def test_at_night_the_bot_comes_back_in_the_morning():
    desk = consented()
    comes(desk)
    desk.clock.time = desk.clock.time.replace(hour=23)

    act(desk, talking.hand_back_silent)

    assert {queued.quiet_zone for queued in desk.of(Queue)[-2:]} != {""}
