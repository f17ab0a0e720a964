"""What a decision wrote is what the next one reads; two decisions on one reading never both win."""

from dataclasses import replace

import pytest

from handlers.core.case import Contact, Dialogue, Reach, Response, ResponseStatus, Stage
from handlers.core.changes import (
    AddContact,
    AddPatient,
    MoveSend,
    OpenTask,
    SaveContact,
    SavePatient,
    SetReach,
    StartResponse,
)
from handlers.core.events import Delivery
from handlers.core.pending import Confirm, ConfirmKind
from handlers.core.values import (
    AnsweredBy,
    ContactId,
    Language,
    PatientId,
    Purpose,
    ResponseId,
    Slot,
)
from handlers.errors import ConcurrentUpdate, NotFound
from storage.stores import Stores
from storage.tables import patients, tasks
from tests.storage.samples import (
    CLINIC,
    MINUTE,
    NOON,
    at_point,
    clinic,
    count,
    known,
    newcomer,
    settled,
)

LATER = NOON + MINUTE


async def test_nobody_is_known_at_a_new_address(stores: Stores):
    assert await stores.uow.case_at(CLINIC, at_point()) is None


async def test_a_newcomer_comes_back_as_they_were_saved(stores: Stores):
    case = newcomer(
        name="Ann",
        birth_date="1950-03-07",
        country="NL",
        role="self",
        language=Language("en"),
        zone="Europe/Amsterdam",
        purposes=frozenset({Purpose.HEALTH}),
        stage=Stage.INTAKE,
    )

    await stores.uow.save(case, [AddPatient(case.patient, case.contact)])

    assert await known(stores) == replace(case, is_new=False, clinic=clinic())


async def test_a_changed_patient_comes_back_changed_and_one_version_on(stores: Stores):
    case = await settled(stores)
    changed = replace(case.patient, name="Bea", stage=Stage.SUBMITTED, at_time="15:00")

    await stores.uow.save(case, [SavePatient(changed)])

    assert (await known(stores)).patient == replace(changed, version=1)


async def test_two_decisions_on_one_reading_never_both_win(stores: Stores):
    case = await settled(stores)
    await stores.uow.save(case, [OpenTask("first", "k-1", NOON)])

    with pytest.raises(ConcurrentUpdate):
        await stores.uow.save(case, [OpenTask("second", "k-2", NOON)])

    assert await count(stores, tasks) == 1


async def test_two_first_hellos_make_one_patient(stores: Stores):
    await settled(stores)
    second = newcomer()

    with pytest.raises(ConcurrentUpdate):
        await stores.uow.save(second, [AddPatient(second.patient, second.contact)])

    assert await count(stores, patients) == 1


async def test_a_dialogue_comes_back_as_it_was_left(stores: Stores):
    case = await settled(stores)
    dialogue = Dialogue(
        response=ResponseId("r-9"),
        asked=Slot("a.b", (0, 2)),
        page=1,
        picked=("x",),
        confirm=Confirm(ConfirmKind.CHANGE_OLD, ResponseId("r-9"), Slot("a.b"), "[]"),
    )
    contact = replace(
        case.contact, dialogue=dialogue, reach=Reach.STOPPED, by=AnsweredBy.HELPER, window_closes_at=LATER
    )

    await stores.uow.save(case, [SaveContact(contact)])

    assert (await known(stores)).contact == contact


async def test_a_reach_is_set_without_touching_the_rest(stores: Stores):
    case = await settled(stores)

    await stores.uow.save(case, [SetReach(case.contact.id, Reach.BLOCKED, NOON)])

    assert (await known(stores)).contact == replace(case.contact, reach=Reach.BLOCKED)


async def test_a_further_contact_leads_to_the_same_patient(stores: Stores):
    case = await settled(stores)
    second = Contact(ContactId("c-2"), at_point("555"), last_heard_at=LATER)

    await stores.uow.save(case, [AddContact(second)])

    found = await known(stores, "555")
    assert (found.patient.id, found.contact, found.others) == (case.patient.id, second, (case.contact,))


async def test_a_patient_is_shown_at_the_contact_that_reaches_them(stores: Stores):
    case = await settled(stores)
    second = Contact(ContactId("c-2"), at_point("555"), last_heard_at=LATER)
    await stores.uow.save(case, [AddContact(second), SetReach(case.contact.id, Reach.BLOCKED, NOON)])

    found = await stores.uow.case_of(CLINIC, case.patient.id)

    assert found.contact == second


async def test_a_contact_is_found_again_by_another_name_of_theirs(stores: Stores):
    await settled(stores)
    await known(stores, aliases=("+81-1",))

    by_alias = await stores.uow.case_at(CLINIC, at_point("new-id"), aliases=("+81-1",))
    later = await stores.uow.case_at(CLINIC, at_point("x"), aliases=("new-id",))

    assert by_alias == later == await known(stores)


async def test_the_same_address_at_another_clinic_is_somebody_else(stores: Stores):
    await stores.clinics.create(clinic("other"), now=NOON)
    await settled(stores)

    assert await stores.uow.case_at("other", at_point()) is None


async def test_an_unknown_patient_is_not_found(stores: Stores):
    with pytest.raises(NotFound):
        await stores.uow.case_of(CLINIC, PatientId("nobody"))


async def test_a_receipt_makes_nobody_wait(stores: Stores):
    case = await settled(stores)
    await stores.uow.save(case, [MoveSend("1", Delivery.READ, NOON)])

    assert (await known(stores)).patient.version == case.patient.version


async def test_a_change_to_nobody_is_refused(stores: Stores):
    with pytest.raises(NotFound):
        await stores.uow.save(
            newcomer(),
            [StartResponse(Response(ResponseId("r-1"), "urn:x", "1", ResponseStatus.IN_PROGRESS, NOON))],
        )
