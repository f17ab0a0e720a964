"""What a service says of our templates and account is kept, and a person is told what needs one."""

import pytest

from handlers.core.changes import AddPatient, CloseTask, HoldAccount, LetGo, NoteNews, OpenTask
from handlers.core.events import About, AccountNews, TemplateNews
from tests.handlers.desk import Desk

KEY = "template:checkin_start_v1:en:status"


def template(now, about=About.STATUS, reason=""):
    return TemplateNews("checkin_start_v1", "en", about, now, reason)


@pytest.mark.parametrize(
    "news", [template("PAUSED"), template("RED", About.QUALITY), template("MARKETING", About.CATEGORY)]
)
def test_bad_news_of_a_template_is_kept_and_is_a_task(news):
    desk = Desk()

    assert desk.take(news) == []
    assert [(note.subject, note.about, note.now) for note in desk.of(NoteNews)] == [
        ("checkin_start_v1", news.about, news.now)
    ]
    assert [task.kind for task in desk.of(OpenTask)] == ["template-news"]
    assert desk.of(LetGo) == []
    assert desk.of(AddPatient) == []


@pytest.mark.parametrize("now", ["APPROVED", "REINSTATED", "UNPAUSED"])
def test_good_news_closes_the_task(now):
    desk = Desk()

    desk.take(template(now))

    assert [task.key for task in desk.of(CloseTask)] == [KEY]
    assert len(desk.of(LetGo)) == 1


def test_a_template_that_waits_for_approval_is_no_work():
    desk = Desk()

    desk.take(template("PENDING"))

    assert len(desk.of(NoteNews)) == 1
    assert desk.of(OpenTask) == desk.of(CloseTask) == []


@pytest.mark.parametrize(("stops", "tasks"), [(True, ["account-stopped"]), (False, [])])
def test_only_what_stops_the_account_is_a_task(stops, tasks):
    desk = Desk()

    desk.take(AccountNews("account_update", "ACCOUNT_VIOLATION", stops=stops))

    assert len(desk.of(NoteNews)) == 1
    assert [task.kind for task in desk.of(OpenTask)] == tasks
    assert [held.reason for held in desk.of(HoldAccount)] == ["ACCOUNT_VIOLATION"] * stops


def test_what_is_lifted_frees_the_queue_and_closes_the_task():
    desk = Desk()

    desk.take(AccountNews("account_update", "DISABLED_UPDATE", "REINSTATE", lifts=True))

    assert [held.reason for held in desk.of(HoldAccount)] == [""]
    assert [task.key for task in desk.of(CloseTask)] == ["account:account_update"]
