"""What a decision wrote is what the next one reads; two decisions on one reading never both win."""

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from handlers.core.case import (
    Anchor,
    Confirm,
    ConfirmKind,
    Contact,
    Dialogue,
    FollowUpState,
    Reach,
    Response,
    ResponseStatus,
    Stage,
)
from handlers.core.changes import (
    AddContact,
    AddPatient,
    Audit,
    CloseFlag,
    CloseResponse,
    CloseTask,
    DropAnswer,
    DropHealthData,
    FinishTask,
    Level,
    MergePatients,
    MoveSend,
    OpenTask,
    PlanFollowUps,
    PutAnswer,
    RaiseFlag,
    RecordConsent,
    ReplaceFlags,
    SaveContact,
    SaveFollowUp,
    SavePatient,
    SetAnchor,
    SetReach,
    SpendInvitation,
    StartResponse,
    UnmergePatients,
)
from handlers.core.events import Delivery
from handlers.core.values import (
    Absent,
    AnsweredBy,
    Coding,
    ContactId,
    Language,
    PartialDate,
    PatientId,
    Purpose,
    ResponseId,
    Slot,
)
from handlers.errors import ConcurrentUpdate, NotFound
from handlers.ports import Invited
from storage.invitations import add_invitation
from storage.stores import Stores
from storage.tables import answers, audit, consents, flags, merges, outbox, patients, tasks
from tests.storage.samples import (
    CLINIC,
    MINUTE,
    NOON,
    answer,
    at_point,
    claim_outbox,
    clinic,
    document,
    follow_up,
    interviewed,
    known,
    message,
    newcomer,
    settled,
)

LATER = NOON + MINUTE


def flag(key: str = "k-1", level: Level = Level.RED, response: str | None = "r-1") -> RaiseFlag:
    return RaiseFlag(
        key=key,
        rule="rule-1",
        rule_version="1",
        level=level,
        route="iv",
        staff_text="See this.",
        evidence=(("intake.fall", "yes, twice"),),
        sources=("intake.fall",),
        response=ResponseId(response) if response else None,
        at=NOON,
    )


def consent(purpose: Purpose, *, given: bool) -> RecordConsent:
    return RecordConsent(purpose, given, "intake 1 c1", "abc", "en", NOON, AnsweredBy.PATIENT, "Ann")


async def count(stores: Stores, table, *where) -> int:
    statement = select(func.count()).select_from(table).where(*where)
    return await stores.database.read(lambda conn: conn.scalar(statement)) or 0


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


async def test_answers_come_back_as_they_were_given_without_the_messages_they_came_by(stores: Stores):
    given = [
        answer("a.coded", Coding("yes", "urn:yn", "Yes")),
        answer("a.many", Coding("x"), Coding("y")),
        replace(answer("a.date", PartialDate(2019, 3, about=True)), slot=Slot("a.date", (1, 0))),
        replace(answer("a.skipped"), values=(), absent=Absent.SKIPPED),
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


async def test_a_finished_response_is_left_out_while_the_next_part_is_under_way(stores: Stores):
    case = await interviewed(stores)
    following = replace(case.responses[0], id=ResponseId("r-2"))
    closed = CloseResponse(ResponseId("r-1"), ResponseStatus.COMPLETED, LATER)
    await stores.uow.save(case, [closed, StartResponse(following)])

    found = [
        len((await known(stores)).responses),
        len((await known(stores, response="r-1")).responses),
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


async def test_follow_ups_and_dates_come_back_as_they_were_planned(stores: Stores):
    case = await settled(stores)
    anchor = Anchor("a-1", case.patient.id, "infusion", "2026-11-24T10:00", "Asia/Tokyo", "iv")
    planned = (follow_up(case, "f-1"), follow_up(case, "f-2", due_at=LATER))

    await stores.uow.save(case, [SetAnchor(anchor, NOON, "staff"), PlanFollowUps(planned)])

    found = await known(stores)
    assert (found.anchors, found.follow_ups) == ((anchor,), planned)


async def test_a_date_is_moved_not_doubled(stores: Stores):
    case = await settled(stores)
    anchor = Anchor("a-1", case.patient.id, "infusion", "2026-11-24T10:00", "Asia/Tokyo", "iv")
    await stores.uow.save(case, [SetAnchor(anchor, NOON, "staff")])
    moved = replace(anchor, local="2026-12-01T10:00")

    await stores.uow.save(await known(stores), [SetAnchor(moved, LATER, "staff")])

    assert (await known(stores)).anchors == (moved,)


async def test_planning_again_adds_nothing(stores: Stores):
    case = await settled(stores)
    await stores.uow.save(case, [PlanFollowUps((follow_up(case),))])
    again = replace(follow_up(case, "f-9"), step="step-f-1")

    await stores.uow.save(await known(stores), [PlanFollowUps((again,))])

    assert [found.id for found in (await known(stores)).follow_ups] == ["f-1"]


async def test_a_finished_follow_up_leaves_the_case(stores: Stores):
    case = await settled(stores)
    await stores.uow.save(case, [PlanFollowUps((follow_up(case),))])
    done = follow_up(case, state=FollowUpState.COMPLETED)

    await stores.uow.save(await known(stores), [SaveFollowUp(done)])

    assert (await known(stores)).follow_ups == ()
    assert await stores.follow_ups.next_due() is None


async def test_a_flag_is_raised_once_by_its_key(stores: Stores):
    case = await interviewed(stores)

    await stores.uow.save(case, [flag(), flag(level=Level.ORANGE)])

    levels = await stores.database.read(lambda conn: conn.scalars(select(flags.c.level)).all())
    assert levels == ["ORANGE"]


async def test_flags_that_no_longer_hold_are_withdrawn_and_may_come_back(stores: Stores):
    case = await interviewed(stores)
    await stores.uow.save(case, [flag("k-1"), flag("k-2")])
    anew = ReplaceFlags(ResponseId("r-1"), (flag("k-2"),), LATER)

    await stores.uow.save(await known(stores), [anew])
    withdrawn = await count(stores, flags, flags.c.withdrawn_at.is_not(None))
    await stores.uow.save(await known(stores), [flag("k-1")])

    assert (withdrawn, await count(stores, flags, flags.c.withdrawn_at.is_not(None))) == (1, 0)


async def test_a_closed_flag_stays_closed(stores: Stores):
    case = await interviewed(stores)
    await stores.uow.save(case, [flag()])
    row_id = await stores.database.read(lambda conn: conn.scalar(select(flags.c.id)))
    await stores.uow.save(await known(stores), [CloseFlag(row_id, LATER, "dr", "seen")])

    await stores.uow.save(await known(stores), [flag()])

    assert await count(stores, flags, flags.c.closed_by == "dr") == 1


async def test_one_task_is_open_per_key_and_may_open_again_when_closed(stores: Stores):
    case = await settled(stores)
    await stores.uow.save(case, [OpenTask("call", "k", NOON, "note"), OpenTask("call", "k", NOON)])
    before = await count(stores, tasks)

    await stores.uow.save(await known(stores), [CloseTask("k", LATER, "ann"), OpenTask("call", "k", LATER)])

    assert (before, await count(stores, tasks)) == (1, 2)


async def test_a_task_is_finished_with_its_reason(stores: Stores):
    case = await settled(stores)
    await stores.uow.save(case, [OpenTask("call", "k", NOON)])
    row_id = await stores.database.read(lambda conn: conn.scalar(select(tasks.c.id)))

    await stores.uow.save(await known(stores), [FinishTask(row_id, LATER, "ann", "called")])

    assert await count(stores, tasks, tasks.c.closing_note.is_not(None)) == 1


async def test_a_merge_is_undone_once(stores: Stores):
    kept = await settled(stores, address="a")
    case = await settled(stores, address="b")
    await stores.uow.save(case, [MergePatients("m-1", kept.patient.id, NOON, "ann")])
    undo = UnmergePatients("m-1", LATER, "ann")

    await stores.uow.save(await known(stores, "b"), [undo])

    with pytest.raises(ConcurrentUpdate):
        await stores.uow.save(await known(stores, "b"), [undo])
    assert await count(stores, patients, patients.c.merged_into.is_not(None)) == 0
    assert await count(stores, merges) == 1


async def test_acts_are_numbered_in_their_order(stores: Stores):
    case = await settled(stores)

    await stores.uow.save(case, [Audit("ann", act, case.patient.id, NOON) for act in ("read", "export")])

    acts = await stores.database.read(lambda conn: conn.scalars(select(audit.c.action).order_by("seq")).all())
    assert acts == ["read", "export"]


async def test_an_invitation_is_spent_once(stores: Stores):
    case = await settled(stores)
    key = await stores.clinics.key(CLINIC)
    await stores.database.write(
        lambda conn: add_invitation(
            conn, stores.vault, key, "secret", created_by="ann", now=NOON, patient=case.patient.id
        )
    )
    invited = await stores.uow.invited(CLINIC, "secret", now_system=NOON)
    await stores.uow.save(case, [SpendInvitation("secret", NOON)])

    with pytest.raises(ConcurrentUpdate):
        await stores.uow.save(await known(stores), [SpendInvitation("secret", NOON)])
    assert invited == Invited(case.patient.id)
    assert await stores.uow.invited(CLINIC, "secret", now_system=NOON) is None


async def test_an_invitation_that_ran_out_invites_nobody(stores: Stores):
    case = await settled(stores)
    key = await stores.clinics.key(CLINIC)
    await stores.database.write(
        lambda conn: add_invitation(
            conn,
            stores.vault,
            key,
            "secret",
            created_by="ann",
            now=NOON,
            patient=case.patient.id,
            expires_at=NOON,
        )
    )

    assert await stores.uow.invited(CLINIC, "secret", now_system=NOON) is None


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


async def test_follow_ups_whose_time_has_come_are_given_out_oldest_first(stores: Stores):
    case = await settled(stores)
    planned = [
        follow_up(case, "f-1", next_at=NOON),
        follow_up(case, "f-2", next_at=NOON - MINUTE),
        follow_up(case, "f-3", next_at=LATER),
    ]
    await stores.uow.save(case, [PlanFollowUps(tuple(planned))])
    times = {"now_system": NOON, "lease": MINUTE, "limit": 10}

    taken = await stores.follow_ups.claim(now=NOON, **times)
    again = await stores.follow_ups.claim(now=NOON, **times)

    assert ([claimed.follow_up.id for claimed in taken], again) == (["f-2", "f-1"], [])


async def test_a_follow_up_whose_lease_was_lost_is_not_saved(stores: Stores):
    case = await settled(stores)
    await stores.uow.save(case, [PlanFollowUps((follow_up(case),))])
    claim = {"lease": MINUTE, "limit": 10, "now": NOON}
    [stale] = await stores.follow_ups.claim(now_system=NOON, **claim)
    [fresh] = await stores.follow_ups.claim(now_system=LATER, **claim)
    done = replace(stale.follow_up, state=FollowUpState.IN_PROGRESS, next_at=NOON + timedelta(days=1))

    with pytest.raises(ConcurrentUpdate):
        await stores.uow.save(await known(stores), [SaveFollowUp(done, stale.fence)])
    await stores.uow.save(await known(stores), [SaveFollowUp(done, fresh.fence)])

    assert (await known(stores)).follow_ups == (done,)
