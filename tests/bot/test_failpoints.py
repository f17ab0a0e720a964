"""Failpoints: named moments at which a test lets a process die or fail."""

import pytest

from bot import failpoints
from bot.failpoints import Act, Failed, Failpoints, Fault, read_failpoints
from bot.settings import read_settings
from handlers.errors import SettingError


class Box:
    """A port that notes what was done."""

    def __init__(self, *found):
        self.found = list(found)
        self.done = []

    async def claim(self):
        self.done.append("claim")
        return self.found

    async def settle_sent(self, row):
        self.done.append(row)
        return True


def test_the_setting_names_points_with_what_happens_there():
    points = read_failpoints("outbox.after_claim=kill@3; channel.before_send=raise;uow.after_save=sleep:200")

    assert points.faults == {
        "outbox.after_claim": Fault(Act.KILL, at=3),
        "channel.before_send": Fault(Act.RAISE),
        "uow.after_save": Fault(Act.SLEEP, milliseconds=200),
    }


@pytest.mark.parametrize(
    "text", ["outbox.after_claim", "outbox.after_claim=explode", "outbox.after_lunch=kill"]
)
def test_a_point_or_an_act_that_there_is_not_stops_the_start(text):
    with pytest.raises(SettingError, match="YORISOI_FAILPOINTS"):
        read_failpoints(text)


@pytest.mark.parametrize("env", ["demo", "production"])
def test_only_test_may_name_failpoints(env):
    environ = {
        "YORISOI_ENV": env,
        "YORISOI_PUBLIC_URL": "https://clinic.example",
        "YORISOI_FAILPOINTS": "uow.after_save=kill",
    }

    with pytest.raises(SettingError, match="YORISOI_FAILPOINTS"):
        read_settings(environ)


def test_a_port_without_a_fault_is_left_as_it_is():
    box = Box()

    assert read_failpoints("uow.before_save=kill").around("outbox", box) is box
    assert Failpoints().around("outbox", box) is box


async def test_a_fault_before_a_step_keeps_it_from_being_done():
    box = Box()
    outbox = read_failpoints("outbox.before_settle_sent=raise@2").around("outbox", box)
    await outbox.settle_sent(1)

    with pytest.raises(Failed):
        await outbox.settle_sent(2)

    await outbox.settle_sent(3)
    assert box.done == [1, 3]


async def test_a_fault_after_a_step_comes_when_it_is_done():
    box = Box()
    outbox = read_failpoints("outbox.after_settle_sent=raise").around("outbox", box)

    with pytest.raises(Failed):
        await outbox.settle_sent(1)

    assert box.done == [1]


async def test_a_claim_that_found_nothing_is_not_passed():
    points = read_failpoints("outbox.after_claim=raise@1")
    await points.around("outbox", Box()).claim()

    with pytest.raises(Failed):
        await points.around("outbox", Box("row")).claim()


async def test_to_be_killed_is_to_be_killed_at_that_pass(monkeypatch):
    killed = []
    monkeypatch.setattr(failpoints, "die", killed.append)
    outbox = read_failpoints("outbox.before_claim=kill@2").around("outbox", Box())

    for _ in range(3):
        await outbox.claim()

    assert killed == ["outbox.before_claim"]
