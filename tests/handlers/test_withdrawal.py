"""Taking a consent back."""

from handlers.core.case import FollowUpState, ResponseStatus, Stage
from handlers.core.changes import (
    CancelQueued,
    CloseTask,
    DropHealthData,
    OpenTask,
    RecordConsent,
    ReplaceFlags,
)
from handlers.core.values import Purpose
from tests.handlers.desk import Desk
from tests.handlers.paths import ABOUT, HEALTH, consented, submitted, walk
from tests.handlers.test_changes import number_of


def treated() -> Desk:
    """Return a desk whose patient has three check-ins before them."""
    desk = submitted()
    desk.treat("2026-03-31T14:00")
    return desk


def saying_no_to(desk: Desk, words: str) -> Desk:
    desk.say(f"change {number_of(desk, words)}")
    desk.tap("No")
    return desk


def no_grown_up(desk: Desk) -> None:
    """Change the answer to "Is the patient 18 or older?" to a no, and confirm it."""
    desk.say("change 3")
    desk.tap("No")
    desk.tap("Yes")


def test_a_no_to_messages_by_a_changed_answer_is_as_good_as_stop():
    desk = saying_no_to(treated(), "reminders")

    assert Purpose.MESSAGES not in desk.case.patient.purposes
    assert {f.state for f in desk.check_ins()} == {FollowUpState.HELD}
    assert desk.of(CancelQueued)
    assert "stopped" in [task.kind for task in desk.of(OpenTask)]


def test_a_yes_to_messages_by_a_changed_answer_takes_the_plan_up_again():
    desk = saying_no_to(treated(), "reminders")

    desk.say(f"change {number_of(desk, 'reminders')}")
    desk.tap("Yes")

    assert {f.state for f in desk.check_ins()} == {FollowUpState.SCHEDULED}


def test_health_consent_is_taken_back_after_sending_only_when_asked_once():
    desk = saying_no_to(treated(), "health")

    assert Purpose.HEALTH in desk.case.patient.purposes
    assert [button.label for button in desk.heard[-1].choices] == ["Take it back", "No, keep it"]


def test_after_the_consent_is_taken_back_everything_stops_and_a_person_sees_it():
    desk = saying_no_to(treated(), "health")

    desk.say("yes")

    assert desk.case.patient.stage is Stage.CLOSED
    assert {f.state for f in desk.check_ins()} == {FollowUpState.HELD}
    assert "consent-withdrawn" in [task.kind for task in desk.of(OpenTask)]
    assert any(task.key.startswith("intake-ready") for task in desk.of(CloseTask))
    assert [r.given for r in desk.of(RecordConsent)][-1] is False


def test_what_was_sent_is_not_deleted_by_a_tap():
    desk = saying_no_to(treated(), "health")

    desk.tap("Take it back")

    assert desk.of(DropHealthData) == []
    assert desk.answers()["dx.by"] == "neuro"


def test_a_check_in_under_way_asks_nothing_more_after_the_consent_is_taken_back():
    desk = treated()
    number = number_of(desk, "health")
    desk.tick("M1")
    walk(desk, "Start", f"=change {number}", "No", "Take it back")

    said = desk.tap("Chest pain")

    assert said[0].text.startswith("In an emergency")
    assert "is closed" in said[1].text
    assert not any(body.choices for body in said)


def test_who_keeps_the_consent_changes_nothing():
    desk = saying_no_to(treated(), "health")

    desk.tap("No, keep it")

    assert desk.case.patient.stage is Stage.SUBMITTED
    assert "consent-withdrawn" not in [task.kind for task in desk.of(OpenTask)]


def test_messages_are_not_switched_on_for_somebody_who_never_agreed_to_be_asked():
    desk = Desk()
    desk.start()
    desk.say("stop")

    desk.tap("Send them again")

    assert Purpose.MESSAGES not in desk.case.patient.purposes
    assert not any(record.given for record in desk.of(RecordConsent))


def test_saved_for_later_asks_nothing_more():
    desk = walk(consented(), *ABOUT, *HEALTH, "Skip")

    [body] = desk.tap("Save for later")

    assert "saved" in body.text
    assert body.choices == ()


def test_who_comes_back_after_saving_for_later_is_asked_where_they_were():
    desk = walk(consented(), *ABOUT, *HEALTH, "Skip", "Save for later")

    said = desk.say("hello")

    assert "Send now" in [button.label for button in said[-1].choices]


def withdrawn() -> Desk:
    desk = treated()
    desk.tick("M1")
    walk(saying_no_to(desk, "health"), "Take it back")
    return desk


def test_the_button_of_an_opened_check_in_asks_nothing_once_the_consent_is_taken_back():
    desk = withdrawn()

    said = desk.tap("Start")

    assert "closed" in said[0].text
    assert desk.case.open_response() is None


def test_words_that_may_not_be_kept_any_more_are_not_said_to_be_kept():
    desk = withdrawn()

    said = desk.say("I walk better")

    assert "Nothing was kept" in said[0].text


def test_no_rule_is_applied_once_the_consent_is_taken_back():
    desk = withdrawn()
    screened = len(desk.of(ReplaceFlags))

    desk.say(f"change {number_of(desk, 'yourself')}")
    desk.tap("For family or friend")

    assert len(desk.of(ReplaceFlags)) == screened


def test_an_answer_with_which_nothing_may_go_on_stops_every_part_and_keeps_what_was_sent():
    desk = submitted()
    desk.tap("Now")

    no_grown_up(desk)

    assert "the answers that you have sent" in desk.heard[-1].text
    assert (desk.case.patient.stage, desk.of(DropHealthData)) == (Stage.CLOSED, [])
    assert ResponseStatus.IN_PROGRESS not in {one.status for one in desk.case.responses}
    assert "answers-changed" in [task.kind for task in desk.of(OpenTask)]


def test_the_same_answer_before_anything_was_sent_deletes_what_was_told():
    desk = walk(consented(), *ABOUT[:2])

    no_grown_up(desk)

    assert "Your answers so far are deleted" in desk.heard[-1].text
    assert desk.case.patient.stage is Stage.REFUSED
    assert desk.of(DropHealthData)
    assert [one.answers for one in desk.case.responses] == [{}]
