"""What the doctor sees of the time zones: whose data are read here, and whether they are of today."""

from datetime import datetime
from pathlib import Path
from typing import Final
from zoneinfo import TZPATH

import tzdata  # type: ignore[import-untyped]
from whenever import Instant, TimeZoneNotFoundError

from bot.doctor.findings import Finding, note, ok, red

_KNOWN: Final = "Asia/Tokyo"
_HEAD: Final = "# version "
"""How `tzdata.zi` begins, which every system's package lays beside its zones."""
_YEARS: Final = 2
"""States change their clocks several times a year: with data so old, some check-in is hours off."""


def look_at_zones(
    now: datetime, folders: tuple[str, ...] = TZPATH, ours: str = tzdata.IANA_VERSION
) -> Finding:
    """Return which version (IANA's name, "2026a") is read: the first of `folders` wins, else our package."""
    try:
        Instant(now).to_tz(_KNOWN)
    except TimeZoneNotFoundError:
        return red("zones_missing")
    read, version = _read_from(folders), zones_version(folders, ours)
    if not version[:4].isdecimal():
        return note("zones_unknown", path=str(read))
    if now.year - int(version[:4]) >= _YEARS:
        return red("zones_old", version=version)
    is_behind = version < ours
    return note("zones_behind", version=version, ours=ours) if is_behind else ok("zones", version=version)


def zones_version(folders: tuple[str, ...] = TZPATH, ours: str = tzdata.IANA_VERSION) -> str:
    """Return the version that is read here; "" where a system does not say it."""
    read = _read_from(folders)
    return ours if read is None else _version(read)


def _read_from(folders: tuple[str, ...]) -> Path | None:
    return next((Path(one) for one in folders if (Path(one) / _KNOWN).exists()), None)


def _version(folder: Path) -> str:
    try:
        with (folder / "tzdata.zi").open(encoding="ascii") as file:
            return file.readline().removeprefix(_HEAD).strip()
    except (OSError, UnicodeError):
        return ""
