"""What the towns of earlier runs told, kept in a folder: kills of the same code are counted together."""

import hashlib
import json
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[2]
CODE = ("bot", "handlers", "scheduler", "storage", "locales", "tests/crash")
BROKEN = "null\n"


@dataclass(frozen=True)
class TownPlan:
    """A town that is to live: on which kind of database, by which seed, for how many kills."""

    kind: str
    seed: int
    kills: int


class Kept:
    """A folder of figures by code, kind and seed; what other code told lies there and is not looked at."""

    def __init__(self, folder):
        """Take the folder; it is made if it is not there."""
        folder.mkdir(parents=True, exist_ok=True)
        self._folder = folder
        self._code = _code()

    def begin(self, town):
        """Return where a town writes its figures. Until it does, it stands there as one that broke down."""
        path = self._path(town.kind, town.seed)
        path.write_text(BROKEN, encoding="utf-8")
        return path

    def forget(self, town):
        """Let a town that was ended from outside be as if it had never begun."""
        self._path(town.kind, town.seed).unlink(missing_ok=True)

    def read(self, town):
        """Return what a town told; None: it broke down."""
        return json.loads(self._path(town.kind, town.seed).read_text(encoding="utf-8"))

    def told(self, kind):
        """Return what all towns of this code on this kind of database told, None for each that broke down."""
        return [json.loads(path.read_text(encoding="utf-8")) for path in self._paths(kind)]

    def total(self, kind):
        """Return how many kills there were."""
        return sum(part["total"] for part in self.told(kind) if part)

    def next_seed(self, kind):
        """Return the first seed above all that had their town."""
        return max((int(path.stem.rpartition("-")[2]) for path in self._paths(kind)), default=0) + 1

    def _paths(self, kind):
        return sorted(self._folder.glob(f"{self._code}-{kind}-*.json"))

    def _path(self, kind, seed):
        return self._folder / f"{self._code}-{kind}-{seed}.json"


def _code():
    """Return a name for the code as it stands in the files, committed or not."""
    sums = hashlib.sha256()
    for top in CODE:
        for path in sorted((ROOT / top).rglob("*")):
            if path.is_file() and "__pycache__" not in path.parts:
                sums.update(str(path.relative_to(ROOT)).encode() + b"\0" + path.read_bytes())
    return sums.hexdigest()[:12]
