"""The clinic's summary: what stands where, what is missing, which version it is."""

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.restricted import restriction_of
from bot.summaries.paper import sheet_of
from handlers.core.case import ResponseStatus
from handlers.core.changes import Level
from handlers.core.paper_marks import PaperMark
from handlers.core.papers import DocumentState, Paper, Verdict
from handlers.core.summary.gaps import status_of
from handlers.core.summary.model import Gap, Heading, PaperStatus
from handlers.core.values import Answer, AnsweredBy, Coding, ContactId, DocumentId, PartialDate, Slot
from storage.views.models import FlagView, PastAnswer, ResponseView
from tests.core.sample_pack import NOW, SKIP, response
from tests.summaries.patients import CLINIC, patient, shelf

HOUR = timedelta(hours=1)
SENT = {"end.send": "send"}


def summary(*views, language="en", hidden=None, **more):
    record = replace(patient(1, "vi", 1), responses=views, flags=(), documents=(), **more)
    made = sheet_of(record, CLINIC, shelf(), language=language, hidden=hidden, now=NOW)
    return made.summary


def view(name, answers, **more):
    return ResponseView(response(name, answers), NOW, **more)


def changed(before, *, at=NOW + HOUR):
    """Return part A with hx.cancer changed from `before` to "no" at a time."""
    told = view("intake-a", {**SENT, "hx.cancer": "no"}).response
    now = replace(told.answers[Slot("hx.cancer")], at=at)
    amended = replace(told, status=ResponseStatus.AMENDED, answers={**told.answers, Slot("hx.cancer"): now})
    return ResponseView(amended, at, (PastAnswer(Slot("hx.cancer"), before, at),))


def past(code):
    return Answer(Slot("hx.cancer"), (Coding(code),), NOW)


def lines(made, heading):
    return {one.link_id: one for s in made.sections if s.heading is heading for one in s.lines}


def test_answers_stand_under_the_headings_that_the_pack_names():
    made = summary(
        view("intake-a", {"dx.by": "neuro", "body.walk": "stick", "int.type": "ns", "stage.on": "1"})
    )

    assert [section.heading for section in made.sections] == ["course", "risks", "function", "goals"]


def test_a_coded_answer_is_in_the_clinics_language_with_the_patients_beside_it():
    line = lines(summary(view("intake-a", {"dx.by": "neuro"}), language="ja"), Heading.COURSE)["dx.by"]

    assert (line.answer, line.original, line.verbatim) == ("脳神経内科の医師", "Bác sĩ thần kinh", False)


def test_free_text_stands_as_it_was_typed_and_is_marked():
    line = lines(summary(view("intake-a", {"end.more": "骨が痛い"})), Heading.OTHER)["end.more"]

    assert (line.answer, line.original, line.verbatim) == ("骨が痛い", "", True)


def test_a_plain_no_is_passed_over_but_not_in_the_diagnosis_nor_behind_a_flag():
    told = view("intake-a", {"dx.by": "none", "hx.cancer": "no", "imp.dbs": "no"})
    evidence = (("hx.cancer", ""),)
    flag = FlagView("f", "p", "CA-02", "1", Level.REVIEW, "any", "text", evidence, (), told.response.id, NOW)
    record = replace(patient(1, "en", 1), responses=(told,), flags=(flag,), documents=())

    made = sheet_of(record, CLINIC, shelf(), language="en", hidden=None, now=NOW).summary

    noted = {one.link_id: one.plain_no for section in made.sections for one in section.lines}
    assert noted == {"dx.by": False, "hx.cancer": False, "imp.dbs": True}


def test_a_restricted_answer_is_no_line_for_whoever_may_not_see_it():
    hidden = restriction_of(shelf().protocol, shelf().catalogs)
    told = view("intake-b3", {"sym.selfharm": "now", "sym.faint": "no"})

    assert set(lines(summary(told, hidden=hidden), Heading.FUNCTION)) == {"sym.faint"}


def test_what_was_passed_over_and_every_part_not_begun_is_missing():
    made = summary(view("intake-a", {"dx.by": SKIP}))

    gaps = {one.link_id: one.gap for one in made.missing if one.gap is not Gap.PAPER}
    assert gaps.pop("dx.by") is Gap.SKIPPED
    assert (len(gaps), set(gaps.values())) == (9, {Gap.PART})


@pytest.mark.parametrize(
    ("views", "version"),
    [
        ((view("intake-a", {"dx.by": "neuro"}),), 0),
        ((view("intake-a", SENT),), 1),
        ((changed(past("past")),), 2),
        ((changed(past("past"), at=NOW),), 1),
    ],
)
def test_a_change_after_the_sending_makes_a_new_version_and_one_before_does_not(views, version):
    assert summary(*views).version == version


def test_a_part_finished_later_makes_a_new_version_too():
    later = view("intake-b1", {"dx.side": "l"})
    begun = replace(later.response, started_at=NOW + HOUR)

    assert summary(view("intake-a", SENT), replace(later, response=begun)).version == 2


def test_the_difference_says_what_it_was_and_what_it_is():
    [difference] = summary(changed(past("past"))).differences

    assert (difference.before, difference.after) == ("Yes, in the past", "Never")
    assert difference.at == NOW + HOUR


def test_who_answered_is_counted_by_name():
    record = next(one for one in map(patient, range(20)) if len(one.contacts) > 1)
    helper = ContactId(record.contacts[1].id)
    told = response("intake-a", {"dx.by": "neuro", "dx.when": PartialDate(2020)})
    by = {s: replace(a, by=AnsweredBy.HELPER, who=helper) for s, a in told.answers.items()}

    made = summary(ResponseView(replace(told, answers=by), NOW), contacts=record.contacts)

    assert [(one.name, one.answers) for one in made.tellers] == [("Marco", 2)]


def test_a_paper_that_is_not_needed_is_not_missing():
    asked = view("intake-a", SENT)
    wanted = [one.link_id for one in summary(asked).missing if one.gap is Gap.PAPER]
    mark = PaperMark(wanted[0], needed=False, reason="we have it", by="s1", at=NOW)

    told = summary(asked, patient=replace(patient(1, "vi", 1).patient, paper_marks=(mark,)))

    assert [one.link_id for one in told.missing if one.gap is Gap.PAPER] == wanted[1:]


@pytest.mark.parametrize(
    ("verdicts", "status"),
    [
        ([], PaperStatus.WANTED),
        ([Verdict.OPEN], PaperStatus.RECEIVED),
        ([Verdict.UNREADABLE], PaperStatus.UNREADABLE),
        ([Verdict.UNREADABLE, Verdict.OPEN], PaperStatus.RECEIVED),
        ([Verdict.LOCKED, Verdict.ACCEPTED], PaperStatus.ACCEPTED),
        ([Verdict.NOT_NEEDED], PaperStatus.NOT_NEEDED),
    ],
)
def test_one_good_file_settles_a_paper(verdicts, status):
    files = [
        Paper(DocumentId(str(n)), "doc.mri", DocumentState.STORED, NOW, one) for n, one in enumerate(verdicts)
    ]

    assert status_of(files) is status
