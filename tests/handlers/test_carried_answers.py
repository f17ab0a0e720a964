"""What one part of the intake asks decides what later parts ask, whenever it is changed."""

from tests.handlers.parts import PartsDesk


def begun(ill: str = "Yes", *more: str) -> PartsDesk:
    """Return a desk that stands at the first question of the second part."""
    desk = PartsDesk().sent(ill, *more)
    desk.say("Continue")
    return desk


def asked(desk: PartsDesk) -> str:
    return desk.heard[-1].text.splitlines()[-1]


def test_a_question_that_hangs_on_an_earlier_part_is_asked_where_its_answer_says_so():
    assert asked(begun("Yes")) == "tired?"


def test_it_is_not_asked_where_the_answer_says_otherwise():
    assert asked(begun("No")) == "walk?"


def test_the_carried_question_itself_is_never_asked_and_never_stored_again():
    desk = begun("Yes").walk("Yes", "Yes")

    answered = [str(slot) for response in desk.case.responses[-1:] for slot in response.answers]

    assert answered == ["tired", "walk"]


def test_changing_the_answer_in_the_first_part_changes_the_path_of_the_part_under_way():
    desk = begun("No")
    first = desk.case.responses[0]

    desk.change(first, "ill", "yes")
    desk.say("Continue")

    assert asked(desk) == "tired?"


def test_a_carried_answer_whose_own_question_is_no_longer_asked_counts_for_nothing():
    desk = begun("Yes", "Long").walk("Yes")
    before = asked(desk)

    desk.change(desk.case.responses[0], "ill", "no")
    desk.say("Continue")

    assert (before, asked(desk)) == ("worse?", "walk?")


def test_a_skipped_answer_carries_nothing():
    desk = begun("Skip")

    assert asked(desk) == "walk?"
