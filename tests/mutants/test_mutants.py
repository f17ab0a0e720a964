"""The patches fit the tree, and only a named invariant counts as caught."""

import ast
import shutil

import pytest

from tests.mutants.judges import Finding
from tests.mutants.mutant import DoesNotApply, Mutant, mutants
from tests.mutants.trees import ROOT
from tests.mutants.two_writers import INVARIANTS as OF_WRITERS
from tests.simulation.oracle import INVARIANTS

ALL = mutants()
BROKEN = {"answer-lost": 3}


def _files_of(mutant, tree):
    for path, *_ in mutant.edits:
        (tree / path).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(ROOT / path, tree / path)


@pytest.mark.parametrize("mutant", ALL, ids=lambda mutant: mutant.name)
def test_a_patch_fits_the_tree_and_leaves_python(mutant, tmp_path):
    _files_of(mutant, tmp_path)

    mutant.apply(tmp_path)

    for path, *_ in mutant.edits:
        assert ast.parse((tmp_path / path).read_text()) is not None
        assert (tmp_path / path).read_text() != (ROOT / path).read_text()


@pytest.mark.parametrize("mutant", ALL, ids=lambda mutant: mutant.name)
def test_a_mutant_expects_an_invariant_that_has_a_name(mutant):
    assert mutant.expects in INVARIANTS | OF_WRITERS


def test_there_are_enough_mutants():
    assert len(ALL) >= 12


def test_a_patch_whose_lines_have_changed_does_not_apply(tmp_path):
    (tmp_path / "a.py").write_text("one = 1\n")
    mutant = Mutant("m", "", "", "", (("a.py", "two = 2", "two = 3"),))

    with pytest.raises(DoesNotApply):
        mutant.apply(tmp_path)


def test_a_patch_whose_lines_stand_there_twice_does_not_apply(tmp_path):
    (tmp_path / "a.py").write_text("one = 1\none = 1\n")
    mutant = Mutant("m", "", "", "", (("a.py", "one = 1", "one = 2"),))

    with pytest.raises(DoesNotApply):
        mutant.apply(tmp_path)


def _found(code=1, violations=BROKEN, *, is_alive=True):
    return Finding(code, violations, is_alive, "", 1.0)


def test_a_bug_is_caught_by_the_invariant_that_names_it():
    assert _found().is_caught_by("answer-lost")


@pytest.mark.parametrize(
    "finding",
    [
        _found(violations={"queue-stuck": 1}),
        _found(code=2),
        _found(code=1, violations={}),
        _found(is_alive=False),
    ],
    ids=["another invariant", "a crash", "no invariant", "a tree that does nothing"],
)
def test_a_bug_is_not_caught_by_anything_else(finding):
    assert not finding.is_caught_by("answer-lost")


@pytest.mark.parametrize("finding", [_found(), _found(code=2, violations={}), _found(0, {}, is_alive=False)])
def test_a_tree_is_clean_only_if_it_works_and_nothing_is_found(finding):
    assert not finding.passes
