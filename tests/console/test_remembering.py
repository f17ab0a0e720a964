"""What was found out about a pack is kept until something of it is another."""

import os
from shutil import copytree

import pytest

from bot.packs.remembering import Remembered, state_of
from bot.surroundings import Reading
from tests.console.samples import CATALOGS, PACK, PACK_READ


@pytest.fixture
def reading(tmp_path):
    return Reading(copytree(PACK, tmp_path / "pack"), PACK_READ, CATALOGS, frozenset())


def counting():
    return iter(range(10)).__next__


def test_the_same_pack_is_gone_through_once(reading):
    kept, look = Remembered(), counting()

    assert [kept.of((reading,), "as it is", look) for _ in range(3)] == [0, 0, 0]


def test_a_pack_that_was_read_anew_is_gone_through_anew(reading):
    kept, look = Remembered(), counting()
    again = Reading(reading.folder, reading.protocol, reading.catalogs, reading.signed)

    assert [kept.of((one,), "", look) for one in (reading, again, reading)] == [0, 1, 0]


def test_two_packs_the_other_way_round_are_another_question(reading):
    kept, look = Remembered(), counting()
    other = Reading(reading.folder, reading.protocol, reading.catalogs, reading.signed)

    assert [kept.of(two, "", look) for two in ((reading, other), (other, reading))] == [0, 1]


def test_a_signature_in_the_folder_shows_at_once(reading):
    kept, look = Remembered(), counting()
    before = kept.of((reading,), state_of(reading.folder), look)

    (reading.folder / "signatures.json").write_text("[]")
    signed = kept.of((reading,), state_of(reading.folder), look)
    os.utime(reading.folder / "signatures.json", ns=(0, 0))

    assert (before, signed, kept.of((reading,), state_of(reading.folder), look)) == (0, 1, 2)


def test_only_a_few_are_kept(reading):
    kept, look = Remembered(), counting()

    assert [kept.of((reading,), mark, look) for mark in "abcda"] == [0, 1, 2, 3, 4]
