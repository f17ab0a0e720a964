"""One process serves a SQLite file."""

import subprocess
import sys

import pytest

from bot.alone import alone
from handlers.errors import SettingError

HOLD = """
import pathlib, sys, time
from bot.alone import alone
with alone(pathlib.Path(sys.argv[1])):
    print("held", flush=True)
    time.sleep(60)
"""


def test_a_second_process_is_refused_with_one_line(tmp_path):
    file = tmp_path / "yorisoi.db"

    with alone(file), pytest.raises(SettingError, match="another process serves") as refused, alone(file):
        pass

    assert "\n" not in str(refused.value)


def test_the_next_process_may_serve_as_soon_as_one_was_killed(tmp_path):
    file = tmp_path / "yorisoi.db"
    environment = {"PYTHONPATH": ":".join(sys.path)}
    before = subprocess.Popen(
        [sys.executable, "-c", HOLD, str(file)], env=environment, stdout=subprocess.PIPE, text=True
    )
    assert before.stdout.readline() == "held\n"
    before.kill()
    before.communicate()

    with alone(file):
        assert file.with_name("yorisoi.db.lock").stat().st_mode & 0o777 == 0o600
