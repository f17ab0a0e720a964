"""After a stop of ours that was longer than a service keeps what comes in."""

from dataclasses import replace
from datetime import timedelta

import pytest

from handlers.core.changes import OpenTask, Queue
from handlers.core.values import ChannelKind, Purpose
from handlers.decision import Decision
from handlers.gaps import look_back
from tests.handlers.desk import Desk
from tests.handlers.paths import consented

HOUR = timedelta(hours=1)


@pytest.fixture(scope="module")
def asked():
    """Return the case of somebody who wants messages and has a question open."""
    case = consented().case
    purposes = case.patient.purposes | {Purpose.MESSAGES}
    return replace(case, patient=replace(case.patient, purposes=purposes))


def after(case, hours, channel=ChannelKind.TELEGRAM, heard=-1):
    """Return what follows for a patient heard `heard` hours from its end, after a stop of so many hours."""
    desk = Desk()
    ended = case.contact.last_heard_at + timedelta(days=30)
    desk.clock.time = ended + HOUR
    point = replace(case.contact.point, channel=channel)
    contact = replace(case.contact, point=point, last_heard_at=ended + heard * HOUR)
    decision = Decision(replace(case, contact=contact), desk.around.world(case.clinic), cause="gap")
    look_back(decision, ended - hours * HOUR, ended)
    found = decision.finish()
    tasks = [one.kind for one in found if isinstance(one, OpenTask)]
    return tasks, [one.body.text[:11] for one in found if isinstance(one, Queue)]


@pytest.mark.parametrize(
    ("hours", "channel", "heard", "said"),
    [
        (30, ChannelKind.TELEGRAM, -40, ["For a while"]),
        (30, ChannelKind.TELEGRAM, 0.5, []),
        (200, ChannelKind.WHATSAPP, -300, []),
    ],
)
def test_who_was_asked_something_is_a_task_and_if_silent_since_asked_once_more(
    asked, hours, channel, heard, said
):
    assert after(asked, hours, channel, heard) == (["possible-gap"], said)


@pytest.mark.parametrize(
    ("hours", "channel"), [(23, ChannelKind.TELEGRAM), (30, ChannelKind.WHATSAPP), (999, ChannelKind.WEB)]
)
def test_what_the_service_still_keeps_is_no_gap(asked, hours, channel):
    assert after(asked, hours, channel) == ([], [])


def test_of_whom_nothing_was_asked_nothing_is_missing(asked):
    assert after(replace(asked, responses=()), 30) == ([], [])
