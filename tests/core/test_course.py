"""The whole plan from all treatment dates, and what changes when one is entered, moved or cancelled."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from handlers.core.case import Anchor, FollowUpState
from handlers.core.course import Late, WhySkipped, compare, plan_course, settled
from handlers.core.protocol import Protocol
from handlers.core.values import PatientId
from tests.core.sample_pack import pack
from tests.core.test_care_plan import Numbered

PACK: Protocol = pack()
NOW = datetime(2026, 3, 1, tzinfo=UTC)
ONLY_MONTHS = dict.fromkeys(("programme_preparation", "programme_safety-checks", "programme_culture"), "off")
HARVEST, LAB = ("harvest", "2026-04-01T10:00"), ("lab", "2026-04-20T09:00")
FIRST, SECOND = ("infusion", "2026-05-31T14:00"), ("infusion", "2026-07-10T14:00")


def anchors(*dates):
    return [Anchor(local, PatientId("p1"), kind, local, "Asia/Tokyo") for kind, local in dates]


def course(*dates, texts=ONLY_MONTHS):
    return plan_course(PACK, anchors(*dates), texts, at="10:00", ids=Numbered())


def changed(before, *dates, now=NOW, texts=ONLY_MONTHS):
    return compare(PACK, before, course(*dates, texts=texts), now=now)


def steps(follow_ups):
    return [follow_up.step for follow_up in follow_ups]


def ended(follow_ups, step, state):
    return [replace(f, state=state, next_at=None) if f.step == step else f for f in follow_ups]


def test_a_clinic_can_run_1_3_and_6_months_alone():
    assert steps(course(HARVEST, LAB, FIRST)) == ["M1", "M3", "M6"]


def test_without_a_choice_all_but_the_yearly_check_is_planned():
    planned = course(HARVEST, FIRST, texts={})

    assert len(planned) == len([step for step in PACK.steps if step.enabled])


def test_a_clinic_can_switch_the_yearly_check_on():
    texts = ONLY_MONTHS | {"programme_late-checks": "on"}

    assert steps(course(FIRST, texts=texts))[3:] == ["Y1", "Y2", "Y3", "Y4", "Y5"]


def test_safety_checks_come_after_each_infusion_and_months_after_the_last():
    planned = course(FIRST, SECOND, texts={})

    assert steps(planned).count("I+6h") == 2
    assert [f.local[:10] for f in planned if f.step in {"M1", "M3"}] == ["2026-08-10", "2026-10-10"]


def test_hours_count_from_the_procedure_whatever_the_hour_is():
    [check] = [f for f in course(FIRST, texts={}) if f.step == "I+6h"]

    assert (check.local, check.window_end - check.due_at) == ("2026-05-31T20:00", timedelta(hours=17))


@pytest.mark.parametrize(
    ("dates", "weeks"), [((HARVEST,), 4), ((HARVEST, LAB), 2), ((HARVEST, ("lab", "2026-04-02T09:00")), 0)]
)
def test_news_of_the_cells_ends_with_their_release(dates, weeks):
    assert sum(f.step.startswith("C-w") for f in course(*dates, texts={})) == weeks


def test_a_further_infusion_moves_the_months_and_asks_nothing_finished_again():
    before = ended(course(FIRST), "M1", FollowUpState.COMPLETED)

    difference = changed(before, FIRST, SECOND)

    assert (steps(difference.moved), difference.added, difference.dropped) == (["M3", "M6"], (), ())
    assert {f.id for f in difference.moved} < {f.id for f in before}


def test_a_cancelled_date_drops_what_only_it_asked_for():
    before = course(HARVEST, FIRST, texts={})

    difference = changed(before, FIRST, texts={})

    assert {f.step[0] for f in difference.dropped} == {"H", "C"}
    assert difference.count == len(difference.dropped) == 9


def test_what_a_date_dropped_comes_back_with_it():
    both = course(HARVEST, LAB, texts={})
    dropped = changed(course(HARVEST, texts={}), HARVEST, LAB, texts={}).dropped

    difference = changed([*both, *dropped], HARVEST, texts={})

    assert steps(difference.moved) == steps(dropped) == ["C-w3", "C-w4"]


@pytest.mark.parametrize("state", [FollowUpState.COMPLETED, FollowUpState.IN_PROGRESS, FollowUpState.UNKNOWN])
def test_what_has_begun_keeps_its_day_when_the_date_moves(state):
    before = ended(course(FIRST), "M1", state)

    assert steps(changed(before, ("infusion", "2026-05-31T14:00")).moved) == []
    assert "M1" not in steps(compare(PACK, before, course(SECOND), now=NOW).moved)


def test_a_date_entered_late_names_what_is_behind():
    late = changed([], FIRST, now=datetime(2026, 9, 10, tzinfo=UTC)).late(datetime(2026, 9, 10, tzinfo=UTC))

    assert steps(late) == ["M1", "M3"]


@pytest.mark.parametrize(
    ("late", "state", "reason"),
    [
        (Late.PLAN, "scheduled", ""),
        (Late.SEND, "scheduled", ""),
        (Late.SKIP, "cancelled", "skipped:seen-in-person"),
        (Late.ASK, "held", "late"),
    ],
)
def test_what_is_late_ends_as_staff_choose(late, state, reason):
    follow_up, now = course(FIRST)[0], datetime(2026, 9, 10, tzinfo=UTC)

    done = settled(follow_up, late, WhySkipped.SEEN, now)

    assert (done.state, done.reason) == (state, reason)
    assert late in {Late.PLAN, Late.SKIP} or done.window_end > now
