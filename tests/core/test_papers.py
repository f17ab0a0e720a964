"""Which of the files that a patient sent cannot be used, and which have become too old."""

from datetime import UTC, date, datetime

import pytest

from handlers.core.paper_rules import Papers, look_through, without_useless
from handlers.core.papers import DocumentState, Paper, Verdict
from handlers.core.protocol import Offset
from handlers.core.values import Answer, DocumentId, FileRef, Slot

TODAY = date(2026, 11, 24)
LIMITS = {"doc.mri": Offset(months=12)}
STORED, REFUSED = DocumentState.STORED, DocumentState.REFUSED


def day(text):
    return datetime.combine(date.fromisoformat(text), datetime.min.time(), UTC)


def paper(came, state=STORED, verdict=Verdict.OPEN, *, dated="", judged=""):
    judged_at = day(judged) if judged else None
    ident = DocumentId(f"d-{came}")
    return Paper(ident, "doc.mri", state, day(came), verdict, judged_at=judged_at, dated=dated)


@pytest.mark.parametrize(
    ("papers", "is_unusable"),
    [
        ([], False),
        ([paper("2026-11-01")], False),
        ([paper("2026-11-01", DocumentState.PENDING)], False),
        ([paper("2026-11-01", REFUSED)], True),
        ([paper("2026-11-01", REFUSED), paper("2026-11-02")], False),
        ([paper("2026-11-01", REFUSED, Verdict.NOT_NEEDED)], False),
        ([paper("2026-11-01", verdict=Verdict.UNREADABLE, judged="2026-11-05")], True),
        ([paper("2026-11-01", verdict=Verdict.LOCKED, judged="2026-11-05"), paper("2026-11-02")], True),
        (
            [paper("2026-11-01", verdict=Verdict.OTHER_PERSON, judged="2026-11-05"), paper("2026-11-06")],
            False,
        ),
        ([paper("2026-11-01", verdict=Verdict.ACCEPTED, judged="2026-11-05")], False),
    ],
)
def test_a_file_that_cannot_be_used_is_told_of_until_a_usable_one_has_come_after_it(papers, is_unusable):
    assert ("doc.mri" in look_through(papers, LIMITS, TODAY).unusable) is is_unusable


@pytest.mark.parametrize(
    ("papers", "is_too_old"),
    [
        ([], False),
        ([paper("2025-11-24")], False),
        ([paper("2025-11-23")], True),
        ([paper("2026-11-01", dated="2025-10")], True),
        ([paper("2026-11-01", dated="2025-11")], False),
        ([paper("2026-11-01", dated="2025-11-23")], True),
        ([paper("2025-01-01"), paper("2026-11-01")], False),
        ([paper("2025-01-01"), paper("2026-11-01", verdict=Verdict.UNREADABLE)], True),
    ],
)
def test_the_newest_paper_counts_by_the_date_on_it_else_by_the_day_it_came(papers, is_too_old):
    assert ("doc.mri" in look_through(papers, LIMITS, TODAY).too_old) is is_too_old


def test_an_answer_of_files_that_cannot_be_used_has_no_value():
    bad, good = (FileRef(DocumentId(name), "image/png", name) for name in ("d-2026-11-01", "d-2026-11-02"))
    found = look_through([paper("2026-11-01", verdict=Verdict.UNREADABLE)], LIMITS, TODAY)
    answer = Answer(Slot("doc.mri"), (bad, good), day("2026-11-02"))

    assert found == Papers(frozenset({"doc.mri"}), frozenset(), frozenset({"d-2026-11-01"}))
    assert without_useless({"doc.mri": answer}, found.useless)["doc.mri"].values == (good,)
