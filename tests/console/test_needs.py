from datetime import timedelta

from bot.console.needs import needs_of
from handlers.core.changes import Level
from handlers.core.values import PatientId
from storage.views.models import TaskView, Worklist
from tests.console.samples import NOW, PATIENT, flag, reader


def task(task_id, kind, hours=1, patient="p1"):
    return TaskView(task_id, kind, "", NOW - timedelta(hours=hours), patient=PatientId(patient), code="YR-1")


def texts(*tasks, flags=()):
    worklist = Worklist(tuple(tasks), tuple(flags), {PATIENT.id: "YR-1"})
    return [need.text for need in needs_of(worklist, reader().words)]


def test_the_urgent_comes_before_the_old():
    assert texts(task("a", "intake-ready", hours=48), task("b", "flag-red")) == [
        "Red answer: call now",
        "Intake is ready for a doctor",
    ]


def test_a_loud_flag_without_a_task_is_not_forgotten():
    assert texts(flags=[flag("x", Level.RED)]) == ["Red answer: call now"]


def test_a_flag_that_a_task_stands_for_is_named_once():
    assert texts(task("a", "flag-red"), flags=[flag("x", Level.RED)]) == ["Red answer: call now"]


def test_a_task_of_an_unknown_kind_is_shown_by_its_name():
    assert texts(task("a", "something-new")) == ["something-new"]
