"""Templates that the plan will need: warned of while there is time."""

from datetime import UTC, datetime, timedelta

import pytest

from bot.channels.whatsapp.templates import Amiss
from bot.template_watch import Plan, Warned, warnings
from handlers.core.templates import Need
from storage.channel_news import Standing
from storage.planned_templates import Planned

NOON = datetime(2026, 6, 1, 12, tzinfo=UTC)
LATER = NOON + timedelta(weeks=5)
FULL = Plan(links_only=False, languages=("en", "ja", "zh-Hans"))


def told(now, about="status", name="checkin_start_v1", language="en"):
    return Standing(name, language, about, now, "", NOON)


def planned(language="en", need=Need.CHECK_IN, *, at=LATER, people=3):
    return Planned(language, need, at, people)


@pytest.mark.parametrize(("standings", "why"), [
    ([], Amiss.MISSING), ([told("APPROVED")], None), ([told("PAUSED")], Amiss.STOPPED),
    ([told("REJECTED")], Amiss.STOPPED), ([told("UNPAUSED")], None), ([told("PENDING")], Amiss.PENDING),
    ([told("APPROVED"), told("MARKETING", "category")], Amiss.CATEGORY),
    ([told("APPROVED", language="ja")], Amiss.MISSING),
])  # fmt: skip
def test_what_will_not_be_sent_is_warned_of(standings, why):
    found = warnings([planned()], standings, FULL)

    assert [one.why for one in found] == ([] if why is None else [why])


@pytest.mark.parametrize(
    ("need", "name"), [(Need.REMINDER, "intake_reminder_v1"), (Need.NOTICE, "message_waiting_v1")]
)
def test_a_warning_says_which_template_from_when_on_and_for_how_many(need, name):
    [found] = warnings([planned("zh-Hans", need)], [], FULL)

    assert found == Warned(name, "zh_CN", Amiss.MISSING, LATER, 3)


def test_whose_language_is_not_spoken_needs_the_default_one():
    [found] = warnings([planned("de")], [], FULL)

    assert found.language == "en"


def test_where_only_links_are_carried_one_template_is_needed():
    plan = Plan(links_only=True, languages=("en",))

    [found] = warnings([planned(), planned(need=Need.REMINDER, at=NOON)], [], plan)

    assert (found.name, found.first_at) == ("page_link_v1", NOON)
