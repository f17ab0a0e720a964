"""A fresh time for every test."""

import pytest

from tests.scheduler.fakes import FakeTime


@pytest.fixture
def time():
    return FakeTime()
