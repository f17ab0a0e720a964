"""The chain of who is on call: whom each step tells, and how long they have."""

from datetime import UTC, date, datetime, timedelta

import pytest

from handlers.core.adverse_event import dues, next_reminder
from handlers.core.changes import Level
from handlers.core.on_call import Chain, Means, Person, Roster, Rung, Way, climb, reaches_somebody, urgency_of

MIKA = Person("mika", "nurse", (Way(Means.TELEGRAM, "7", "mika"), Way(Means.EMAIL, "m@clinic", "mika")))
KEN = Person("ken", "doctor", (Way(Means.EMAIL, "k@clinic", "ken"),))
AWAY = Person("away", "nurse")
ADA = Person("ada", "auditor", (Way(Means.EMAIL, "a@clinic", "ada"),))
OFFICE = (Way(Means.TELEGRAM, "-9"),)
PEOPLE = Roster((MIKA, KEN, AWAY, ADA), OFFICE)
HURRIED = "hurried"
CHAIN = Chain((Rung("mika", 5), Rung("away", 5), Rung("ken", 10)), minutes=20, orange_minutes=90)


@pytest.mark.parametrize(
    ("roster", "chain", "step", "level", "then"),
    [
        (PEOPLE, CHAIN, 0, Level.RED, (MIKA.ways, 0, 5)),
        (PEOPLE, CHAIN, 0, Level.CRISIS, (MIKA.ways, 0, 5)),
        (PEOPLE, CHAIN, 0, Level.ORANGE, (MIKA.ways, 0, 90)),
        (PEOPLE, CHAIN, 0, HURRIED, (MIKA.ways, 0, 5)),  # a call within the hour
        (PEOPLE, CHAIN, 1, Level.RED, (KEN.ways, 2, 10)),  # who can't be reached is passed over at once
        (PEOPLE, CHAIN, 3, Level.RED, (OFFICE, 3, 20)),
        (PEOPLE, CHAIN, 4, Level.RED, (MIKA.ways, 4, 5)),  # everything begins again, as a step of its own
        (PEOPLE, CHAIN, 9, Level.RED, (KEN.ways, 10, 10)),
        (Roster((MIKA,)), CHAIN, 1, Level.RED, (MIKA.ways, 4, 5)),
        (Roster((AWAY,)), CHAIN, 2, Level.RED, ((), 2, 20)),
        (PEOPLE, Chain(), 0, Level.RED, ((*MIKA.ways, *KEN.ways), 0, 10)),  # all who look after patients
        (PEOPLE, Chain(), 1, Level.RED, (OFFICE, 1, 15)),
        (Roster((ADA,)), Chain(), 0, Level.RED, ((), 0, 15)),
    ],
)
def test_a_step_tells_whoever_is_next_and_can_be_told(roster, chain, step, level, then):
    level, hurried = (Level.ORANGE, True) if level == HURRIED else (level, False)
    found = climb(chain, roster, step, urgency_of(level, hurried=hurried))

    assert (found.ways, found.step, found.wait / timedelta(minutes=1)) == then


@pytest.mark.parametrize(
    ("chain", "roster", "reaches"),
    [
        (CHAIN, PEOPLE, True),
        (CHAIN, Roster((), OFFICE), True),
        (CHAIN, Roster((AWAY, ADA)), False),
        (Chain(), Roster((ADA,)), False),
    ],
)
def test_a_chain_that_reaches_nobody_is_known(chain, roster, reaches):
    assert reaches_somebody(chain, roster) is reaches


@pytest.mark.parametrize(
    ("day", "seven", "fifteen"),
    [
        (1, "ahead", "ahead"),
        (6, "near", "ahead"),
        (8, "near", "ahead"),
        (9, "over", "ahead"),
        (17, "over", "over"),
    ],
)
def test_the_dates_of_the_rules_count_from_the_day_on_which_the_clinic_learned_of_it(day, seven, fifteen):
    learned = datetime(2026, 11, 30, 20, tzinfo=UTC)  # the first of December in Tokyo

    found = dues(learned, datetime(2026, 12, day, 3, tzinfo=UTC), "Asia/Tokyo")

    assert [one.on for one in found] == [date(2026, 12, 8), date(2026, 12, 16)]
    assert [one.nearness.value for one in found] == [seven, fifteen]


def test_staff_are_reminded_at_half_the_time_and_two_days_before_the_end():
    learned = datetime(2026, 12, 1, tzinfo=UTC)
    told, after = [], learned

    while (after := next_reminder(learned, after)) is not None:
        told.append((after - learned) / timedelta(days=1))

    assert told == [3.5, 5, 7.5, 13]
