"""What staff make of a patient's papers."""

from handlers import intake
from handlers.core.changes import Audit, JudgeDocument
from handlers.core.frozen import replace
from handlers.core.papers import Verdict
from handlers.core.values import DocumentId
from handlers.decision import Decision
from handlers.errors import NotFound


def judge(decision: Decision, document: DocumentId, verdict: Verdict, dated: str, by: str) -> None:
    """Keep what a member of staff found in a file, and apply the clinic's rules anew.

    `dated` is the date on the paper, "YYYY-MM" or "YYYY-MM-DD", or "". Raises NotFound for a file that
    is none of this patient's papers.
    """
    case, now = decision.case, decision.now
    found = next((paper for paper in case.papers if paper.id == document), None)
    if found is None:
        raise NotFound("no such paper of this patient")
    decision.add(JudgeDocument(document, verdict, dated, by, now), Audit(by, "document.judge", document, now))
    judged = replace(found, verdict=verdict, judged_at=now, dated=dated)
    decision.papers(tuple(judged if paper is found else paper for paper in case.papers))
    intake.papers_changed(decision)
