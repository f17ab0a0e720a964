"""A migration that was killed can be run again: the short form of `make upgrades`."""

import subprocess
import sys
from pathlib import Path

import pytest


@pytest.mark.postgres
@pytest.mark.timeout(300)
def test_migrations_killed_at_some_statements_are_run_again():
    done = subprocess.run(
        [sys.executable, "-m", "tests.upgrade", "--every", "36"],
        cwd=Path(__file__).parents[2],
        capture_output=True,
        text=True,
        timeout=280,
        check=False,
    )

    assert (done.returncode, "0 broken of" in done.stdout) == (0, True), done.stdout + done.stderr
