"""What staff make of a patient's papers, and what a doctor decides after reading."""

from handlers import arrivals, intake
from handlers.approval import is_approved
from handlers.core.buttons import command_data
from handlers.core.case import Outcome, Reach, Stage
from handlers.core.changes import Audit, CloseTask, JudgeDocument, RecordDecision
from handlers.core.frozen import replace
from handlers.core.messages import Choice, Phrase, Say
from handlers.core.paper_marks import PaperMark, mark_of, without
from handlers.core.papers import SET_ASIDE, Verdict
from handlers.core.templates import MESSAGE_WAITING, reply_key
from handlers.core.values import DocumentId, Purpose
from handlers.decision import Decision
from handlers.errors import NotFound
from handlers.templates import filled
from handlers.whereabouts import zone_now

UNTOLD = "decision-untold"
"""The task for a person where the product may not tell the patient itself."""
_READ = frozenset({Stage.SUBMITTED, Stage.TREATMENT})


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
    if verdict is Verdict.NOT_NEEDED and mark_of(found.link_id, case.patient.paper_marks):
        decision.patient(paper_marks=without(found.link_id, case.patient.paper_marks))
    judged = replace(found, verdict=verdict, judged_at=now, dated=dated)
    decision.papers(tuple(judged if paper is found else paper for paper in case.papers))
    intake.papers_changed(decision)


def ask_for_better(decision: Decision, document: DocumentId, verdict: Verdict, name: str, by: str) -> None:
    """Set a file aside and tell the patient why a better copy is needed; `name` is the file's own.

    Raises NotFound for a file that is none of this patient's papers, ValueError for a verdict that asks
    for nothing.
    """
    if verdict not in SET_ASIDE:
        raise ValueError("nothing to ask for")
    dated = next((paper.dated for paper in decision.case.papers if paper.id == document), "")
    judge(decision, document, verdict, dated, by)
    arrivals.want_better(decision, document, verdict, name)


def mark_paper(decision: Decision, link_id: str, reason: str, by: str, *, needed: bool) -> None:
    """Keep that the clinic does not need a paper that it asks for, or needs it after all, and why.

    `link_id` is the paper's question. The patient sees it in their list of papers, the clinic in a new
    summary, and a copy that can't be used has not to be asked for again.
    """
    mark = PaperMark(link_id, needed, reason, by, decision.now)
    decision.patient(paper_marks=(*without(link_id, decision.case.patient.paper_marks), mark))
    decision.add(
        Audit(by, f"paper.{'wanted' if needed else 'not-needed'}", decision.case.patient.id, decision.now)
    )
    intake.papers_changed(decision)


def decide(decision: Decision, outcome: Outcome, reason: str, by: str) -> None:
    """Keep what a doctor decided, with the reason for staff; the patient is told in the pack's neutral words.

    Where they may not be written to, or somebody of the clinic speaks with them just now, a person tells
    them. Raises NotFound before an intake was sent.
    """
    case, now = decision.case, decision.now
    if case.patient.stage not in _READ or outcome is Outcome.OPEN:
        raise NotFound("nothing to decide about")
    ident = decision.world.ids.new()
    decision.patient(decision=outcome)
    decision.add(RecordDecision(ident, outcome, reason, by, now))
    decision.add(Audit(by, f"decision.{outcome.value}", case.patient.id, now))
    if _may_be_told(decision):
        decision.add(CloseTask(f"{UNTOLD}:{case.patient.id}", now, by))
        _tell(decision, ident)
    else:
        decision.task(UNTOLD)


def told(decision: Decision) -> bool:
    """Say the newest decision's words again (behind a template's button); False where there is none."""
    say = _words(decision)
    if say is not None:
        decision.say(say)
    return say is not None


def _may_be_told(decision: Decision) -> bool:
    case = decision.case
    if case.patient.talk.person is not None:
        return False  # the bot does not talk over a person
    agreed = Purpose.MESSAGES in case.patient.purposes and case.contact.reach is Reach.ACTIVE
    return agreed and is_approved(case, decision.world) and _words(decision) is not None


def _words(decision: Decision) -> Say | None:
    outcome = decision.case.patient.decision
    key = decision.world.protocol.cards.get(f"decision.{outcome.value}")
    if outcome is Outcome.OPEN or key is None:
        return None
    name = "continue" if outcome is Outcome.CANDIDATE else "person"
    return Say((Phrase(key),), keys=(Choice(command_data(name), Phrase(f"talk.button.{name}")),))


def _tell(decision: Decision, ident: str) -> None:
    """Queue the words, outside quiet hours; where WhatsApp's window is shut, a template leads to them."""
    case, say = decision.case, _words(decision)
    if say is None:
        return
    decision.say(
        say,
        dedupe_key=f"decision:{ident}",
        quiet_zone=zone_now(case, decision.now),
        template=filled(decision, MESSAGE_WAITING, [Choice(command_data("news"), Phrase(reply_key("read")))]),
    )
