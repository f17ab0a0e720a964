"""What goes between us and a child: JSON of a known length. The child's answer is not believed.

Whatever took a child over could answer anything, so an answer is read into the known values or not at all.
"""

import json
from typing import Any, Final

from handlers.core.inspection import Finding, Hint, Inspection, Scan

LONGEST: Final = 64 * 1024
_WORD: Final = 32
_WORDS: Final = 12
_MOST: Final = 10_000_000


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
        }
    return told


def read(raw: bytes | str) -> Inspection:
    """Return the inspection in an answer; raise ValueError for anything else."""
    try:
        told = json.loads(raw)
        return Inspection(
            finding=Finding(told["finding"]),
            detail=_word(told["detail"]),
            mime=_word(told["mime"]),
            pages=_count(told["pages"]),
            members=_count(told["members"]),
            hints=tuple(Hint(hint) for hint in told["hints"]),
            scan=_scan(told["scan"]) if "scan" in told else None,
        )
    except (KeyError, TypeError, RecursionError) as error:
        raise ValueError("not an inspection") from error


def _scan(told: Any) -> Scan:
    named = told["named"]
    return Scan(
        files=_count(told["files"]),
        series=_count(told["series"]),
        modalities=_words(told["modalities"]),
        body_parts=_words(told["body_parts"]),
        study_dates=_words(told["study_dates"]),
        named=named if isinstance(named, bool) else None,
    )


def _count(value: Any) -> int:
    if not isinstance(value, int) or not 0 <= value <= _MOST:
        raise ValueError("not a count")
    return value


def _word(value: Any) -> str:
    if not isinstance(value, str) or len(value) > 2 * _WORD or not value.isprintable():
        raise ValueError("not a word")
    return value


def _words(values: Any) -> tuple[str, ...]:
    if not isinstance(values, list) or len(values) > _WORDS:
        raise ValueError("not words")
    return tuple(_word(value) for value in values)
