"""What staff say of a paper that is asked for, file or no file: it is not needed, or wanted again."""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class PaperMark:
    """The newest word about one paper (a linkId): who said it, when and why."""

    link_id: str
    needed: bool
    reason: str
    by: str
    at: datetime


def mark_of(link_id: str, marks: Iterable[PaperMark]) -> PaperMark | None:
    """Return what was said of a paper; None where nothing was."""
    return next((mark for mark in marks if mark.link_id == link_id), None)


def without(link_id: str, marks: Iterable[PaperMark]) -> tuple[PaperMark, ...]:
    """Return the marks of all other papers."""
    return tuple(mark for mark in marks if mark.link_id != link_id)


def encode_marks(marks: Iterable[PaperMark]) -> str:
    """Return marks as text; empty without any."""
    lines = [[one.link_id, one.needed, one.reason, one.by, one.at.isoformat()] for one in marks]
    return json.dumps(lines, ensure_ascii=False) if lines else ""


def decode_marks(text: str) -> tuple[PaperMark, ...]:
    """Return the marks in a text that `encode_marks` made; raise ValueError for any other."""
    if not text:
        return ()
    try:
        lines = [(name, needed, why, by, at) for name, needed, why, by, at in json.loads(text)]
        return tuple(
            PaperMark(name, needed is True, why, by, datetime.fromisoformat(at))
            for name, needed, why, by, at in lines
        )
    except TypeError as error:
        raise ValueError("no marks of papers") from error
