"""Patients found by what is sealed, on both databases."""

from dataclasses import replace

from handlers.core.case import Contact, Reach, Stage
from handlers.core.changes import AddContact, DropHealthData, Level, MergePatients, SaveContact, SavePatient
from handlers.core.values import AnsweredBy, ChannelKind, ClinicId, ContactId, ContactPoint
from storage.blobs import Blobs
from storage.erasure.rows import erase_rows
from storage.findable import fill
from storage.search.asking import words_in
from storage.stores import stores_of
from storage.tables import search_tokens
from storage.views.finding import Search
from tests.console.house import CLINIC
from tests.console.record import anna, intake, treated
from tests.console.samples import NOW

PHONE = ContactPoint(ChannelKind.WHATSAPP, "main", "393331234567")


async def codes(house, typed="", clinic=CLINIC, **chosen):
    search = Search(words_in(typed), **chosen)
    page, _ = await house.views.find(clinic, search, offset=0, limit=20)
    return sorted(row.code for row in page.rows)


async def two(house):
    helper = Contact(ContactId("h1"), PHONE, by=AnsweredBy.HELPER, name="Marco Rossi", last_heard_at=NOW)
    await house.add(anna("p1", "YR-2041"), *intake(), *treated(), AddContact(helper))
    chat = Contact(
        ContactId("t2"), ContactPoint(ChannelKind.TELEGRAM, "main", "700000123"), last_heard_at=NOW
    )
    hanako = {"name": "佐藤 花子", "birth_date": "1960-02-03", "language": "ja", "stage": Stage.INTAKE}
    await house.add(anna("p2", "YR-3000", **hanako), AddContact(chat))
    await house.add(anna("p9", "YR-9"), clinic=ClinicId("other"))


ALL, ANNA, HANAKO = ["YR-2041", "YR-3000"], ["YR-2041"], ["YR-3000"]
TYPED = {
    "": ALL,
    "rossi": ANNA,
    "marco": ANNA,
    "anna bianchi": [],
    "佐藤花": HANAKO,
    "1958-04-12": ANNA,
    "2026-12-01": ANNA,
    "2026-12-02": [],
    "+39 333 123 4567": ANNA,
    "4567": ANNA,
    "4568": [],
    "393331234567": ANNA,
    "700000123": HANAKO,
    "0123": [],
    "yr-30": HANAKO,
    "rossi 1958-04-12 2041": ANNA,
    "rossi 1960-02-03": [],
    "%": [],
    "♥": [],
}


async def test_found_by_what_was_typed(house_on_each):
    await two(house_on_each)

    assert {typed: await codes(house_on_each, typed) for typed in TYPED} == TYPED


async def test_what_is_chosen_narrows_what_is_typed(house_on_each):
    await two(house_on_each)
    chosen = [
        {"stage": "intake"},
        {"language": "en"},
        {"flag": Level.LIKELY_NO},
        {"flag": Level.LIKELY_NO, "stage": "intake"},
    ]

    assert [await codes(house_on_each, "YR", **one) for one in chosen] == [HANAKO, ANNA, ANNA, []]


async def test_who_is_called_otherwise_now_is_found_by_the_new_name_alone(house):
    await two(house)
    case = await house.uow.case_of(CLINIC, anna("p2").id)

    await house.uow.save(case, [SavePatient(replace(case.patient, name="Mai Trần"))])

    assert [await codes(house, typed) for typed in ("tran", "佐藤", "1960-02-03")] == [HANAKO, [], HANAKO]


async def test_a_number_that_moved_is_found_where_it_is_now(house):
    await two(house)
    case = await house.uow.case_of(CLINIC, anna("p1").id)
    helper = next(one for one in (case.contact, *case.others) if one.id == "h1")
    moved = replace(helper, point=replace(PHONE, address="393339999999"), name="Luca", reach=Reach.ACTIVE)

    await house.uow.save(case, [SaveContact(moved)])

    assert [await codes(house, typed) for typed in ("4567", "9999", "marco", "luca")] == [[], ANNA, [], ANNA]


async def test_a_merged_record_is_found_under_the_one_that_is_kept(house_on_each):
    await two(house_on_each)
    merged = await house_on_each.uow.case_of(CLINIC, anna("p2").id)

    await house_on_each.uow.save(merged, [MergePatients("m1", anna("p1").id, NOW, "s1")])

    assert [await codes(house_on_each, typed) for typed in ("佐藤", "1960-02-03")] == [ANNA, ANNA]


async def left(house, patient="p1"):
    rows = await house.database.read(lambda conn: conn.execute(search_tokens.select()).all())
    return {row.field for row in rows if row.patient_id == patient}


async def test_an_erased_patient_leaves_nothing_to_be_found_by(house_on_each):
    await two(house_on_each)
    key = await house_on_each.clinics.key(CLINIC)
    assert await left(house_on_each) == {"name", "twin", "helper", "number"}

    await house_on_each.database.write(
        lambda conn: erase_rows(conn, house_on_each.vault, key, "p1", now=NOW, by="s1")
    )

    assert await left(house_on_each) == set()
    assert await codes(house_on_each, "rossi") == []


async def test_who_says_no_to_health_data_is_found_by_their_number_alone(house):
    await two(house)

    await house.uow.save(await house.uow.case_of(CLINIC, anna().id), [DropHealthData(NOW)])

    assert await left(house) == {"number"}


async def test_those_who_were_there_before_are_found_after_the_next_opening(house_on_each):
    await two(house_on_each)
    house = house_on_each
    await house.database.write(lambda conn: conn.execute(search_tokens.delete()))
    stores = stores_of(house.database, house.vault, Blobs("file:///nowhere"))

    assert (await fill(stores), await fill(stores)) == (3, 0)
    assert {typed: await codes(house, typed) for typed in TYPED} == TYPED


async def test_a_record_that_is_damaged_keeps_nobody_from_being_found(house):
    await two(house)
    update = "UPDATE patients SET name = x'00' WHERE id = 'p2'"
    await house.database.write(lambda conn: conn.exec_driver_sql(update))

    assert await fill(stores_of(house.database, house.vault, Blobs("file:///nowhere"))) == 3
    assert await codes(house, "rossi") == ANNA
