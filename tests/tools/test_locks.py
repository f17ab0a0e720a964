"""The lock files: every package pinned and hashed, and nothing in them of the machine that wrote them."""

import re
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
LOCKS = ["requirements.lock", "requirements-dev.lock"]
PIN = re.compile(r"^([a-z0-9.-]+)(\[[a-z,]+\])?==([^ ;]+)", re.MULTILINE)


def pins(lock):
    return {(name, version) for name, _, version in PIN.findall((ROOT / lock).read_text())}


@pytest.mark.parametrize("lock", LOCKS)
def test_every_line_is_a_pin_or_a_hash(lock):
    lines = (ROOT / lock).read_text().splitlines()

    strange = [
        line for line in lines if not re.match(r"^([a-z0-9.-]+(\[[a-z,]+\])?==|    --hash=sha256:)", line)
    ]

    assert strange == []


@pytest.mark.parametrize("lock", LOCKS)
def test_no_host_and_no_path_stands_in_a_lock(lock):
    assert re.findall(r"://|--index|--find-links| @ |/", (ROOT / lock).read_text()) == []


def test_what_tests_run_on_is_what_patients_get():
    build_only = {"editables", "hatchling", "tomlkit", "trove-classifiers"}

    lacking = {pin for pin in pins(LOCKS[0]) - pins(LOCKS[1]) if pin[0] not in build_only}

    assert lacking == set()


def test_everything_that_yorisoi_names_is_locked():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    named = {re.split(r"[^A-Za-z0-9.-]", need)[0].lower() for need in project["dependencies"]}

    assert named <= {name for name, _ in pins(LOCKS[0])}
