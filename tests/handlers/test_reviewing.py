"""Rules about papers fire in the product: when a file is refused, comes, or is set aside by staff."""

from dataclasses import replace

import pytest

from handlers import reviewing
from handlers.core.changes import AddDocument, JudgeDocument, ReplaceFlags
from handlers.core.events import Fetched, FileKind, SentDocument
from handlers.core.papers import DocumentState, Paper, Verdict
from handlers.decision import Decision
from handlers.errors import NotFound
from tests.handlers.desk import Desk
from tests.handlers.paths import submitted

PDF = SentDocument("file-1", FileKind.DOCUMENT, name="letter.pdf", mime="application/pdf", size=1000)


def sent(state: DocumentState, link_id: str = "doc.mri") -> Desk:
    """Return a desk whose patient sent the intake and then a file, which came this far."""
    desk = submitted()
    desk.take(PDF)
    [document] = desk.of(AddDocument)
    desk.case = replace(desk.case, papers=(Paper(document.id, link_id, state, desk.clock.time),))
    return desk


def judged(desk: Desk, verdict: Verdict, dated: str = "") -> Desk:
    decision = Decision(desk.case, desk.around.world(desk.case.clinic), cause="judged")
    reviewing.judge(decision, desk.case.papers[0].id, verdict, dated, "s1")
    desk.apply(desk.case, decision.finish())
    return desk


def flagged(desk: Desk) -> set[str]:
    return {flag.rule for flag in desk.of(ReplaceFlags)[-1].flags}


def fetched(desk: Desk, *, stored: bool) -> Desk:
    desk.take(Fetched(desk.case.papers[0].id, stored=stored, reason="" if stored else "gone"))
    return desk


def test_a_file_that_could_not_be_had_raises_the_rule_that_it_must_be_asked_for_again():
    assert "DO-05" in flagged(fetched(sent(DocumentState.REFUSED), stored=False))
    assert "DO-05" not in flagged(fetched(sent(DocumentState.STORED), stored=True))


@pytest.mark.parametrize(
    ("verdict", "dated", "rules"),
    [
        (Verdict.UNREADABLE, "", {"DO-05"}),
        (Verdict.ACCEPTED, "2024-01", {"DO-04"}),
        (Verdict.ACCEPTED, "2026-01", set()),
        (Verdict.NOT_NEEDED, "2024-01", set()),
    ],
)
def test_what_staff_find_in_a_file_decides_both_rules_at_once(verdict, dated, rules):
    desk = judged(sent(DocumentState.STORED), verdict, dated)

    assert flagged(desk) & {"DO-04", "DO-05"} == rules
    assert [(one.verdict, one.dated, one.by) for one in desk.of(JudgeDocument)] == [(verdict, dated, "s1")]


def test_before_the_intake_is_sent_staff_see_no_flags_of_it():
    desk = sent(DocumentState.REFUSED)
    desk.case = replace(desk.case, patient=replace(desk.case.patient, stage="intake"))
    before = len(desk.of(ReplaceFlags))

    assert len(fetched(desk, stored=False).of(ReplaceFlags)) == before


def test_a_file_of_somebody_else_cannot_be_judged():
    desk = replace(submitted(), log=[])

    with pytest.raises(NotFound):
        reviewing.judge(
            Decision(desk.case, desk.around.world(desk.case.clinic), cause="x"), "d", Verdict.OPEN, "", "s1"
        )
