"""Which of a patient's papers cannot be used, and which have become too old (rules DO-04 and DO-05)."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from whenever import Date

from handlers.core.frozen import replace
from handlers.core.paper_marks import PaperMark
from handlers.core.papers import Paper
from handlers.core.protocol import Offset
from handlers.core.values import Answer, DocumentId, FileRef

_LAST_MONTH: Final = 12


@dataclass(frozen=True, slots=True)
class Papers:
    """What looking through the files found: linkIds of those that can't be used, and of those too old.

    What nobody has complained of counts as usable: the two rules are never undecided. `useless`
    are files that answer nothing, though an answer names them.
    """

    unusable: frozenset[str] = frozenset()
    too_old: frozenset[str] = frozenset()
    useless: frozenset[DocumentId] = frozenset()


def look_through(
    papers: Sequence[Paper],
    limits: Mapping[str, Offset],
    today: date,
    marks: Iterable[PaperMark] = (),
) -> Papers:
    """Return what the files lead to; `limits` say how old the newest one may be, by linkId.

    A file that can't be used is forgotten as soon as a usable one has come after it, or staff say that it
    is not needed (`marks`). One without a known date is at least as old as its coming.
    """
    needless = {mark.link_id for mark in marks if not mark.needed}
    counting = [paper for paper in papers if paper.counts]
    bad = [paper for paper in papers if paper.is_unusable and not _is_replaced(paper, counting)]
    wanted = (paper.link_id for paper in bad if paper.link_id not in needless)
    return Papers(
        unusable=frozenset(wanted),
        too_old=frozenset(
            name for name, limit in limits.items() if _is_too_old(name, limit, counting, today)
        ),
        useless=frozenset(paper.id for paper in papers if not paper.counts),
    )


def without_useless(answers: Mapping[str, Answer], useless: Collection[DocumentId]) -> dict[str, Answer]:
    """Return answers by linkId without files that can't be used: what had only such has no value."""
    return {link_id: _kept(answer, useless) for link_id, answer in answers.items()}


def _kept(answer: Answer, useless: Collection[DocumentId]) -> Answer:
    values = tuple(v for v in answer.values if not (isinstance(v, FileRef) and v.document_id in useless))
    return answer if len(values) == len(answer.values) else replace(answer, values=values)


def _is_replaced(bad: Paper, counting: Iterable[Paper]) -> bool:
    since = bad.judged_at or bad.at
    return any(paper.link_id == bad.link_id and paper.at > since for paper in counting)


def _is_too_old(link_id: str, limit: Offset, counting: Iterable[Paper], today: date) -> bool:
    """Say whether there are papers of this question and even the newest is older than the limit."""
    newest = max((_latest_day(paper) for paper in counting if paper.link_id == link_id), default=None)
    if newest is None:
        return False
    return newest.add(months=limit.months, days=limit.days) < Date(today.year, today.month, today.day)


def _latest_day(paper: Paper) -> Date:
    """Return the last day that a paper can be of: of a month, its end; without a date, the day it came."""
    came = Date(paper.at.year, paper.at.month, paper.at.day)
    if not paper.dated:
        return came
    year, month, day, *_ = (*(int(part) for part in paper.dated.split("-")), 0, 0)
    first = Date(year, month or _LAST_MONTH, day or 1)
    return first if day else first.add(months=1).add(days=-1)
