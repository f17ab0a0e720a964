"""What looking into a file's content found, before anybody in the clinic sees it."""

import json
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType
from typing import Any, Final

from handlers.core.papers import Verdict


class Finding(StrEnum):
    """What a file is to us; one word each, told to staff and (in other words) to the patient."""

    FINE = "fine"
    ACTIVE = "active"
    """It is readable and also holds what would act on a computer: scripts, launches, programs, files."""
    LOCKED = "locked"
    """Only a password opens it."""
    DAMAGED = "damaged"
    EMPTY = "empty"
    NOT_TAKEN = "not-taken"
    """A kind of file that is not on the list."""
    OFFICE = "office"
    ARCHIVE = "archive"
    """An archive of another kind than ZIP, or one inside another."""
    PROGRAM = "program"
    BOMB = "bomb"
    """Small, but made to unpack to more than any computer holds."""
    PATHS = "paths"
    """An archive that points out of its folder: links, absolute names, names with .. in them."""
    POLYGLOT = "polyglot"
    """Two kinds of file in one: what it is depends on who opens it."""
    TOO_HEAVY = "too-heavy"
    """Looking into it took more memory or time than there is for one file."""
    INFECTED = "infected"
    """The virus scanner knows it."""
    UNSCANNED = "unscanned"
    """It is readable, and too large for the virus scanner: kept, and never called clean."""
    UNCHECKED = "unchecked"
    """What was to look into it died or could not be started: nothing is known, and it is not clean."""


NOT_SCANNED: Final = "not-scanned"
"""Why a file was not looked into whose virus scanner could not be asked: it waits until it can be."""

_MIME: Final = 100
"""Characters of a media type: that of a Word letter has 71."""

_LOOKED_BEFORE: Final = 300
"""Of how many files of an archive the header was read before an inspection said of how many."""

_WORD: Final = 32
_WORDS: Final = 12
_MOST: Final = 10_000_000

KEPT: Final = frozenset({Finding.FINE, Finding.ACTIVE, Finding.UNSCANNED, Finding.LOCKED, Finding.DAMAGED})
"""What is stored; of anything else no byte is kept."""

SET_ASIDE: Final = MappingProxyType({Finding.LOCKED: Verdict.LOCKED, Finding.DAMAGED: Verdict.UNREADABLE})
"""What is stored and can't be used: the verdict that it gets without anybody having looked."""


class Hint(StrEnum):
    """What may make a photo hard to read; a hint, never a reason to refuse."""

    DARK = "dark"
    SMALL = "small"
    BLURRED = "blurred"
    PLACE = "place"
    """The picture says where it was taken."""


@dataclass(frozen=True, slots=True)
class Scan:
    """What the headers of DICOM files say. `named` says whether they bear the patient's name.

    `looked` of the `files` have a header that could be read in the time that there is. `named` is None
    where there was nothing to compare. Dates are as they stand there: YYYYMMDD.
    """

    files: int = 0
    series: int = 0
    modalities: tuple[str, ...] = ()
    body_parts: tuple[str, ...] = ()
    study_dates: tuple[str, ...] = ()
    named: bool | None = None
    looked: int = 0

    @property
    def is_the_patients(self) -> bool | None:
        """Say whether the files bear the patient's name; None unless every one of them was looked at."""
        return None if self.named and self.looked < self.files else self.named


@dataclass(frozen=True, slots=True)
class Inspection:
    """What was found in one file. `detail` is our own word for the reason, never the file's words.

    `mime` is the type by content ("" unknown), `pages` those of a PDF or TIFF, `members` the files of
    an archive.
    """

    finding: Finding
    detail: str = ""
    mime: str = ""
    pages: int = 0
    members: int = 0
    hints: tuple[Hint, ...] = ()
    scan: Scan | None = None

    @property
    def is_kept(self) -> bool:
        """Say whether the file is stored."""
        return self.finding in KEPT


def told_of(inspection: Inspection) -> str:
    """Return what the patient is to hear of a file that was kept: why it can't be used, or hints, or ""."""
    if inspection.finding in SET_ASIDE:
        return inspection.finding.value
    return ",".join(hint.value for hint in inspection.hints if hint is not Hint.PLACE)


def written(inspection: Inspection) -> dict[str, Any]:
    """Return an inspection as JSON values."""
    scan = inspection.scan
    told: dict[str, Any] = {
        "finding": inspection.finding.value,
        "detail": inspection.detail,
        "mime": inspection.mime,
        "pages": inspection.pages,
        "members": inspection.members,
        "hints": [hint.value for hint in inspection.hints],
    }
    if scan is not None:
        told["scan"] = {
            "files": scan.files,
            "series": scan.series,
            "modalities": list(scan.modalities),
            "body_parts": list(scan.body_parts),
            "study_dates": list(scan.study_dates),
            "named": scan.named,
            "looked": scan.looked,
        }
    return told


def read_inspection(raw: bytes | str) -> Inspection:
    """Return the inspection in an answer; raise ValueError for anything else."""
    try:
        told = json.loads(raw)
        return Inspection(
            finding=Finding(told["finding"]),
            detail=_word(told["detail"]),
            mime=_word(told["mime"], most=_MIME),
            pages=_count(told["pages"]),
            members=_count(told["members"]),
            hints=tuple(Hint(hint) for hint in told["hints"]),
            scan=_scan(told["scan"]) if "scan" in told else None,
        )
    except (KeyError, TypeError, RecursionError) as error:
        raise ValueError("not an inspection") from error


def _scan(told: Any) -> Scan:
    named, files = told["named"], _count(told["files"])
    return Scan(
        files=files,
        series=_count(told["series"]),
        modalities=_words(told["modalities"]),
        body_parts=_words(told["body_parts"]),
        study_dates=_words(told["study_dates"]),
        named=named if isinstance(named, bool) else None,
        looked=_count(told.get("looked", min(files, _LOOKED_BEFORE))),
    )


def _count(value: Any) -> int:
    if not isinstance(value, int) or not 0 <= value <= _MOST:
        raise ValueError("not a count")
    return value


def _word(value: Any, *, most: int = 2 * _WORD) -> str:
    if not isinstance(value, str) or len(value) > most or not value.isprintable():
        raise ValueError("not a word")
    return value


def _words(values: Any) -> tuple[str, ...]:
    if not isinstance(values, list) or len(values) > _WORDS:
        raise ValueError("not words")
    return tuple(_word(value) for value in values)
