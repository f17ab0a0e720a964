"""The short form of `make zones`, and what the walk would find."""

from dataclasses import replace
from datetime import timedelta
from random import Random
from zoneinfo import ZoneInfo

import pytest

from handlers.core.care_plan import plan
from handlers.core.case import Anchor
from handlers.core.values import PatientId
from tests.zones import walk as walking
from tests.zones.arithmetic import zones_of_server

ODD = ["Pacific/Apia", "Australia/Lord_Howe", "Africa/Casablanca", "Asia/Gaza", "America/Scoresbysund"]


@pytest.mark.parametrize("zone", [*ODD, *walking.zones(45)])
def test_every_check_in_goes_out_once_by_day_and_not_early(zone):
    found = walking.walk(zone, every=29)

    assert (found.check_ins > 300, found.faults) == (True, ())


def faults_of(**fields):
    anchor = Anchor("a", PatientId("p"), "infusion", "2026-01-31", "Europe/Berlin")
    one = plan(walking.STEPS, anchor, at="10:00", ids=walking._Ids())[0]
    return list(walking._goes_out(replace(one, **fields), ZoneInfo("Asia/Tokyo"), Random(1)))


def test_the_walk_would_see_a_message_at_night():
    assert any("sent at" in fault for fault in faults_of())


def test_the_walk_would_see_a_message_that_comes_early():
    early = plan(
        walking.STEPS,
        Anchor("a", PatientId("p"), "infusion", "2026-01-31", "Europe/Berlin"),
        at="10:00",
        ids=walking._Ids(),
    )[0]

    found = faults_of(due_at=early.due_at + timedelta(days=9))

    assert any("early" in fault for fault in found)


@pytest.mark.parametrize(
    ("head", "told"), [("# version 2025b\n", "system 2025b"), (None, "system of a version that is not told")]
)
def test_a_server_that_reads_the_systems_zones_is_told_with_their_version(tmp_path, head, told):
    (tmp_path / "Asia").mkdir()
    (tmp_path / "Asia/Tokyo").touch()
    if head is not None:
        (tmp_path / "tzdata.zi").write_text(head)
    built = {"VERSION": "PostgreSQL 17.1", "CONFIGURE": f"'--with-lz4' '--with-system-tzdata={tmp_path}'"}

    assert zones_of_server(built) == f"PostgreSQL 17.1: {told}"


def test_a_server_with_zones_of_its_own_is_told_by_its_release():
    built = {"VERSION": "PostgreSQL 17.1", "CONFIGURE": "'--with-lz4'"}

    assert zones_of_server(built) == "PostgreSQL 17.1: its own, of that release"
