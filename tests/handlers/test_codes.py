"""A one-time code that is opened where somebody is known already: it joins, or it is said why not."""

import pytest

from handlers import inbound
from handlers.core.case import Reach, Stage
from handlers.core.changes import AddContact, Audit, MergePatients, Queue, SaveContact, SpendInvitation
from handlers.core.events import Event, Started
from handlers.core.frozen import replace
from handlers.core.pending import Doubt
from handlers.core.values import AnsweredBy, ChannelKind
from handlers.ports import InboxRow, Invited
from tests.handlers.desk import CLINIC, Desk
from tests.handlers.paths import ABOUT, consented, walk
from tests.handlers.two_doors import TwoDoors

CODE = "A" * 43
ANOTHER, HELPERS = "belongs to another form", "for the person who helps you"


class Cases:
    """What is stored of two patients: the one who writes here, and the one whom the code is of."""

    def __init__(self, here, theirs, *, helper=False):
        self.here, self.theirs, self.helper = here, theirs, helper
        self.saved = []

    async def case_at(self, *_, **__):
        return self.here

    async def case_of(self, *_, **__):
        return self.theirs

    async def invited(self, *_, **__):
        return Invited(self.theirs.patient.id, helper=self.helper)

    async def save(self, case, changes):
        self.saved.append((case, changes))

    def said(self):
        return [
            change.body.text for _, changes in self.saved for change in changes if isinstance(change, Queue)
        ]

    def all(self, kind):
        return [(case, one) for case, changes in self.saved for one in changes if isinstance(one, kind)]


@pytest.fixture(scope="module")
def form():
    """Return a patient under way on our page."""
    return walk(consented(), *ABOUT)


async def opens(cases, desk):
    """Let a code come in from where `desk` stands."""
    here = desk.case.contact.point
    row = InboxRow("x", CLINIC.id, here.channel, here.account, here.address, b"{}", desk.clock.time, 1, 1)
    parsers = {here.channel: lambda _: Event("m9", desk.clock.time, Started(CODE))}
    world = desk.around.world
    await inbound.Inbound(cases, world, parsers, desk.around.ids, desk.clock.now).take(row)
    return cases


def greeted(channel=ChannelKind.WHATSAPP, *steps):
    desk = Desk(channel)
    desk.say("hello")
    return walk(desk, *steps)


@pytest.mark.parametrize("steps", [(), ("English",), ("English", "For myself")])
@pytest.mark.parametrize("channel", [ChannelKind.WHATSAPP, ChannelKind.TELEGRAM])
async def test_who_only_said_hello_joins_the_form_that_the_code_is_of(form, channel, steps):
    desk = greeted(channel, *steps)
    cases = await opens(Cases(desk.case, form.case), desk)

    [(case, added)] = cases.all(AddContact)
    assert (case.patient.id, added.contact.point) == (form.case.patient.id, desk.case.contact.point)
    assert len(cases.all(SpendInvitation)) == 1


async def test_the_empty_form_makes_way_and_stands_under_the_other_one(form):
    desk = greeted()
    cases = await opens(Cases(desk.case, form.case), desk)

    [(left, merged)], [(_, line)] = cases.all(MergePatients), cases.all(Audit)
    assert (left.patient.id, merged.into) == (desk.case.patient.id, form.case.patient.id)
    assert (line.actor, line.action, line.subject) == ("patient", "patient.merge", left.patient.id)
    assert [one.contact.reach for case, one in cases.all(SaveContact) if case is left] == [Reach.ENDED]


async def test_a_helpers_code_makes_a_helper_of_who_only_said_hello(form):
    desk = greeted()
    cases = await opens(Cases(desk.case, form.case, helper=True), desk)

    assert [added.contact.by for _, added in cases.all(AddContact)] == [AnsweredBy.HELPER]


async def test_who_has_a_form_of_their_own_is_told_and_the_code_holds(form):
    desk = walk(greeted(ChannelKind.WHATSAPP, "English", "For myself", "Yes"), "Yes, I agree", "Yes, I agree")
    cases = await opens(Cases(desk.case, form.case, helper=True), desk)

    [text] = cases.said()
    assert ANOTHER in text
    assert f"/chat/i/{CODE}" in text
    assert not cases.all(SpendInvitation)


@pytest.mark.parametrize("steps", [("For myself", "Yes"), ("For family or friend",)])
async def test_whoever_has_answered_more_than_whom_they_ask_for_keeps_what_they_said(form, steps):
    desk = greeted(ChannelKind.WHATSAPP, "English", *steps)
    cases = await opens(Cases(desk.case, form.case), desk)

    assert ANOTHER in cases.said()[0]
    assert not cases.all(MergePatients)


async def test_who_helps_somebody_else_is_told_too(form):
    desk = greeted()
    desk.case = replace(desk.case, others=(form.case.contact,))

    assert ANOTHER in (await opens(Cases(desk.case, form.case, helper=True), desk)).said()[0]


async def test_the_own_helpers_code_is_to_be_passed_on(form):
    [text] = (await opens(Cases(form.case, form.case, helper=True), form)).said()

    assert HELPERS in text


async def test_the_own_code_goes_on_with_the_form(form):
    said = (await opens(Cases(form.case, form.case), form)).said()

    assert not any(ANOTHER in text or HELPERS in text for text in said)
    assert said


async def test_in_a_chat_of_links_only_it_is_said_in_the_same_words(form):
    desk = TwoDoors()
    desk.say("hello")
    desk.case = replace(desk.case, patient=replace(desk.case.patient, stage=Stage.SUBMITTED))

    assert ANOTHER in (await opens(Cases(desk.case, form.case), desk)).said()[0]


async def test_who_is_in_doubt_gives_their_address_to_nobody(form):
    desk = walk(greeted(ChannelKind.WHATSAPP, "English", "For myself", "Yes"), "Yes, I agree", "Yes, I agree")
    doubtful = replace(desk.case.contact.dialogue, doubt=Doubt(desk.clock.now()))
    desk.case = replace(desk.case, contact=replace(desk.case.contact, dialogue=doubtful))

    assert not (await opens(Cases(desk.case, form.case), desk)).all(MergePatients)


async def test_a_stop_after_the_address_was_left_loses_nothing(form):
    desk = greeted()
    desk.case = replace(desk.case, contact=replace(desk.case.contact, reach=Reach.ENDED))

    cases = await opens(Cases(desk.case, form.case), desk)

    assert [case.patient.id for case, _ in cases.all(AddContact)] == [form.case.patient.id]
    assert not cases.all(MergePatients)
