"""Which question of how many: honest when branches open, and never back."""

import re

from tests.handlers.parts import PartsDesk


def count(desk: PartsDesk) -> str:
    """Return "3 of 26" as the last message says it, or nothing."""
    found = re.search(r"\u2068(\d+)\u2069 of \u2068(\d+)\u2069", desk.heard[-1].text)
    return f"{found[1]} of {found[2]}" if found else ""


def counts(desk: PartsDesk, *answers: str) -> list[str]:
    return [count(desk.walk(answer)) for answer in answers]


def test_the_first_question_counts_what_is_asked_as_far_as_is_known():
    desk = PartsDesk()

    desk.start()

    assert count(desk) == "1 of 5"


def test_the_total_rises_where_an_answer_opens_a_branch():
    desk = PartsDesk()
    desk.start()

    assert counts(desk, "Yes", "Yes", "Yes", "Yes") == ["2 of 5", "3 of 5", "4 of 5", "5 of 6"]


def test_a_part_counts_anew_with_what_earlier_parts_have_opened():
    desk = PartsDesk().sent("Yes", "Long")

    assert counts(desk, "Now", "Yes") == ["1 of 3", "2 of 3"]


def test_a_branch_that_closes_behind_does_not_set_the_number_back():
    desk = PartsDesk()
    desk.start()
    desk.walk("Yes", "Yes", "Yes", "Yes", "Long")
    before = count(desk)

    desk.say("change 4")
    desk.say("No")

    assert (before, count(desk)) == ("6 of 6", "6 of 6")


def test_a_question_that_comes_again_has_no_number():
    desk = PartsDesk()
    desk.start()
    desk.walk("Yes")

    desk.say("back")

    assert count(desk) == ""
