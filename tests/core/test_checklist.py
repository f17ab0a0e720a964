"""How far each paper has come."""

from dataclasses import replace

import pytest

from handlers.core.checklist import PaperState, asked_again, state_of
from handlers.core.paper_marks import PaperMark, decode_marks, encode_marks
from handlers.core.papers import UNSORTED, DocumentState, Paper, Verdict
from handlers.core.values import DocumentId
from tests.core.test_papers import day

PAPER = Paper(DocumentId("d"), "doc.mri", DocumentState.STORED, day("2026-11-20"))
BAD = replace(PAPER, verdict=Verdict.UNREADABLE)
GOOD = replace(PAPER, verdict=Verdict.ACCEPTED)


@pytest.mark.parametrize(
    ("papers", "state"),
    [
        ([], PaperState.WANTED),
        ([PAPER], PaperState.RECEIVED),
        ([BAD], PaperState.UNREADABLE),
        ([BAD, PAPER], PaperState.RECEIVED),
        ([GOOD, BAD], PaperState.ACCEPTED),
        ([replace(PAPER, verdict=Verdict.NOT_NEEDED)], PaperState.NOT_NEEDED),
        ([replace(PAPER, state=DocumentState.REFUSED)], PaperState.UNREADABLE),
        ([replace(GOOD, link_id="doc.dx")], PaperState.WANTED),
    ],
)
def test_the_best_of_what_was_sent_counts(papers, state):
    assert state_of("doc.mri", papers) is state


OFF = PaperMark("doc.mri", needed=False, reason="is there", by="s1", at=day("2026-11-21"))
ON = replace(OFF, needed=True)
NEEDLESS = replace(PAPER, verdict=Verdict.NOT_NEEDED)


@pytest.mark.parametrize(
    ("papers", "mark", "state"),
    [
        ([], OFF, PaperState.NOT_NEEDED),
        ([BAD], OFF, PaperState.NOT_NEEDED),
        ([PAPER], OFF, PaperState.RECEIVED),
        ([GOOD], OFF, PaperState.ACCEPTED),
        ([], ON, PaperState.WANTED),
        ([NEEDLESS], ON, PaperState.WANTED),
        ([NEEDLESS, BAD], ON, PaperState.UNREADABLE),
        ([], replace(OFF, link_id="doc.dx"), PaperState.WANTED),
    ],
)
def test_what_did_not_come_may_be_called_not_needed_and_wanted_again(papers, mark, state):
    assert state_of("doc.mri", papers, [mark]) is state
    assert asked_again(papers, [mark]) == ("doc.mri" if state is PaperState.UNREADABLE else UNSORTED)


def test_marks_are_kept_as_text():
    assert decode_marks(encode_marks([OFF, ON])) == (OFF, ON)
    assert decode_marks(encode_marks([])) == ()
    with pytest.raises(ValueError, match="marks"):
        decode_marks("5")


def test_an_unasked_file_stands_for_the_one_paper_that_was_to_be_sent_again():
    assert asked_again([BAD]) == "doc.mri"
    assert asked_again([PAPER]) == UNSORTED
    assert asked_again([BAD, replace(BAD, link_id="doc.dx")]) == UNSORTED
