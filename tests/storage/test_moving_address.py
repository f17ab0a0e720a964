"""A contact whose number changes: found and written to at the new one, and at no old one any more."""

from collections.abc import Sequence

from handlers.core.case import Case, Contact
from handlers.core.changes import AddContact, AddPatient, KeepName, SaveContact
from handlers.core.frozen import replace
from handlers.core.pending import Doubt
from handlers.core.values import ChannelKind, ContactId, ContactPoint
from handlers.merging import make_way
from storage.stores import Stores
from tests.storage.samples import CLINIC, NOON, at_point, known, newcomer, settled

WHATSAPP = ChannelKind.WHATSAPP


def moved(contact: Contact, address: str) -> SaveContact:
    return SaveContact(replace(contact, point=replace(contact.point, address=address)))


async def test_a_contact_is_found_at_the_new_address_alone(stores: Stores):
    await settled(stores)
    case = await known(stores, aliases=("old-phone",))

    await stores.uow.save(case, [moved(case.contact, "new")])

    assert (await known(stores, "new")).contact.point == at_point("new")
    assert await stores.uow.case_at(CLINIC, at_point()) is None
    assert await stores.uow.case_at(CLINIC, at_point("x"), aliases=("old-phone",)) is None


async def test_a_number_kept_as_a_name_finds_them_too(stores: Stores):
    number, user = at_point("12025550143", WHATSAPP), at_point("US.1", WHATSAPP)
    first = newcomer(number.address, WHATSAPP)
    await stores.uow.save(first, [AddPatient(first.patient, first.contact)])
    case = await stores.uow.case_at(CLINIC, number)
    assert case is not None

    await stores.uow.save(
        case, [moved(case.contact, user.address), KeepName(case.contact.id, number.address)]
    )

    found = [await stores.uow.case_at(CLINIC, point) for point in (user, number)]
    assert [one and one.contact.point for one in found] == [user, user]


async def test_an_address_that_is_somebody_elses_stays_theirs(stores: Stores):
    await settled(stores, address="theirs")
    case = await settled(stores)

    await stores.uow.save(case, [moved(case.contact, "theirs")])

    assert (await known(stores)).contact.id == case.contact.id
    assert (await known(stores, "theirs")).contact.id != case.contact.id


async def test_a_doubt_about_who_writes_is_kept(stores: Stores):
    case = await settled(stores)
    doubt = Doubt(NOON, 2, asked=True)
    dialogue = replace(case.contact.dialogue, doubt=doubt)

    await stores.uow.save(case, [SaveContact(replace(case.contact, dialogue=dialogue))])

    assert (await known(stores)).contact.dialogue.doubt == doubt


async def test_an_address_left_to_another_patient_is_theirs_by_every_name(stores: Stores):
    number, user = at_point("12025550143", WHATSAPP), at_point("US.1", WHATSAPP)
    hello, patient = newcomer(user.address, WHATSAPP), newcomer("page", ChannelKind.WEB)
    for one in (hello, patient):
        await stores.uow.save(one, [AddPatient(one.patient, one.contact)])
    left, into = (
        await there(stores, user, aliases=(number.address,)),
        await there(stores, patient.contact.point),
    )
    await stores.uow.save(left, make_way(left, into.patient.id, ident="merge", now=NOON))
    comes = replace(into, contact=Contact(ContactId("c-new"), user), others=(into.contact,), joins=True)

    await stores.uow.save(comes, [AddContact(comes.contact)])

    assert (await there(stores, user)).patient.id == into.patient.id
    assert await stores.uow.case_at(CLINIC, number) is None
    assert (await there(stores, user, aliases=(number.address,))).patient.id == into.patient.id
    assert (await there(stores, number)).patient.id == into.patient.id


async def there(stores: Stores, point: ContactPoint, **more: Sequence[str]) -> Case:
    found = await stores.uow.case_at(CLINIC, point, **more)
    assert found is not None
    return found
