"""Numbers and ids that change: a person is followed, and whoever has them next is taken for nobody else."""

from dataclasses import replace

import pytest

from handlers.core.case import Contact, Reach, Stage
from handlers.core.changes import CancelQueued, GiveWay, KeepName, OpenTask, SaveContact
from handlers.core.events import AddressChanged
from handlers.core.holder import Holder
from handlers.core.values import ContactId, PatientId
from handlers.identity import holder
from tests.handlers.desk import Desk
from tests.handlers.numbers import ASK, OTHER, USER, at, met, say
from tests.handlers.paths import consented, walk

PHONE = "12025550143"


@pytest.fixture
def desk():
    return at(met())


def test_another_id_at_a_known_number_is_asked_and_known_from_then_on(desk):
    assert say(desk, "hello", OTHER).startswith(ASK)

    say(desk, "1958-03-03", OTHER)

    assert desk.case.contact.point.address == OTHER
    assert not say(desk, "hello", OTHER).startswith(ASK)


def test_who_is_known_by_number_alone_is_known_by_their_first_id_from_then_on():
    desk = at(met(), address=PHONE)

    assert not say(desk, "hello", USER).startswith(ASK)

    assert desk.case.contact.point.address == USER
    assert [(name.contact, name.address) for name in desk.of(KeepName)] == [(desk.case.contact.id, PHONE)]


def test_a_second_id_at_a_number_is_another_person_until_the_birth_date_is_told():
    desk = at(met(), address=PHONE)
    say(desk, "hello", USER)

    assert say(desk, "what did I answer?", OTHER).startswith(ASK)
    assert not say(desk, "1958-03-03", OTHER).startswith(ASK)
    assert desk.case.contact.point.address == OTHER


def test_a_number_without_an_id_is_no_other_person(desk):
    assert not say(desk, "hello", PHONE).startswith(ASK)
    assert desk.case.contact.point.address == USER


def test_words_queued_for_a_number_are_not_said_to_whoever_has_it_next(desk):
    desk.take(AddressChanged(USER, OTHER))

    [cancelled] = desk.of(CancelQueued)
    assert (cancelled.contact, cancelled.follow_up) == (desk.case.contact.id, None)


def test_words_queued_are_not_said_when_another_id_writes(desk):
    say(desk, "hello", OTHER)

    assert [one.contact for one in desk.of(CancelQueued)] == [desk.case.contact.id]


def test_a_changed_number_is_followed_and_asked(desk):
    desk.take(AddressChanged(USER, OTHER))

    assert desk.case.contact.point.address == OTHER
    assert desk.of(OpenTask)[-1].kind == "number-changed"
    assert say(desk, "hello", OTHER).startswith(ASK)


def there(**fields):
    """Return who is known at OTHER already."""
    return replace(Holder(PatientId("p-new"), ContactId("c-new"), "NEW-1", 2, has_told=False), **fields)


def test_who_only_said_hello_at_the_new_number_gives_way_and_is_asked_who_they_are(desk):
    desk.take(AddressChanged(USER, OTHER, there()))

    assert [(one.patient, one.version) for one in desk.of(GiveWay)] == [("p-new", 2)]
    assert desk.case.contact.point.address == OTHER
    assert say(desk, "hello", OTHER).startswith(ASK)


def test_who_has_told_something_at_the_new_number_stays_and_staff_decide(desk):
    desk.take(AddressChanged(USER, OTHER, there(has_told=True)))

    assert desk.of(GiveWay) == []
    assert (desk.case.contact.point.address, desk.case.contact.reach) == (USER, Reach.BLOCKED)
    notes = {task.kind: task.note for task in desk.of(OpenTask)}
    assert notes["same-person"] == f"{desk.case.patient.code} / NEW-1"


def test_a_patient_who_came_to_the_new_number_by_themselves_is_asked_there(desk):
    other = Contact(ContactId("c-2"), replace(desk.case.contact.point, address=OTHER), preferred=False)
    desk.case = replace(desk.case, others=(other,))

    desk.take(AddressChanged(USER, OTHER, there(patient=desk.case.patient.id, contact=other.id)))

    assert (desk.case.contact.reach, desk.case.contact.preferred) == (Reach.BLOCKED, False)
    assert [saved.contact.id for saved in desk.of(SaveContact) if saved.contact.preferred] == ["c-2"]


def test_only_a_language_is_no_more_than_a_hello():
    desk = walk(Desk(), "=hello")
    world = desk.around.world(desk.case.clinic)

    assert not holder(desk.case, world).has_told
    assert holder(consented().case, world).has_told


@pytest.mark.parametrize(("steps", "has_told"), [((), False), (("Yes",), True)])
def test_that_one_asks_for_oneself_is_no_more_than_a_hello_and_any_other_answer_is(steps, has_told):
    desk = walk(Desk(), "=hello", "English", "For myself", *steps)

    assert holder(desk.case, desk.around.world(desk.case.clinic)).has_told is has_told


@pytest.mark.parametrize(
    "change",
    [
        {"patient": {"country": "DE"}},
        {"patient": {"stage": Stage.SUBMITTED}},
        {"contact": {"reach": Reach.STOPPED}},
    ],
)
def test_whatever_else_a_record_holds_stays_where_it_is(change):
    desk = walk(Desk(), "=hello")
    changed = {part: replace(getattr(desk.case, part), **fields) for part, fields in change.items()}

    assert holder(replace(desk.case, **changed), desk.around.world(desk.case.clinic)).has_told
