"""`make bundles` proves nothing unless the judge that decides was asked."""

import pytest

from tests.bundles.__main__ import judged


@pytest.fixture
def _no_node(monkeypatch, tmp_path):
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.delenv("YORISOI_NODE_REQUIRED", raising=False)


@pytest.mark.usefixtures("_no_node")
def test_without_node_the_proof_fails_and_says_why():
    faults, passed = judged([], {})

    assert (["no node on this machine" in fault for fault in faults], passed) == ([True], [])


@pytest.mark.usefixtures("_no_node")
def test_who_says_so_goes_on_without_node(monkeypatch):
    monkeypatch.setenv("YORISOI_NODE_REQUIRED", "0")

    assert judged([], {}) == ([], [])
