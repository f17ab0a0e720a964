"""A large file is never held whole: the short form of what `make files` weighs with 500 MB."""

import sys

import pytest

from tests.files.in_bucket import weigh_in_bucket


@pytest.mark.skipif(sys.platform != "linux", reason="the peak of a process's memory is read from /proc")
async def test_a_file_of_64_mb_goes_to_a_bucket_and_back_without_being_held_whole():
    assert max(await weigh_in_bucket(64)) < 50
