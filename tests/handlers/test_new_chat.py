"""Going on in a chat of another kind: it is asked first whether that kind of chat may be used."""

from hashlib import sha256

import pytest

from handlers.core.case import Reach
from handlers.core.changes import Queue, RecordConsent
from handlers.core.events import Started
from handlers.core.messages import Lane
from handlers.core.values import ChannelKind, ContactPoint, Purpose
from handlers.inbound import joined
from handlers.places import own_places
from handlers.ports import Invited
from tests.handlers.desk import CLINIC, Desk
from tests.handlers.paths import ABOUT, CONSENT, TO_CONSENT, consented, walk

LINE = (
    "Your messages pass through Meta's business service before they reach us. You can use our secure web "
    "page in its place."
)
QUESTION = "Do you want to go on in this chat?"


def on_telegram(*steps: str) -> Desk:
    desk = Desk(ChannelKind.TELEGRAM)
    desk.start()
    return walk(desk, *TO_CONSENT, *steps)


def goes_on(desk: Desk, channel: ChannelKind = ChannelKind.WHATSAPP) -> list:
    """Let the same person come to another place by a link of their own; return what is said there."""
    link = Invited(desk.case.patient.id, contact=desk.case.contact.id)
    desk.case = joined(desk.case, ContactPoint(channel, "main", "there"), desk.around.world(CLINIC), link)
    desk.channel = channel
    return desk.take(Started("code"))


@pytest.fixture
def came() -> Desk:
    """Return the desk of somebody who went from Telegram to WhatsApp in the middle of part A."""
    desk = on_telegram(*CONSENT, *ABOUT)
    goes_on(desk)
    return desk


def channel_records(desk: Desk) -> list[RecordConsent]:
    return [record for record in desk.of(RecordConsent) if record.purpose is Purpose.CHANNEL]


def test_first_comes_how_private_the_new_chat_is_with_one_question_and_nothing_else():
    [body] = goes_on(on_telegram(*CONSENT, *ABOUT))

    assert body.text.startswith("This chat now belongs to your file too.")
    assert body.text.endswith(f"{LINE}\n\n{QUESTION}")
    assert [button.label for button in body.choices] == ["Yes, go on here", "No, use the web page"]


@pytest.mark.parametrize("answer", ["yes", "Yes, go on here"])
def test_the_yes_is_kept_with_the_words_shown_there_and_then_it_goes_on(came, answer):
    said = came.say(answer)

    record = channel_records(came)[-1]
    assert (record.given, record.channel, record.language) == (True, "whatsapp", "en")
    assert record.text_version == "consent.channel_here"
    assert record.text_hash == sha256(f"{LINE}\n\n{QUESTION}".encode()).hexdigest()
    assert record.at == came.clock.time
    assert "answers so far" in said[0].text
    assert "Who told you" in said[-1].text


def test_a_no_leads_to_the_page_and_leaves_all_else_as_it_was(came):
    [body] = came.tap("No, use the web page")

    [before] = came.case.others
    assert "/chat/i/" in body.text
    assert (before.reach, before.preferred) == (Reach.ACTIVE, True)
    assert (came.case.contact.reach, came.case.contact.preferred) == (Reach.STOPPED, False)
    assert Purpose.CHANNEL in came.case.patient.purposes
    assert channel_records(came)[-1].channel == "telegram"


def test_until_it_is_answered_no_check_in_goes_there(came):
    assert [one.point.channel for one in own_places(came.case)] == [ChannelKind.TELEGRAM]
    came.tap("Yes, go on here")
    assert len(own_places(came.case)) == 2


def test_whatever_else_is_said_it_is_asked_again_and_nothing_is_kept(came):
    before = came.answers()

    [body] = came.say("my hands shake")

    assert body.text.endswith(QUESTION)
    assert came.answers() == before


def test_the_emergency_text_is_there_before_the_answer(came):
    came.tap("Emergency")

    assert came.of(Queue)[-1].lane is Lane.CARD


def test_a_kind_of_chat_that_was_agreed_to_is_not_asked_about_again(came):
    came.tap("Yes, go on here")

    said = goes_on(came)

    assert "answers so far" in said[1].text
    assert not any(QUESTION in body.text for body in said)


def test_our_own_page_says_how_private_it_is_and_asks_nothing():
    said = goes_on(on_telegram(*CONSENT, *ABOUT), ChannelKind.WEB)

    assert "locked in transit" in said[0].text
    assert "answers so far" in said[1].text


def test_before_the_consent_the_intake_asks_about_the_chat_itself():
    said = goes_on(on_telegram())

    assert not any(QUESTION in body.text for body in said)


def test_from_our_page_it_is_asked_once_and_not_by_the_intake_too():
    desk = walk(consented(), *ABOUT)
    goes_on(desk)

    said = desk.tap("Yes, go on here")

    assert desk.answers()["consent.channel"] == "chat"
    assert "Who told you" in said[-1].text


def test_a_no_of_somebody_who_agreed_to_no_chat_yet_is_recorded():
    desk = walk(consented(), *ABOUT)
    goes_on(desk)

    desk.tap("No, use the web page")

    assert [record.given for record in channel_records(desk)] == [False]
