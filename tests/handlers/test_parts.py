"""The intake comes in parts: each is offered, now or later, and each finished one reaches the staff."""

import pytest

from handlers.core.case import ResponseStatus, Stage
from handlers.core.changes import CloseTask, OpenTask, ReplaceFlags
from handlers.core.frozen import replace
from tests.handlers.parts import PartsDesk


def tasks(desk: PartsDesk) -> list[str]:
    return [task.kind for task in desk.of(OpenTask)]


def words(desk: PartsDesk) -> str:
    """Return the last message without the isolates around what was inserted."""
    return desk.heard[-1].text.replace("\u2068", "").replace("\u2069", "")


def labels(desk: PartsDesk) -> list[str]:
    return [button.label for button in desk.heard[-1].choices]


def finished(desk: PartsDesk) -> PartsDesk:
    """Go through the second and the third part."""
    return desk.walk("Now", "Yes", "No", "Now", "No", "Yes", "Pm")


def test_after_sending_the_next_part_is_offered_with_its_name_and_minutes():
    desk = PartsDesk().sent()

    assert words(desk) == "Next: Second, about 4 minutes. Now or later?"
    assert labels(desk) == ["Now", "Later"]


def test_now_begins_it():
    desk = PartsDesk().sent()

    desk.tap("Now")

    assert desk.heard[-1].text.endswith("tired?")


@pytest.mark.parametrize("word", ["yes", "now", "Continue", "start", "1", "nwo"])
def test_a_typed_yes_begins_it_too(word):
    desk = PartsDesk().sent()

    desk.say(word)

    assert desk.heard[-1].text.endswith("tired?")


@pytest.mark.parametrize("word", ["later", "no", "skip", "2", "latre"])
def test_later_keeps_the_place_and_says_how_to_come_back(word):
    desk = PartsDesk().sent()

    desk.say(word)
    desk.say("menu")
    button = desk.button("Go on with questions")
    desk.tap(button.label)

    assert desk.heard[-1].text.endswith("tired?")


@pytest.mark.parametrize(
    ("word", "said"),
    [("back", "since?"), ("why", "prepare well for you"), ("done", "Now or later?"), ("ok", "Now or later?")],
)
def test_back_and_why_work_between_parts_and_are_no_work_for_staff(word, said):
    desk = PartsDesk().sent()
    desk.tap("Later")

    desk.say(word)

    assert (said in words(desk), tasks(desk)) == (True, ["intake-ready"])


def test_words_that_answer_nothing_are_kept_for_a_person_and_begin_nothing():
    desk = PartsDesk().sent()

    desk.say("thank you so much")

    assert tasks(desk)[-1] == "message"
    assert labels(desk) == ["Now", "Later"]


def test_who_opens_the_chat_again_is_offered_the_next_part_and_not_thrown_into_it():
    desk = PartsDesk().sent()

    desk.start()

    assert labels(desk) == ["Now", "Later"]


def test_each_part_ends_with_thanks_and_the_next_offer():
    desk = PartsDesk().sent().walk("Now", "Yes", "No")

    assert words(desk) == (
        "Thank you. This part is finished, and your answers are saved.\n\nNext: Third. Now or later?"
    )


def test_after_the_last_part_nothing_more_is_offered():
    desk = finished(PartsDesk().sent())

    assert "That was the last part" in desk.heard[-1].text
    assert labels(desk) == []


def test_staff_are_told_of_the_lead_of_a_finished_part_and_of_the_end():
    desk = finished(PartsDesk().sent())

    assert tasks(desk) == ["intake-ready", "intake-part-ready", "intake-complete"]
    assert any(task.key.startswith("intake-part-ready") for task in desk.of(CloseTask))


def test_every_finished_part_is_screened_with_what_came_before_it():
    desk = finished(PartsDesk().sent())

    raised = [
        {flag.rule for flag in change.flags if flag.level == "REVIEW"} for change in desk.of(ReplaceFlags)
    ]
    owners = {change.response for change in desk.of(ReplaceFlags)}

    assert raised == [{"ILL"}, {"ILL", "BOTH"}, {"ILL", "BOTH"}]
    assert owners == {desk.case.responses[0].id}


def test_an_answer_changed_later_is_screened_over_all_parts():
    desk = finished(PartsDesk().sent())

    desk.change(desk.case.responses[1], "walk", "yes")

    assert "BOTH" not in {flag.rule for flag in desk.of(ReplaceFlags)[-1].flags}


def test_a_change_that_brings_up_a_question_in_a_finished_part_asks_it_there_and_then():
    desk = PartsDesk().sent("No").walk("Now", "Yes", "Now", "Yes", "Any")
    first, second = desk.case.responses[0], desk.case.responses[1]

    desk.change(first, "ill", "yes")
    desk.say("Long")

    assert desk.heard[-1].text.endswith("tired?")
    assert desk.case.response(second.id).status is ResponseStatus.COMPLETED


@pytest.mark.parametrize("way", ["tapped", "typed"])
def test_an_answer_of_an_earlier_part_is_found_by_its_part(way):
    desk = finished(PartsDesk().sent())
    desk.say("menu")
    desk.tap("Change an answer")
    parts = labels(desk)
    desk.tap("First")

    desk.tap(labels(desk)[3]) if way == "tapped" else desk.say("change 4")

    assert parts == ["Third", "Second", "First"]
    assert words(desk).startswith("ill?")


def test_a_number_typed_by_itself_is_one_of_the_newest_part():
    desk = finished(PartsDesk().sent())

    desk.say("change 1")

    assert words(desk).startswith("fall?")


@pytest.mark.parametrize("stage", [Stage.TREATMENT, Stage.CLOSED])
def test_once_treatment_began_or_the_case_is_closed_nothing_is_offered(stage):
    desk = PartsDesk().sent()
    desk.case = replace(desk.case, patient=replace(desk.case.patient, stage=stage))

    desk.say("continue")

    assert "nothing to answer" in desk.heard[-1].text


def test_who_takes_the_consent_back_is_offered_nothing():
    desk = PartsDesk().sent()
    desk.change(desk.case.responses[0], "ok.health", "no")
    desk.say("Yes")

    desk.say("continue")

    assert desk.case.patient.stage is Stage.CLOSED
    assert "nothing to answer" in desk.heard[-1].text


def test_the_best_time_of_day_is_the_hour_at_which_they_are_written_to():
    desk = finished(PartsDesk().sent())

    assert desk.case.patient.at_time == "15:00"


@pytest.mark.parametrize(
    ("steps", "question"), [((), "since?"), (("Yes", "No", "Now"), "walk?")], ids=["second", "third"]
)
def test_back_at_the_first_question_of_a_part_asks_the_last_one_of_the_part_before(steps, question):
    desk = PartsDesk().sent().walk("Now", *steps)
    here = words(desk)

    desk.tap("Back")
    there = words(desk)
    desk.tap("Keep this answer")

    assert (there.partition("\n")[0], words(desk)) == (question, here)
