"""Kills of the same code add up over runs; a town that broke down is not forgotten."""

import json

from tests.crash import kept
from tests.crash.kept import Kept, TownPlan


def _told(folder, kills, seed):
    place = Kept(folder).begin(TownPlan("sqlite", seed, kills))
    place.write_text(json.dumps({"total": kills}), encoding="utf-8")


def test_what_earlier_runs_told_is_counted_and_the_next_seed_follows(tmp_path):
    _told(tmp_path, 300, seed=1)
    _told(tmp_path, 200, seed=11)

    found = Kept(tmp_path)

    assert (found.total("sqlite"), found.next_seed("sqlite")) == (500, 12)
    assert (found.total("postgresql"), found.next_seed("postgresql")) == (0, 1)


def test_a_town_that_was_cut_off_stands_there_as_one_that_broke_down(tmp_path):
    _told(tmp_path, 300, seed=1)
    Kept(tmp_path).begin(TownPlan("sqlite", 2, 300))

    assert Kept(tmp_path).told("sqlite") == [{"total": 300}, None]


def test_what_other_code_told_does_not_count(tmp_path, monkeypatch):
    _told(tmp_path, 300, seed=1)
    monkeypatch.setattr(kept, "CODE", ("bot",))

    assert Kept(tmp_path).told("sqlite") == []


def test_a_town_that_was_ended_from_outside_is_forgotten(tmp_path):
    town = TownPlan("sqlite", 3, 300)
    Kept(tmp_path).begin(town)
    Kept(tmp_path).forget(town)

    assert Kept(tmp_path).told("sqlite") == []
