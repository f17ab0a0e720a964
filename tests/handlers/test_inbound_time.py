"""When an event happened, where the service does not say."""

from datetime import UTC, datetime, timedelta

import pytest

from handlers.core.events import NO_TIME, Chose, Event
from handlers.core.values import ChannelKind, ClinicId
from handlers.inbound import dated
from handlers.ports import InboxRow

NOON = datetime(2026, 11, 24, 12, tzinfo=UTC)
ROW = InboxRow("i", ClinicId("default"), ChannelKind.TELEGRAM, "main", "1", b"", NOON, attempts=1, fence=1)


def test_a_tap_without_a_time_is_dated_by_its_receipt():
    assert dated(Event("1", NO_TIME, Chose("c:menu")), ROW).at == NOON


def test_an_event_with_a_time_keeps_it():
    earlier = datetime(2026, 11, 24, 11, tzinfo=UTC)

    assert dated(Event("1", earlier, Chose("c:menu")), ROW).at == earlier


@pytest.mark.parametrize("ahead", [timedelta(days=2), datetime.max.replace(tzinfo=UTC) - NOON])
def test_a_time_far_ahead_is_none(ahead):
    assert dated(Event("1", NOON + ahead, Chose("c:menu")), ROW).at == NOON
