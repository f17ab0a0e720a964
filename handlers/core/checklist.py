"""How far each paper of the clinic's list has come, as patient and staff both see it."""

from collections.abc import Iterable, Sequence
from enum import StrEnum

from handlers.core.papers import UNSORTED, Paper, Verdict


class PaperState(StrEnum):
    """How far what was asked for has come."""

    WANTED = "wanted"
    RECEIVED = "received"
    UNREADABLE = "unreadable"
    ACCEPTED = "accepted"
    NOT_NEEDED = "not-needed"


def state_of(link_id: str, papers: Iterable[Paper]) -> PaperState:
    """Return how far a paper has come: the best of the files that were sent for it counts."""
    own = [paper for paper in papers if paper.link_id == link_id]
    if any(paper.verdict is Verdict.ACCEPTED for paper in own):
        return PaperState.ACCEPTED
    if any(paper.counts for paper in own):
        return PaperState.RECEIVED
    if any(paper.verdict is Verdict.NOT_NEEDED for paper in own):
        return PaperState.NOT_NEEDED
    return PaperState.UNREADABLE if own else PaperState.WANTED


def asked_again(papers: Sequence[Paper]) -> str:
    """Return what an unasked file most likely is: the one paper that was to be sent again, else unsorted."""
    names = {paper.link_id for paper in papers} - {UNSORTED}
    waiting = [name for name in names if state_of(name, papers) is PaperState.UNREADABLE]
    return waiting[0] if len(waiting) == 1 else UNSORTED
