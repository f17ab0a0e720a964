"""Everything that happened with a patient: newest first, page by page, without a thing lost between two."""

from datetime import timedelta

import pytest

from bot.console.access import Role
from handlers.core.case import Response, ResponseStatus
from handlers.core.changes import Audit, CloseFlag, Level, PutAnswer, Queue, RaiseFlag, StartResponse
from handlers.core.messages import Body
from handlers.core.values import ContactId, OutboxId, PatientId, ResponseId
from storage.views.history import PAGE, Kind
from storage.views.models import LogRow
from tests.console.house import CLINIC
from tests.console.record import WORDS, anna, intake
from tests.console.samples import NOW, coded, questionnaire
from tests.console.test_pages import PAGE as PATIENT, words_of

TIMELINE = f"{PATIENT}/timeline"
KINDS = ("messages", "answers", "documents", "staff")


def said(number, at):
    return Queue(OutboxId(f"o{number}"), ContactId("c-p1"), Body(f"line {number}"), f"k{number}", at)


async def pages(house, kind):
    """Read every page, back to the first thing that happened."""
    found, before = [], None
    while True:
        _, page = await house.views.happened(CLINIC, PatientId("p1"), kind, before)
        found.append(page.lines)
        if (before := page.older) is None:
            return found


async def test_nothing_is_lost_between_two_pages_and_nothing_is_there_twice(house_on_each):
    house = house_on_each
    await house.add(anna(), *(said(n, NOW + timedelta(seconds=n // 3)) for n in range(PAGE * 2 + 10)))

    found = await pages(house, Kind.MESSAGES)
    texts = [one.what.text for page in found for one in page]

    assert sorted(texts) == sorted({f"line {n}" for n in range(PAGE * 2 + 10)})
    assert [len(page) >= PAGE for page in found[:-1]] == [True] * (len(found) - 1)
    assert [one.at for page in found for one in page] == sorted(
        (o.at for p in found for o in p), reverse=True
    )


async def test_one_kind_alone_may_be_shown_and_older_leads_back(house):
    await house.add(anna(), *intake(), *(said(n, NOW + timedelta(minutes=n)) for n in range(PAGE + 5)))
    browser = await house.signed_in(Role.COORDINATOR)

    newest = words_of(await browser.get(f"{TIMELINE}?kind=messages"))
    older = words_of(
        await browser.get(f"{TIMELINE}?kind=messages&before={NOW + timedelta(minutes=3):%FT%TZ}")
    )

    assert f"line {PAGE + 4}" in newest
    assert "line 2 " not in newest
    assert "line 2" in older
    assert "Jump to the newest" in older


@pytest.mark.parametrize(
    ("kind", "words"), [("answers", WORDS), ("documents", "MRI résumé.pdf"), ("staff", "Task")]
)
async def test_answers_papers_and_the_work_of_staff_have_their_place(house, kind, words):
    await house.add(anna(), *intake())
    browser = await house.signed_in(Role.COORDINATOR)

    shown = {one: words_of(await browser.get(f"{TIMELINE}?kind={one}")) for one in KINDS}

    assert [one for one in KINDS if words in shown[one]] == [kind]


async def test_a_restricted_answer_is_not_there_and_that_there_may_be_some_is_said(house):
    form = questionnaire("intake-b6")
    begun = Response(ResponseId("r2"), form.url, form.version, ResponseStatus.IN_PROGRESS, NOW)
    await house.add(anna(), StartResponse(begun), PutAnswer(begun.id, coded("inf.done", "yes")))
    of_nurse, of_coordinator = [
        words_of(await (await house.signed_in(role)).get(f"{TIMELINE}?kind=answers"))
        for role in (Role.NURSE, Role.COORDINATOR)
    ]

    assert "Not shown here" in of_coordinator
    assert "Not shown here" not in of_nurse


async def test_flags_of_one_moment_that_say_the_same_are_one_line(house):
    same = [RaiseFlag(f"f{n}", "CA-02", "1", Level.UNDECIDED, "any", "", (), (), None, NOW) for n in range(3)]
    await house.add(anna(), *same)
    page = (await (await house.signed_in(Role.DOCTOR)).get(TIMELINE)).text

    assert page.count("history-flag") == 1
    assert '<span class="count">3</span>' in page


async def test_what_was_closed_stands_where_it_was_closed_and_consents_where_they_were_given(house_on_each):
    house = house_on_each
    await house.add(anna(), *intake())
    later = NOW + timedelta(days=3)
    [flag] = (await house.views.record(CLINIC, PatientId("p1"))).flags
    case = await house.uow.case_of(CLINIC, PatientId("p1"))
    await house.uow.save(case, [CloseFlag(flag.id, later, "s1", "looked at")])

    _, page = await house.views.happened(CLINIC, PatientId("p1"), Kind.ALL, None)

    told = {(type(one.what).__name__, one.at) for one in page.lines}
    assert {("FlagView", NOW), ("Closed", later), ("ToldConsent", NOW)} <= told


async def test_what_staff_did_with_something_of_a_patients_stands_there(house):
    await house.add(anna(), *intake())
    [task] = (await house.views.record(CLINIC, PatientId("p1"))).tasks
    await house.note(Audit("s1", "work.take", task.id, NOW))
    await house.note(Audit("s1", "work.take", "of-somebody-else", NOW))

    _, page = await house.views.happened(CLINIC, PatientId("p1"), Kind.STAFF, None)

    assert [one.what.subject for one in page.lines if isinstance(one.what, LogRow)] == [task.id]
