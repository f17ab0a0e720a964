"""What we install is known, and nothing that comes in becomes code."""

import ast
import tomllib
from pathlib import Path

import pytest

from tools.sbom import ROOT, bill

PACKAGES = ("bot", "handlers", "scheduler", "storage", "locales")
MODULES = {"pickle", "marshal", "shelve", "dill", "cloudpickle", "yaml", "jsonpickle", "code", "codeop"}
CALLS = {"eval", "exec", "compile", "__import__"}
ON_MODULES = {
    ("os", "system"),
    ("os", "popen"),
    ("subprocess", "getoutput"),
    ("subprocess", "getstatusoutput"),
}


def found_in(source):
    """Yield what would make code of data."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            yield from (one.name for one in node.names if one.name.partition(".")[0] in MODULES)
        elif isinstance(node, ast.ImportFrom) and (node.module or "").partition(".")[0] in MODULES:
            yield node.module
        elif isinstance(node, ast.Call):
            yield from _called(node)


def _called(node):
    if isinstance(node.func, ast.Name) and node.func.id in CALLS:
        yield node.func.id
    of = getattr(getattr(node.func, "value", None), "id", "")
    if (of, getattr(node.func, "attr", "")) in ON_MODULES:
        yield node.func.attr
    if any(one.arg == "shell" and getattr(one.value, "value", None) is not False for one in node.keywords):
        yield "shell"


@pytest.mark.parametrize(
    "source",
    [
        "import pickle",
        "from marshal import loads",
        "eval('1')",
        "import os\nos.system('x')",
        "run('x', shell=True)",
    ],
)
def test_the_look_for_it_finds_it(source):
    assert list(found_in(source))


def test_no_data_becomes_code():
    files = [path for package in PACKAGES for path in (ROOT / package).rglob("*.py")]

    assert len(files) > 300
    assert [(path.name, found) for path in files for found in found_in(path.read_text())] == []


def test_the_bill_of_materials_names_everything_that_is_locked():
    lock = (ROOT / "requirements.lock").read_text()
    made = bill(lock, tomllib.loads((ROOT / "pyproject.toml").read_text())["project"])

    pinned = [
        line.partition("==")[0].partition("[")[0]
        for line in lock.splitlines()
        if "==" in line[:80] and line[0] not in " #"
    ]
    assert sorted(one["name"] for one in made["components"]) == sorted(pinned)
    assert all(one["hashes"] for one in made["components"])
    assert made == bill(lock, tomllib.loads(Path(ROOT / "pyproject.toml").read_text())["project"])
