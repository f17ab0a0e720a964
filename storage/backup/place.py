"""Where backups and key stores lie, what they are called, and which of them go."""

from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from storage.backup.generations import outdated
from storage.erasure.tombstones import Tombstones
from storage.shelves import Shelf, shelf_at

BACKUP: Final = ".backup"
KEYS: Final = ".keys"
SQLITE: Final = "sqlite:///"
_PREFIX: Final = "yorisoi-"
_STAMP: Final = "%Y%m%dT%H%M%SZ"


@dataclass(frozen=True, slots=True)
class Place:
    """What is backed up and where the backups go; and where the key stores go, if they are kept apart.

    Files lie in the folder `files`, or in a `bucket` (s3://…); then `files` holds the tombstones alone.
    """

    database_url: str
    files: Path
    backups: Path
    keys: Path | None = None
    bucket: str = ""
    lacks_files: bool = False
    """The files are left out, because whoever runs the bucket keeps their copies there."""

    @property
    def shelf(self) -> Shelf:
        """Return where the files lie."""
        return shelf_at(self.bucket or f"file://{self.files.absolute()}")

    @property
    def dialect(self) -> str:
        """Return "sqlite" or "postgresql"."""
        return "sqlite" if self.sqlite else "postgresql"

    @property
    def sqlite(self) -> Path | None:
        """Return the database's file, or None on PostgreSQL."""
        url = self.database_url
        return Path(url.removeprefix(SQLITE)) if url.startswith(SQLITE) else None


def stamped(folder: Path, ending: str, now: datetime) -> Path:
    """Return the path of what is made now."""
    return folder / f"{_PREFIX}{now.astimezone(UTC).strftime(_STAMP)}{ending}"


def backups_in(folder: Path, ending: str = BACKUP) -> dict[datetime, Path]:
    """Return the backups (or what else has that ending) in a folder by the time they were made at."""
    found = {}
    for path in folder.glob(f"{_PREFIX}*{ending}"):
        stamp = path.name.removeprefix(_PREFIX).removesuffix(ending)
        try:
            found[datetime.strptime(stamp, _STAMP).replace(tzinfo=UTC)] = path
        except ValueError:
            continue
    return found


async def merge_tombstones(source: Path, target: Path) -> None:
    """Add to the tombstones in one folder those of another that are not there."""
    known = set(await Tombstones(target).all())
    await Tombstones(target).add(one for one in await Tombstones(source).all() if one not in known)


def prune(folder: Path, ending: str, now: datetime) -> int:
    """Let the old ones of a folder go; return how many."""
    found = backups_in(folder, ending)
    gone = outdated(found, now)
    for made in gone:
        found[made].unlink(missing_ok=True)
    return len(gone)
