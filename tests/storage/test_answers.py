"""Answers, responses and consents come back as they were given."""

from dataclasses import replace

from sqlalchemy import select

from handlers.core.case import (
    Dialogue,
    ResponseStatus,
)
from handlers.core.changes import (
    CloseResponse,
    DropAnswer,
    DropHealthData,
    PutAnswer,
    RecordConsent,
    SaveContact,
    SavePatient,
    StartResponse,
)
from handlers.core.values import (
    Absent,
    AnsweredBy,
    Coding,
    DocumentId,
    FileRef,
    FollowUpId,
    PartialDate,
    Purpose,
    ResponseId,
    Slot,
)
from storage.stores import Stores
from storage.tables import answers, consents, flags, outbox
from tests.storage.samples import (
    CLINIC,
    MINUTE,
    NOON,
    answer,
    claim_outbox,
    count,
    document,
    flag,
    interviewed,
    known,
    message,
    settled,
)

LATER = NOON + MINUTE


def consent(purpose: Purpose, *, given: bool) -> RecordConsent:
    return RecordConsent(purpose, given, "intake 1 c1", "abc", "en", NOON, AnsweredBy.PATIENT, "Ann")


async def test_answers_come_back_as_they_were_given_without_the_messages_they_came_by(stores: Stores):
    given = [
        answer("a.coded", Coding("yes", "urn:yn", "Yes")),
        answer("a.many", Coding("x"), Coding("y")),
        replace(answer("a.date", PartialDate(2019, 3, about=True)), slot=Slot("a.date", (1, 0))),
        replace(answer("a.skipped"), values=(), absent=Absent.SKIPPED),
        replace(answer("a.unsure"), values=(), absent=Absent.UNKNOWN),
        replace(answer("a.spoken", FileRef(DocumentId("d1"), "audio/ogg")), absent=Absent.VOICE),
    ]

    await interviewed(stores, *given)

    [response] = (await known(stores)).responses
    assert response.answers == {one.slot: replace(one, source="") for one in given}


async def test_a_changed_answer_keeps_its_history(stores: Stores):
    case = await interviewed(stores, answer("a.fall", "no"))
    changed = answer("a.fall", "yes", at=LATER, source="m-2")

    await stores.uow.save(case, [PutAnswer(ResponseId("r-1"), changed)])

    [response] = (await known(stores)).responses
    assert response.answers == {Slot("a.fall"): replace(changed, source="")}
    assert await count(stores, answers) == 2


async def test_the_same_message_stores_one_answer(stores: Stores):
    case = await interviewed(stores, answer("a.fall", "no"))

    await stores.uow.save(case, [PutAnswer(ResponseId("r-1"), answer("a.fall", "no"))])

    assert await count(stores, answers, answers.c.current) == await count(stores, answers) == 1


async def test_a_dropped_answer_is_history(stores: Stores):
    case = await interviewed(stores, answer("a.fall", "no"))

    await stores.uow.save(case, [DropAnswer(ResponseId("r-1"), Slot("a.fall"), LATER)])

    [response] = (await known(stores)).responses
    assert (response.answers, await count(stores, answers)) == ({}, 1)


async def test_finished_parts_of_the_intake_are_read_with_the_one_under_way(stores: Stores):
    case = await interviewed(stores)
    following = replace(case.responses[0], id=ResponseId("r-2"))
    closed = CloseResponse(ResponseId("r-1"), ResponseStatus.COMPLETED, LATER)
    await stores.uow.save(case, [closed, StartResponse(following)])

    assert [response.id for response in (await known(stores)).responses] == ["r-1", "r-2"]


async def test_a_finished_check_in_is_left_out_while_the_intake_is_under_way(stores: Stores):
    case = await interviewed(stores)
    check_in = replace(case.responses[0], id=ResponseId("r-2"), follow_up=FollowUpId("f-1"))
    closed = CloseResponse(ResponseId("r-2"), ResponseStatus.COMPLETED, LATER)
    await stores.uow.save(case, [StartResponse(check_in), closed])

    found = [
        len((await known(stores)).responses),
        len((await known(stores, response="r-2")).responses),
        len((await stores.uow.case_of(CLINIC, case.patient.id, full=True)).responses),
    ]

    assert found == [1, 2, 2]


async def test_a_finished_response_is_read_when_nothing_is_under_way(stores: Stores):
    case = await interviewed(stores)
    await stores.uow.save(case, [CloseResponse(ResponseId("r-1"), ResponseStatus.COMPLETED, LATER)])

    assert [response.id for response in (await known(stores)).responses] == ["r-1"]


async def test_a_response_that_the_dialogue_is_about_is_always_read(stores: Stores):
    case = await interviewed(stores)
    contact = replace(case.contact, dialogue=Dialogue(response=ResponseId("r-1")))
    closed = CloseResponse(ResponseId("r-1"), ResponseStatus.COMPLETED, LATER)

    await stores.uow.save(case, [closed, SaveContact(contact)])

    assert [response.id for response in (await known(stores)).responses] == ["r-1"]


async def test_another_patients_response_is_not_read(stores: Stores):
    await interviewed(stores)
    await settled(stores, address="other")

    assert (await known(stores, "other", response="r-1")).responses == ()


async def test_a_consent_is_recorded_and_holds_at_once(stores: Stores):
    case = await settled(stores)

    await stores.uow.save(case, [consent(Purpose.HEALTH, given=True), consent(Purpose.VOICE, given=False)])

    assert (await known(stores)).patient.purposes == {Purpose.HEALTH}
    assert await count(stores, consents) == 2


async def test_refusing_health_data_deletes_what_was_told_and_keeps_the_refusal(stores: Stores):
    case = await interviewed(stores, answer("a.fall", "yes"))
    named = SavePatient(replace(case.patient, name="Ann", birth_date="1950-01-01"))
    await stores.uow.save(case, [named, flag(), document(case)])

    await stores.uow.save(await known(stores), [consent(Purpose.HEALTH, given=False), DropHealthData(LATER)])

    after = (await known(stores)).patient
    left = [await count(stores, table) for table in (answers, flags, consents)]
    assert (after.name, after.birth_date, left) == ("", "", [0, 0, 1])


async def test_a_refusal_leaves_no_words_in_messages_and_no_signatures(stores: Stores):
    signed = replace(consent(Purpose.HEALTH, given=True), name="Ann")
    case = await settled(stores, signed)
    await stores.uow.save(case, [message(case, "o-1"), message(case, "o-2")])
    await claim_outbox(stores)

    await stores.uow.save(await known(stores), [DropHealthData(LATER)])

    rows = await stores.database.read(lambda conn: conn.execute(select(outbox.c.state, outbox.c.body)).all())
    names = await stores.database.read(lambda conn: list(conn.scalars(select(consents.c.name))))
    assert sorted(rows) == [("cancelled", None), ("sending", None)]
    assert names == [None]
