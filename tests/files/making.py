"""Writes the corpus and its mutations as sealed files, in a process of its own: ours is measured."""

import json
from multiprocessing import get_context
from pathlib import Path

import pyrage
from pyrage import x25519

from handlers.core.inspection import Finding
from tests.files.beforehand import may_be
from tests.files.corpus import corpus, mutated

_LONGEST_SEED = 40_000


def made(folder: Path, mutations: int) -> tuple[str, list[tuple[str, str, list[str]]]]:
    """Return the identity that opens the files, and (file, name, findings) of each: one has to come."""
    process = get_context("spawn").Process(target=_make, args=(folder, mutations))
    process.start()
    process.join()
    if process.exitcode:
        raise RuntimeError("the corpus could not be made")
    listed = json.loads((folder / "list.json").read_text())
    return listed["identity"], [tuple(one) for one in listed["files"]]


def _make(folder: Path, mutations: int) -> None:
    me = x25519.Identity.generate()
    files, seeds = [], {}
    for case in corpus():
        files.append((_written(folder, len(files), case.content, me), case.name, [case.finding.value]))
        if case.finding in {Finding.FINE, Finding.ACTIVE} and len(case.content) < _LONGEST_SEED:
            seeds[case.content] = case.finding
    for content in mutated(list(seeds), mutations):
        expected = sorted(may_be(content, seeds))
        files.append((_written(folder, len(files), content, me), "mutated", expected))
    (folder / "list.json").write_text(json.dumps({"identity": str(me), "files": files}))


def _written(folder: Path, number: int, content: bytes, me: x25519.Identity) -> str:
    path = folder / f"{number}.age"
    path.write_bytes(pyrage.encrypt(content, [me.to_public()]))
    return str(path)
