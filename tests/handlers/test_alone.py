"""Questions about mood and self-harm are for the patient alone (clinical.md section 17, rule 15)."""

from dataclasses import replace

import pytest

from handlers.core.messages import Phrase, Say
from handlers.core.values import AnsweredBy
from handlers.decision import Decision
from handlers.together import alone
from tests.handlers.desk import CLINIC, Desk
from tests.handlers.paths import submitted

ITEMS = ("f.phq1", "f.phq2", "f.selfharm", "sym.phq1", "sym.phq2", "sym.selfharm")
ALONE = "Please let \u2068Test Person\u2069 answer this."


def helping() -> Desk:
    """Return a desk at whose month 1 check-in a helper sits."""
    desk = submitted()
    desk.treat("2026-03-31T14:00")
    contact = replace(desk.case.contact, by=AnsweredBy.HELPER, name="Hanna")
    desk.case = replace(desk.case, contact=contact)
    return desk


@pytest.mark.parametrize("link_id", ITEMS)
def test_a_helper_is_asked_to_let_the_patient_answer(link_id):
    desk = helping()
    decision = Decision(desk.case, desk.around.world(CLINIC), cause="t")

    say = alone(decision, Say((Phrase("talk.menu"),), about=link_id))

    assert say.texts[0] == Phrase("talk.patient_alone")


def test_the_patient_is_asked_as_ever():
    desk = submitted()
    decision = Decision(desk.case, desk.around.world(CLINIC), cause="t")
    say = Say((Phrase("talk.menu"),), about="f.selfharm")

    assert alone(decision, say) == say


def test_in_a_check_in_it_stands_above_the_question():
    desk = helping()
    desk.tick("M1")
    desk.tap("Start")

    heard = [body for body in desk.heard if ALONE in body.text] or through(desk)

    assert heard
    assert heard[0].text.startswith(ALONE)
    assert heard[0].choices


def through(desk: Desk):
    """Skip or take the first answer until the patient is asked for alone."""
    for _ in range(60):
        last = desk.heard[-1]
        labels = [button.label for button in (*last.choices, *last.keys)]
        said = desk.tap("Skip") if "Skip" in labels else desk.tap(labels[0])
        if found := [body for body in said if ALONE in body.text]:
            return found
    return []
