"""The ladder's rungs: reminders, another place or a helper, a person; silence stays silence."""

from dataclasses import replace
from datetime import timedelta

import pytest

from handlers.core.case import Contact, FollowUpState, Reach
from handlers.core.changes import OpenTask, Queue
from handlers.core.protocol import RungAction
from handlers.core.unanswered import silence_of
from handlers.core.values import AnsweredBy, ChannelKind, ContactId, ContactPoint
from tests.handlers.desk import CLINIC, Desk
from tests.handlers.paths import submitted
from tests.handlers.test_check_in import treated

PAGE = Contact(ContactId("page"), ContactPoint(ChannelKind.TELEGRAM, "main", "1"), preferred=False)
HELPER = Contact(
    ContactId("helper"),
    ContactPoint(ChannelKind.WHATSAPP, "main", "2"),
    by=AnsweredBy.HELPER,
    preferred=False,
    name="Anna",
)
HOURS = timedelta(hours=1)


def infused(*others: Contact) -> Desk:
    """Return a desk with a safety check that was opened 6 hours after an infusion, and others beside."""
    desk = submitted()
    desk.treat("2026-03-31T14:00")
    desk.case = replace(desk.case, others=others)
    desk.tick("I+6h")
    return desk


def written_to(desk: Desk) -> list[str]:
    here = desk.case.contact.id
    mine = [queued for queued in desk.of(Queue) if queued.follow_up == desk.step("I+6h").id]
    return ["here" if queued.contact == here else str(queued.contact) for queued in mine]


def climb(desk: Desk) -> list[tuple[str, float]]:
    """Climb to the end; return what was done and how many hours after the opening."""
    opened, done = desk.step("I+6h").opened_at, []
    contact, others = desk.case.contact, desk.case.others
    while desk.step("I+6h").state is FollowUpState.IN_PROGRESS:
        before = len(desk.log)
        # As storage reads it: at the contact that the patient prefers.
        desk.case = replace(desk.case, contact=contact, others=others)
        desk.tick("I+6h")
        for change in desk.log[before:]:
            if isinstance(change, Queue | OpenTask):
                what = change.kind if isinstance(change, OpenTask) else str(change.contact)
                after = (desk.clock.time - opened) / HOURS
                done.append(("here" if what == contact.id else what, round(after, 1)))
    return done


@pytest.mark.parametrize(
    ("others", "done"),
    [
        ((), [("here", 4), ("silent", 8), ("missed", 17)]),
        ((PAGE,), [("here", 4), ("page", 8), ("silent", 10), ("missed", 17)]),
        ((HELPER,), [("here", 4), ("helper", 8), ("silent", 10), ("missed", 17)]),
        ((PAGE, HELPER), [("here", 4), ("page", 8), ("silent", 10), ("missed", 17)]),
        ((replace(PAGE, reach=Reach.BLOCKED),), [("here", 4), ("silent", 8), ("missed", 17)]),
        ((replace(HELPER, reach=Reach.ENDED),), [("here", 4), ("silent", 8), ("missed", 17)]),
        ((replace(HELPER, reach=Reach.STOPPED),), [("here", 4), ("silent", 8), ("missed", 17)]),
    ],
)
def test_a_safety_check_climbs_in_hours_and_nobody_is_asked_twice(others, done):
    assert climb(infused(*others)) == done


def test_a_helper_reads_no_word_of_health_no_name_and_what_they_may_do():
    desk = infused(HELPER)
    desk.tick("I+6h")

    [body] = desk.tick("I+6h")

    assert body.text.startswith("The person whom you help here has not answered our last messages.")
    assert [button.label for button in body.choices] == ["Continue"]
    assert (body.template.name, len(body.template.payloads)) == ("helper_asked_v1", 1)


def test_whoever_helps_by_our_message_finds_the_check_in():
    desk = infused(HELPER)
    desk.tick("I+6h")
    desk.tick("I+6h")  # the desk stands at the helper's chat now

    desk.tap("Continue")

    assert [button.label for button in desk.heard[-1].choices] == ["Start", "Later", "Stop messages"]


def test_an_answer_at_the_other_place_ends_the_ladder():
    desk = infused(PAGE)
    desk.tick("I+6h")
    desk.tick("I+6h")

    desk.say("yes")

    assert desk.step("I+6h").response is not None


def test_every_step_with_questions_ends_its_ladder_with_a_person_or_its_window():
    ladders = [step.ladder for step in Desk().around.world(CLINIC).protocol.steps if step.questionnaire]

    assert all([r.action for r in ladder].count(RungAction.OTHER) == 1 for ladder in ladders)
    assert all(ladder[-1].action in {RungAction.TASK, RungAction.OTHER} for ladder in ladders)


def test_silence_is_counted_until_somebody_writes():
    desk = treated()
    protocol = desk.around.world(CLINIC).protocol
    heard = desk.case.contact.last_heard_at
    assert silence_of(protocol, desk.check_ins(), heard) is None

    for _ in range(3):
        desk.tick("M1")

    found = silence_of(protocol, desk.check_ins(), heard)
    assert (found.messages, found.since) == (3, desk.step("M1").opened_at)
    assert silence_of(protocol, desk.check_ins(), desk.clock.time) is None


def test_a_missed_check_in_is_silence_too():
    desk = infused()
    climb(desk)

    found = silence_of(desk.around.world(CLINIC).protocol, desk.check_ins(), desk.case.contact.last_heard_at)
    assert found.messages == 2


def test_where_whatsapp_carries_links_alone_a_helper_reads_the_same_neutral_words():
    desk = infused(HELPER)
    desk.tick("I+6h")
    desk.around = replace(desk.around, links_only=frozenset({ChannelKind.WHATSAPP}))

    [body] = desk.tick("I+6h")

    assert body.text.startswith("The person whom you help here has not answered")
    assert body.template.name == "helper_asked_v1"
