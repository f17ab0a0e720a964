"""How long the search goes on: short in `make test`, as long as is wished in `make conversations N=5000`."""

import os

import pytest
from hypothesis import HealthCheck, settings

SHORT = 30
CONVERSATIONS = int(os.environ.get("YORISOI_CONVERSATIONS") or SHORT)
IS_LONG = CONVERSATIONS > SHORT
QUIETLY = settings(suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large], print_blob=True)
"""A step goes through a real database: too slow for what Hypothesis is used to."""
PATIENCE = pytest.mark.timeout(120 + 10 * CONVERSATIONS)
