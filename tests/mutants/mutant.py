"""A mutant: a bug that somebody might well write, as a patch, and what is expected to catch it.

A file of `patches/` begins with `Key: value` lines and ends with a unified diff. The lines that a
hunk takes away, its context among them, must stand in the file exactly once: line numbers don't
count, so that a patch only stops applying when the lines that it is about have changed.
"""

from dataclasses import dataclass
from pathlib import Path

PATCHES = Path(__file__).parent / "patches"


class DoesNotApply(Exception):
    """The lines that a patch is about don't stand in the tree (any more)."""


@dataclass(frozen=True)
class Mutant:
    """One deliberate bug."""

    name: str
    thought: str
    """What a developer might have thought."""

    expects: str
    """The invariant that must catch it."""

    oracle: str
    """The module that judges, with its arguments: it runs the same on the unpatched tree."""

    edits: tuple
    """(path, old, new) for each hunk."""

    def apply(self, tree):
        """Change the files of a tree; raise DoesNotApply."""
        for path, old, new in self.edits:
            file = tree / path
            text = file.read_text() if file.is_file() else ""
            if text.count(old) != 1:
                raise DoesNotApply(f"{self.name}: {path} holds the old lines {text.count(old)} times")
            file.write_text(text.replace(old, new))


def mutants():
    """Return all mutants in the order of their names."""
    return [read(path) for path in sorted(PATCHES.glob("*.patch"))]


def read(path):
    """Read one file; raise KeyError if it lacks a line, ValueError if it changes nothing."""
    head, _, diff = path.read_text().partition("\n--- ")
    words = dict(line.split(": ", 1) for line in head.splitlines() if line)
    edits = tuple(_edits(f"--- {diff}"))
    if not edits:
        raise ValueError(f"{path.name} changes nothing")
    return Mutant(path.stem, words["Thought"], words["Expects"], words["Oracle"], edits)


def _edits(diff):
    path = ""
    for block in f"\n{diff.rstrip()}\n".split("\n@@"):
        lines = block.split("\n")[1:]
        if path:
            yield path, *(_side(lines, sign) for sign in "-+")
        path = next((line[6:] for line in lines if line.startswith("+++ b/")), path)


def _side(lines, sign):
    """Return what stands before (-) or after (+) a hunk."""
    kept = []
    for line in lines:
        if line.startswith(("--- ", "+++ ")):
            break
        if not line or line[0] in f" {sign}":
            kept.append(line[1:])
    return "\n".join(kept)
