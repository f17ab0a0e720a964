"""Something from a chat stands in quarantine: whoever sent it hears so, and goes on."""

from dataclasses import replace

import pytest

from handlers.core.case import Reach
from handlers.core.events import Delivery, Event, Receipt, Said, Unread
from handlers.core.values import ChannelKind
from handlers.inbound import Inbound
from handlers.ports import InboxRow
from tests.handlers.desk import CLINIC, NOON, Desk


def test_they_hear_so_in_neutral_words_and_the_question_stays_open():
    desk = Desk()
    desk.start()
    before = desk.case

    [word] = desk.take(Unread())

    assert word.text.startswith("We could not read something that came in from this chat.")
    assert desk.case.contact.dialogue == before.contact.dialogue


def test_whom_nobody_may_write_to_and_whom_nobody_knows_hear_nothing():
    stopped = Desk()
    stopped.start()
    stopped.case = replace(stopped.case, contact=replace(stopped.case.contact, reach=Reach.STOPPED))

    assert (stopped.take(Unread()), Desk().take(Unread())) == ([], [])


@pytest.mark.parametrize(("what", "is_theirs"), [(Said("hello"), True), (Receipt("7", Delivery.READ), False)])
def test_what_a_service_tells_is_of_no_person(what, is_theirs):
    row = InboxRow("i1", CLINIC.id, ChannelKind.TELEGRAM, "main", "here", b"{}", NOON, 1, 1)
    inbound = Inbound(None, None, {ChannelKind.TELEGRAM: lambda _: Event("m", NOON, what)}, None, None)

    assert inbound.is_of_person(row) is is_theirs
