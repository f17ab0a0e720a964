"""What staff find in papers reaches the rules, and what a doctor decides reaches the patient."""

from dataclasses import replace

import pytest

from handlers import reviewing, talking
from handlers.core.buttons import command_data
from handlers.core.case import Dialogue, Outcome, Response, ResponseStatus
from handlers.core.changes import AddDocument, JudgeDocument, OpenTask, Queue, RecordDecision, ReplaceFlags
from handlers.core.events import Chose, Fetched, FileKind, SentDocument
from handlers.core.paper_marks import PaperMark
from handlers.core.papers import DocumentState, Paper, Verdict
from handlers.core.values import Absent, Answer, ChannelKind, ResponseId, Slot
from handlers.decision import Decision
from handlers.errors import NotFound
from tests.handlers.desk import Desk
from tests.handlers.paths import consented, submitted
from tests.handlers.test_documents import asked_for_papers

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


def asked_again(desk: Desk, verdict: Verdict = Verdict.UNREADABLE) -> list[str]:
    decision = Decision(desk.case, desk.around.world(desk.case.clinic), cause="again")
    reviewing.ask_for_better(decision, desk.case.papers[0].id, verdict, "mri.pdf", "s1")
    changes = decision.finish()
    desk.apply(desk.case, changes)
    return [change.body.text for change in changes if isinstance(change, Queue)]


def test_the_patient_is_told_why_a_better_copy_is_needed():
    [told] = asked_again(sent(DocumentState.STORED))

    assert "mri.pdf" in told
    assert "could not read it" in told


def test_what_comes_after_a_better_copy_was_asked_for_stands_for_the_same_paper():
    desk = sent(DocumentState.STORED)
    asked_again(desk)
    paper = replace(desk.case.papers[0], verdict=Verdict.UNREADABLE)
    desk.case = replace(desk.case, papers=(paper,))

    desk.take(replace(PDF, ref="file-2"))

    assert desk.of(AddDocument)[-1].purpose == "doc.mri"


def test_nothing_is_asked_for_again_that_was_accepted():
    with pytest.raises(ValueError, match="nothing to ask for"):
        asked_again(sent(DocumentState.STORED), Verdict.ACCEPTED)


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


def marked(desk: Desk, *, needed: bool) -> Desk:
    decision = Decision(desk.case, desk.around.world(desk.case.clinic), cause="marked")
    reviewing.mark_paper(decision, "doc.mri", "the hospital has sent it", "s1", needed=needed)
    desk.apply(desk.case, decision.finish())
    return desk


def test_a_paper_that_is_not_needed_has_not_to_be_asked_for_again_until_it_is_wanted():
    desk = judged(sent(DocumentState.STORED), Verdict.UNREADABLE)
    unreadable = replace(desk.case.papers[0], verdict=Verdict.UNREADABLE, judged_at=desk.clock.time)
    desk.case = replace(desk.case, papers=(unreadable,))

    assert "DO-05" not in flagged(marked(desk, needed=False))
    assert "DO-05" in flagged(marked(desk, needed=True))
    assert [(one.link_id, one.by) for one in desk.case.patient.paper_marks] == [("doc.mri", "s1")]


def test_the_patient_sees_that_a_paper_is_not_needed():
    desk = asked_for_papers()
    mark = PaperMark("doc.letter", needed=False, reason="only staff read this", by="s1", at=desk.clock.time)
    desk.case = replace(desk.case, patient=replace(desk.case.patient, paper_marks=(mark,)))

    [said] = desk.say("send a file")

    assert "Not needed" in said.text
    assert "only staff" not in said.text


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


def decided(desk: Desk, outcome: Outcome) -> list[str]:
    decision = Decision(desk.case, desk.around.world(desk.case.clinic), cause="decided")
    reviewing.decide(decision, outcome, "Reads well.", "s1")
    return [body.text for body in desk.apply(desk.case, decision.finish())]


@pytest.mark.parametrize(
    ("outcome", "words"),
    [
        (Outcome.CANDIDATE, "would like to talk with you. This is not a yes or a no"),
        (Outcome.MORE, "needs to know more first. This is not a yes or a no"),
        (Outcome.NOT_NOW, "For now the clinic does not plan a talk with you"),
    ],
)
def test_a_doctors_decision_is_kept_with_its_reason_and_told_in_neutral_words(outcome, words):
    desk = submitted()

    [said] = decided(desk, outcome)

    assert words in said
    assert "Reads well" not in said
    assert [(one.outcome, one.reason) for one in desk.of(RecordDecision)] == [(outcome, "Reads well.")]


def test_where_the_patient_may_not_be_written_to_a_person_tells_them():
    desk = submitted()
    desk.say("stop")

    assert decided(desk, Outcome.MORE) == []
    assert desk.of(OpenTask)[-1].kind == "decision-untold"


def test_a_templates_button_shows_the_words_themselves():
    desk = submitted()
    decided(desk, Outcome.MORE)

    assert "needs to know more first" in desk.take(Chose(command_data("news")))[-1].text


def test_before_the_intake_is_sent_there_is_nothing_to_decide_about():
    with pytest.raises(NotFound):
        decided(consented(), Outcome.MORE)


PAPERS = "https://yorisoi.example/fhir/Questionnaire/intake-d"


def with_papers_done(channel: ChannelKind) -> Desk:
    """Return a desk whose patient has left every question for papers."""
    desk = submitted()
    form = desk.around.protocol.questionnaires[PAPERS]
    every = [item for item in form.walk() if item.is_question and not item.is_silent]
    skipped = {
        Slot(i.link_id): Answer(Slot(i.link_id), (), desk.clock.time, absent=Absent.SKIPPED) for i in every
    }
    del skipped[Slot("doc.passport")]
    done = Response(
        ResponseId("d"), PAPERS, form.version, ResponseStatus.COMPLETED, desk.clock.time, answers=skipped
    )
    point = replace(desk.case.contact.point, channel=channel)
    contact = replace(desk.case.contact, point=point, dialogue=Dialogue())
    desk.case, desk.channel = (
        replace(desk.case, contact=contact, responses=(*desk.case.responses, done)),
        channel,
    )
    return desk


@pytest.mark.parametrize(
    ("channel", "words"),
    [
        (ChannelKind.WEB, "copy of your passport here"),
        (ChannelKind.TELEGRAM, "/chat/i/"),
        (ChannelKind.WHATSAPP, "/chat/i/"),
    ],
)
def test_a_consultation_opens_the_request_for_the_passport_on_our_page_alone(channel, words):
    desk = with_papers_done(channel)
    decided(desk, Outcome.CANDIDATE)

    said = desk.tap("Continue")

    assert any(words in body.text for body in said)


def test_without_it_nobody_asks_for_a_passport():
    desk = with_papers_done(ChannelKind.WEB)
    decided(desk, Outcome.MORE)

    assert not any("passport" in body.text for body in desk.say("continue"))


def test_while_a_person_speaks_with_the_patient_the_bot_leaves_the_decision_to_them():
    desk = submitted()
    decision = Decision(desk.case, desk.around.world(desk.case.clinic), cause="taken")
    talking.take_over(decision, "s1", "Yuki")
    desk.apply(desk.case, decision.finish())

    said = decided(desk, Outcome.CANDIDATE)

    assert said == []
    assert desk.of(OpenTask)[-1].kind == "decision-untold"
