from dataclasses import replace

import pytest

from handlers.core.questionnaire import Item, ItemType, Option
from handlers.core.values import Coding, PartialDate
from storage.views.models import PastAnswer
from tests.console.samples import NOW, answer, check_in, coded, questionnaire, reader, response


def lines(form):
    return {line.question: line for section in form.sections for line in section.lines}


def only(form):
    [line] = lines(form).values()
    return line


def test_answers_stand_under_the_titles_of_their_sections():
    form = reader().form(response("r0", "intake-a", coded("dx.by", "neuro"), coded("stage.on", "2")), None)

    assert [section.title for section in form.sections] == ["Your Parkinson's", "How it affects you"]


def test_a_label_is_shown_in_the_language_of_staff():
    form = reader("ja").form(response("r0", "intake-a", coded("dx.by", "neuro")), None)

    assert only(form).answer == "脳神経内科の医師"


def test_a_skipped_answer_is_shown_as_skipped_and_not_as_no():
    form = reader().form(response("r0", "intake-a", answer("dx.resp", skipped=True)), None)

    assert only(form).skipped


def test_a_sensitive_answer_is_hidden_from_who_may_not_see_it():
    form = reader(sees_sensitive=False).form(
        response("r1", "check-in-month-1", coded("f.selfharm", "past")), check_in("M1", "r1")
    )

    assert (only(form).hidden, only(form).answer) == (True, "")


def test_what_an_answer_was_before_it_was_changed_stands_beside_it():
    view = response("r0", "intake-b", coded("sym.tremor", "3"))
    before = coded("sym.tremor", "1")
    view = replace(view, history=(PastAnswer(before.slot, before, NOW),))

    form = reader().form(view, None)

    assert [past.answer for past in only(form).history] == ["A little"]


def test_a_check_in_is_called_by_its_step():
    form = reader().form(response("r1", "check-in-month-1"), check_in("M1", "r1"))

    assert form.title == "Month 1"


def test_a_response_to_a_questionnaire_that_is_gone_is_still_named():
    view = response("r0", "intake-a")
    gone = replace(view, response=replace(view.response, questionnaire="https://example.org/old"))

    assert reader().form(gone, None).title == "https://example.org/old"


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (True, "Yes"),
        (PartialDate(2019, 3), "March 2019"),
        (PartialDate(2019, about=True), "about 2019"),
        (Coding("US", display="United States"), "United States"),
        ("bus\nin the morning", "bus\nin the morning"),
    ],
)
def test_values_are_shown_as_people_say_them(value, shown):
    item = Item("x", ItemType.TEXT, options=(Option(Coding("a"), "A"),))

    assert reader().words.answer(questionnaire("intake-a"), item, answer("x", value)) == shown


def test_a_placeholder_that_staff_have_no_words_for_becomes_an_ellipsis():
    item = Item("x", ItemType.DISPLAY, "On {date} at {clinic_name}")

    assert reader().words.question(questionnaire("intake-a"), item) == "On … at Sakura"
