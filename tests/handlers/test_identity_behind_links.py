"""A chat that carries links only, at a number that may be somebody else's: the page does as the chat does."""

from datetime import timedelta

import pytest

from handlers import inbound
from handlers.core.changes import OpenTask, SpendInvitation
from handlers.core.events import AddressChanged, Said, Started
from handlers.core.frozen import replace
from handlers.core.pending import Doubt
from handlers.core.values import ChannelKind, ContactPoint
from handlers.neutral import page_contact
from handlers.places import beyond, own_places
from handlers.ports import Invited
from handlers.silence import LONG
from tests.handlers.desk import CLINIC
from tests.handlers.paths import ABOUT, walk
from tests.handlers.two_doors import agreed, arrived

USER, OTHER = "US.70315529846610237754", "US.11111111111111111111"
CLOSED = "will send the patient a link"


def changed(*told):
    """Return somebody who has told this on the page, whose number has since become another one."""
    desk = walk(agreed(), *told).chat()
    contact = replace(desk.case.contact, point=ContactPoint(ChannelKind.WHATSAPP, "main", USER))
    desk.case = replace(desk.case, contact=contact)
    desk.take(AddressChanged(USER, OTHER))
    desk.say("hello")
    return desk


def follows(desk, invited):
    """Come in at a new page by a link."""
    point = ContactPoint(ChannelKind.WEB, "main", "new-page")
    desk.case = inbound.joined(desk.case, point, desk.around.world(CLINIC), invited)
    desk.channel = ChannelKind.WEB
    return desk.take(Started("x" * 43))


@pytest.fixture
def stranger():
    """Return whoever opens the link that a changed number was given; no date of birth was ever told."""
    desk = changed(*ABOUT[:4])
    desk.opens_the_link()
    return desk


def test_a_new_owner_is_shown_nothing_behind_the_link(stranger):
    assert CLOSED in stranger.heard[-1].text
    assert stranger.of(SpendInvitation)[-1].at_system == stranger.clock.now()
    assert stranger.of(OpenTask)[-1].kind == "identity"


@pytest.mark.parametrize("words", ["what did I answer?", "menu", "change 1", "people", "answers"])
def test_whatever_they_write_on_the_page_is_answered_alike(stranger, words):
    [body] = stranger.say(words)

    assert CLOSED in body.text
    assert not body.choices


def test_nothing_is_brought_to_their_page_first(stranger):
    assert not stranger.case.contact.preferred
    assert page_contact(stranger.chat().case).dialogue.doubt is None


def test_a_new_link_from_the_chat_leads_no_further(stranger):
    stranger.chat().say("hello")

    assert CLOSED in stranger.opens_the_link()[-1].text


def test_a_link_from_a_person_of_the_clinic_leads_in(stranger):
    said = follows(stranger, Invited(stranger.case.patient.id))

    assert "date of birth" in said[-1].text
    assert stranger.case.contact.dialogue.doubt is None


def test_a_code_from_a_person_of_the_clinic_ends_the_doubt_in_the_chat_too(stranger):
    stranger.chat().case = replace(stranger.case, invited=True)

    stranger.take(Started("x" * 43))

    assert stranger.case.contact.dialogue.doubt is None


def test_after_a_long_silence_on_the_page_its_doubt_is_the_same():
    desk = walk(agreed(), *ABOUT[:4]).chat()
    desk.clock.time += LONG + timedelta(days=1)
    desk.say("hello")

    assert CLOSED in desk.opens_the_link()[-1].text


def test_the_same_number_goes_on():
    desk = walk(agreed(), *ABOUT[:4]).chat()
    desk.say("hello")

    assert CLOSED not in desk.opens_the_link()[-1].text


def test_where_a_date_of_birth_is_known_the_page_itself_asks_for_it():
    desk = changed(*ABOUT)
    desk.opens_the_link()

    assert desk.case.contact.dialogue.doubt is None


def test_of_whom_nothing_is_known_there_is_no_doubt():
    desk = arrived()
    desk.case = replace(desk.case, contact=replace(desk.case.contact, dialogue=replace(
        desk.case.contact.dialogue, doubt=Doubt(desk.clock.now()))))  # fmt: skip

    assert "For myself" in [choice.label for choice in desk.opens_the_link()[-1].choices]


def test_who_opens_a_link_and_says_nothing_was_not_heard_on_the_page():
    desk = walk(agreed(), *ABOUT).chat()
    desk.say("hello")
    desk.opens_the_link()

    assert desk.case.contact.last_heard_at is None
    desk.take(Said("No"))
    assert desk.case.contact.last_heard_at is not None


def test_no_check_in_is_brought_to_a_page_where_a_stranger_may_be(stranger):
    doubted = stranger.case.contact.id
    case = stranger.chat().case

    assert doubted in {one.id for one in case.others}
    assert doubted not in {one.id for one in (*own_places(case), *beyond(case))}
