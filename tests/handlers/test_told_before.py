"""Check-ins that look back at the intake: the goal told then, and memory that was a problem then."""

from dataclasses import replace

import pytest

from handlers.core.case import Response, ResponseStatus
from handlers.core.limits import LIMITS
from handlers.core.messages import Phrase
from handlers.core.values import Absent, Answer, AnsweredBy, ChannelKind, Coding, ResponseId, Slot
from handlers.wording import Wording
from tests.handlers.desk import CLINIC, Desk
from tests.handlers.test_programme import NONE, infused

GOAL = "I want to walk to the shop on my own."
AGAIN = "How close are you?"
MEMORY = "How is your memory and thinking?"


def told(desk: Desk, part: str, link_id: str, *values: object, absent: Absent | None = None) -> Desk:
    """Let a part of the intake hold this answer."""
    protocol = desk.around.world(desk.case.clinic).protocol
    [asked] = [one for one in protocol.questionnaires.values() if one.id == part]
    slot = Slot(link_id)
    answers = {slot: Answer(slot, values, desk.clock.time, absent=absent)}
    said = Response(
        ResponseId(part), asked.url, asked.version, ResponseStatus.COMPLETED, desk.clock.time, answers=answers
    )
    desk.case = replace(desk.case, responses=(*desk.case.responses, said))
    return desk


def asked_at(desk: Desk, step: str) -> list[str]:
    """Answer the whole check-in with its first options; return what was asked."""
    desk.tick(step)
    desk.tap("Start")
    texts = []
    for _ in range(60):
        body = desk.heard[-1]
        # The kind stands first: the id of a response may end in "f" as well.
        is_over = any(button.data.startswith("f:") for button in body.choices)
        if is_over or not (body.choices or body.keys):
            break
        texts.append(body.text.translate({0x2068: None, 0x2069: None}))
        labels = [button.label for button in body.choices]
        desk.tap(NONE if NONE in labels else labels[0] if labels else "Skip")
        if NONE in labels:
            desk.tap("Done")
    return texts


def test_the_goal_told_before_is_quoted_after_six_months():
    desk = told(infused(), "intake-c", "goal.text", GOAL)

    [text] = [text for text in asked_at(desk, "M6") if AGAIN in text]

    assert text.endswith(f"Before treatment you said a good result would be: '{GOAL}'. {AGAIN}")


@pytest.mark.parametrize("absent", [None, Absent.SKIPPED, Absent.VOICE])
def test_without_words_to_quote_nobody_is_asked_how_close_they_are(absent):
    desk = told(infused(), "intake-c", "goal.text", absent=absent) if absent else infused()

    assert not [text for text in asked_at(desk, "M6") if AGAIN in text]


def test_a_long_goal_is_quoted_in_short():
    desk = told(infused(), "intake-c", "goal.text", "walk " * 100)
    point = replace(desk.case.contact.point, channel=ChannelKind.WHATSAPP)
    case = replace(desk.case, contact=replace(desk.case.contact, point=point))

    text = Wording(case, desk.around.world(CLINIC)).phrase(Phrase("check-in-month-6/f.goal#text"))

    assert len(text) < LIMITS[ChannelKind.WHATSAPP].text / 2
    assert "walk…" in text


@pytest.mark.parametrize("step", ["M3", "M6"])
@pytest.mark.parametrize(
    ("code", "is_asked"), [("no", False), ("mild", True), ("daily", True), ("dem", True), ("ns", True)]
)
def test_memory_is_asked_about_where_it_was_a_problem(step, code, is_asked):
    desk = told(infused(), "intake-b3", "sym.memory", Coding(code))

    assert any(MEMORY in text for text in asked_at(desk, step)) is is_asked


def test_memory_is_asked_about_where_a_helper_answers():
    desk = told(infused(), "intake-b3", "sym.memory", Coding("no"))
    desk.case = replace(desk.case, contact=replace(desk.case.contact, by=AnsweredBy.HELPER))

    assert any("memory and thinking?" in text for text in asked_at(desk, "M3"))
