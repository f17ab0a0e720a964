"""The scanner finds what was planted by hand, in every place and dress, and nothing where nothing is."""

from tests.canaries.__main__ import places_in, proves_itself
from tests.canaries.scanner import canary, scan


def test_it_finds_what_was_planted_in_each_place_and_dress(tmp_path):
    assert proves_itself(tmp_path / "proof") == []


def test_it_finds_nothing_where_nothing_was_planted(tmp_path):
    (tmp_path / "files").mkdir()
    (tmp_path / "files/a").write_bytes(bytes(range(256)) * 100)

    assert scan({"files": places_in(tmp_path)["files"]}) == []


def test_a_thousand_canaries_are_a_thousand_different_ones():
    assert len({canary(number) for number in range(1000)}) == 1000
