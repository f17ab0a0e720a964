"""What going through all texts of packs has found, which takes half a second: kept for a while."""

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final, Generic, TypeVar

from bot.surroundings import Reading

T = TypeVar("T")
_MOST: Final = 3


@dataclass(frozen=True, slots=True)
class Remembered(Generic[T]):
    """The last few results, each with the very readings and the state of the files that it was made from."""

    _known: list[tuple[tuple[Reading, ...], str, T]] = field(default_factory=list)

    def of(self, readings: tuple[Reading, ...], mark: str, make: Callable[[], T]) -> T:
        """Return what `make` finds out about these readings, of which none changes, or found before."""
        for known, its_mark, found in tuple(self._known):
            # The same objects, not equal ones: comparing two packs takes as long as going through them.
            if its_mark == mark and tuple(map(id, known)) == tuple(map(id, readings)):
                return found
        made = make()
        self._known.append((readings, mark, made))
        del self._known[:-_MOST]
        return made


def state_of(folder: Path) -> str:
    """Return a text that is another one as soon as a file of a folder is."""
    stats = ((path, path.stat()) for path in sorted(folder.rglob("*")))
    return "\n".join(f"{path} {stat.st_mtime_ns} {stat.st_size}" for path, stat in stats)
