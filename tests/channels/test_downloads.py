"""What becomes of a download: what says nothing about the file costs it no try."""

from datetime import timedelta

import httpx2
import pytest

from bot.channels.downloads import broke_off, refusal


@pytest.mark.parametrize(("status", "is_free"), [(404, False), (401, False), (429, True), (502, True)])
def test_throttling_and_a_broken_service_cost_a_file_no_try(status, is_free):
    assert refusal(status, {}).free is is_free


def test_the_time_that_a_download_is_told_to_wait_is_kept():
    assert refusal(429, {"Retry-After": "30"}).after == timedelta(seconds=30)


@pytest.mark.parametrize(
    ("error", "is_free"), [(httpx2.ConnectError(""), True), (httpx2.ReadError(""), False)]
)
def test_what_breaks_off_in_its_middle_is_counted(error, is_free):
    assert broke_off(error).free is is_free
