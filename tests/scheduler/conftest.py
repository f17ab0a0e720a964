"""A fresh time for every test."""

import pytest

from tests.scheduler.fakes import FakeTime
from tests.scheduler.office import channels, office, provider, running  # noqa: F401  fixtures
from tests.storage.conftest import stores, vault  # noqa: F401  fixtures


@pytest.fixture
def time():
    return FakeTime()
