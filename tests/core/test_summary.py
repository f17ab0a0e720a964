"""The summary of a response."""

from handlers.core.case import ResponseStatus
from handlers.core.changes import Level, RaiseFlag
from handlers.core.summary import summarise
from handlers.core.values import AnsweredBy
from tests.core.sample_pack import NOW, SKIP, questionnaire, response

ANSWERS = {
    "start.role": "self",
    "id.name": "Anna <b>Müller</b>",
    "dx.by": "neuro",
    "dx.resp": SKIP,
    "int.type": ("msc_iv", "exo"),
}


def summary(flags=()):
    return summarise(questionnaire("intake-a"), response("intake-a", ANSWERS), flags)


def flag(rule, level):
    return RaiseFlag(rule, rule, "1", level, "any", "", (), (), None, NOW)


def rows():
    return {row.slot.link_id: row for section in summary().sections for row in section.rows}


def test_answers_stand_in_their_sections_in_the_questionnaires_order():
    titles = [section.title.key for section in summary().sections]

    assert titles == [f"intake-a/section.{name}#text" for name in ("start", "id", "dx", "int")]


def test_typed_words_stand_verbatim_and_options_as_phrases():
    assert rows()["id.name"].words == "Anna <b>Müller</b>"
    assert [label.key for label in rows()["int.type"].labels] == [
        "intake-a/int.type#option:msc_iv",
        "intake-a/int.type#option:exo",
    ]


def test_a_skipped_question_is_shown_as_skipped_and_counted_as_missing():
    [skipped] = [gap for gap in summary().missing if gap.skipped]

    assert rows()["dx.resp"].skipped
    assert skipped.slot.link_id == "dx.resp"


def test_questions_that_are_not_asked_are_not_missing():
    missing = {gap.slot.link_id for gap in summary().missing}

    assert "dx.when" in missing
    assert not missing & {"start.helper_name", "hx.cancer_end", "start.notice"}


def test_the_loudest_flags_come_first_and_the_undecided_stand_apart():
    flags = [flag("c", Level.UNDECIDED), flag("b", Level.REVIEW), flag("a", Level.STOP)]

    shown = summary(flags)

    assert [f.rule for f in shown.flags] == ["a", "b"]
    assert [f.rule for f in shown.undecided] == ["c"]


def test_a_summary_says_who_answered_and_how_far_it_is():
    assert (summary().answered_by, summary().status) == ((AnsweredBy.PATIENT,), ResponseStatus.COMPLETED)
