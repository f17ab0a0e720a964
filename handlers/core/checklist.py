"""How far each paper of the clinic's list has come, as patient and staff both see it."""

from collections.abc import Iterable, Sequence
from enum import StrEnum

from handlers.core.paper_marks import PaperMark, mark_of
from handlers.core.papers import UNSORTED, Paper, Verdict


class PaperState(StrEnum):
    """How far what was asked for has come."""

    WANTED = "wanted"
    RECEIVED = "received"
    UNREADABLE = "unreadable"
    ACCEPTED = "accepted"
    NOT_NEEDED = "not-needed"


def state_of(link_id: str, papers: Iterable[Paper], marks: Sequence[PaperMark] = ()) -> PaperState:
    """Return how far a paper has come: the best of the files that were sent for it counts.

    What is wanted still may have been marked as not needed; what is wanted again was not needed before.
    """
    return state_by([paper for paper in papers if paper.link_id == link_id], mark_of(link_id, marks))


def state_by(files: Sequence[Paper], mark: PaperMark | None = None) -> PaperState:
    """Return how far a paper has come by its own files and what staff said of it."""
    if any(paper.verdict is Verdict.ACCEPTED for paper in files):
        return PaperState.ACCEPTED
    if any(paper.counts for paper in files):
        return PaperState.RECEIVED
    if mark is not None and not mark.needed:
        return PaperState.NOT_NEEDED
    needless = [paper for paper in files if paper.verdict is Verdict.NOT_NEEDED]
    if needless and mark is None:
        return PaperState.NOT_NEEDED
    return PaperState.UNREADABLE if len(needless) < len(files) else PaperState.WANTED


def asked_again(papers: Sequence[Paper], marks: Sequence[PaperMark] = ()) -> str:
    """Return what an unasked file most likely is: the one paper that was to be sent again, else unsorted."""
    names = {paper.link_id for paper in papers} - {UNSORTED}
    waiting = [name for name in names if state_of(name, papers, marks) is PaperState.UNREADABLE]
    return waiting[0] if len(waiting) == 1 else UNSORTED
