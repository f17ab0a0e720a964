"""What answers of check-ins ask of staff: a call with its time, and an alert of what is loud."""

from dataclasses import replace
from datetime import timedelta

import pytest

from handlers.core.changes import Level, OpenTask, RaiseAlert
from handlers.core.events import Chose, Event
from handlers.decision import Decision
from handlers.dispatch import handle
from tests.handlers.desk import Desk
from tests.handlers.paths import submitted
from tests.handlers.test_programme import CLINIC, NONE, infused


def taps(desk: Desk, *labels: str) -> None:
    for label in labels:
        desk.tap(label)


def calls(desk: Desk) -> dict[str, OpenTask]:
    return {task.kind: task for task in desk.of(OpenTask) if task.kind.startswith("flag-")}


def worse(desk: Desk) -> Desk:
    """Return a desk whose patient says, a month later, that they are much worse."""
    desk.tick("M1")
    taps(desk, "Start", NONE, "Done", NONE, "Done", "Much worse")
    return desk


def collected(local: str = "2026-03-31T10:00") -> Desk:
    desk = submitted()
    desk.treat(local, kind="harvest")
    desk.tick("H+1")
    taps(desk, "Start", NONE, "Done")
    return desk


@pytest.mark.parametrize("mode", ["list", "off"])
def test_a_yellow_answer_is_a_call_within_two_working_days(mode):
    desk = infused()
    texts = {**desk.case.clinic.texts, "flag_mode": mode}
    desk.case = replace(desk.case, clinic=replace(desk.case.clinic, texts=texts))

    [task] = calls(worse(desk)).values()

    assert task.kind == "flag-yellow"
    assert timedelta(days=1) < task.due_at - task.at <= timedelta(days=5)
    assert desk.of(RaiseAlert) == []


def test_missed_medicine_after_a_procedure_is_a_yellow_answer_to_call_about_today():
    desk = collected()

    taps(desk, NONE, "Done", "I missed doses")

    task = calls(desk)["flag-call-today"]
    assert task.due_at - task.at < timedelta(days=1)


@pytest.mark.parametrize(
    ("sign", "hurried", "kinds"),
    [
        ("New rash", [False], {"flag-orange"}),
        ("One leg swollen, sore", [True, False], {"flag-orange", "flag-call-in-1-hour"}),
    ],
)
def test_signs_of_the_first_days_after_a_collection_are_called_about_within_the_hour(sign, hurried, kinds):
    desk = collected()

    desk.tap(sign)

    assert [alert.hurried for alert in desk.of(RaiseAlert)] == hurried
    assert {alert.level for alert in desk.of(RaiseAlert)} == {Level.ORANGE}
    assert set(calls(desk)) == kinds


def test_the_call_within_the_hour_is_due_in_an_hour():
    desk = collected()

    taps(desk, "Very dizzy or faint", "Done")

    task = calls(desk)["flag-call-in-1-hour"]
    assert task.due_at - task.at == timedelta(hours=1)


@pytest.mark.parametrize(("said", "is_opened"), [(None, True), (True, True), (False, False)])
def test_a_case_opens_unless_the_rule_says_that_it_does_not(said, is_opened):
    desk = collected()
    world = desk.around.world(CLINIC)
    flags = tuple(replace(rule, adverse_event=said) for rule in world.protocol.flags)
    decision = Decision(desk.case, replace(world, protocol=replace(world.protocol, flags=flags)), cause="tap")

    handle(decision, Event("m", world.now, Chose(desk.button("New rash").data)))

    assert [c.opens_case for c in decision.finish() if isinstance(c, RaiseAlert)] == [is_opened]
