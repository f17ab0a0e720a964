"""The papers about security name tests that exist, and leave nothing without one."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
TEST = re.compile(r"`(tests/[a-z0-9_/]+\.py)(?:::(test_[a-z0-9_]+))?`")
TARGET = re.compile(r"`make ([a-z-]+)`")
PAPERS = ("docs/threat-model.md", "docs/asvs.md")


def text_of(paper):
    return (ROOT / paper).read_text()


@pytest.mark.parametrize("paper", PAPERS)
def test_every_test_that_is_named_exists(paper):
    named = set(TEST.findall(text_of(paper)))

    assert named
    assert [(file, test) for file, test in sorted(named) if not exists(ROOT / file, test)] == []


def exists(path, test):
    return path.is_file() and (not test or f"def {test}(" in path.read_text())


@pytest.mark.parametrize("paper", PAPERS)
def test_every_target_that_is_named_exists(paper):
    targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))

    assert set(TARGET.findall(text_of(paper))) <= targets


def test_every_threat_has_a_test():
    rows = [line for line in text_of("docs/threat-model.md").splitlines() if line.startswith("| ")]
    threats = [row for row in rows if not row.startswith("| threat ")]

    assert len(threats) > 30
    assert [row.split("|")[1] for row in threats if not TEST.search(row)] == []


def test_what_is_met_is_tested_and_every_gap_says_what_is_missing():
    rows = [line.split("|")[1:-1] for line in text_of("docs/asvs.md").splitlines() if line.startswith("| V")]

    assert len({row[0].split(".")[0].strip() for row in rows}) == 17
    for _, _, state, where in rows:
        assert state.strip() in {"met", "partly", "not met", "does not apply"}
        assert len(where.strip()) > 10
