"""What to do where a machine lacks something: skip with a reason, or fail where it was promised."""

import os
from typing import NoReturn

import pytest


def lacking(variable: str, reason: str) -> NoReturn:
    """Skip, saying why; fail if the environment's `variable` is set, as `.ci/run` does."""
    if os.environ.get(variable):
        pytest.fail(f"{reason} ({variable} is set)")
    pytest.skip(reason)
