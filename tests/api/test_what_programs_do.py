"""What programs see and change: the same as staff, without names and words."""

import pytest

from bot.api.scopes import Scope
from handlers.core.case import FollowUpState, Stage
from tests.api.test_tokens import DATE
from tests.console.house import CLINIC, FILE
from tests.console.record import WORDS, anna, intake, treated

NAMES = ("Anna", "Rossi", WORDS, "MRI", "my scan", "Yes, in the past", "1958")
"""Of the sample patient: what no program sees without the scope for it."""


async def acts(office, limit=5):
    return [(row.actor, row.action) for row in await office.house.views.log(CLINIC, limit=limit)]


async def test_the_list_names_nobody(office):
    await office.house.add(anna(), *intake(), *treated())
    program = await office.program(Scope.PATIENTS_READ)

    answer = await program.get("/patients", params={"code": "2041"})

    [one] = answer.json()["patients"]
    assert (one["code"], one["flags"], one["next_step"]) == ("YR-2041", {"LIKELY_NO": 1}, "M1")
    assert not [name for name in NAMES if name in answer.text]


async def test_a_patient_is_told_of_without_name_and_words(office):
    await office.house.add(anna(), *intake(), *treated())
    program = await office.program(Scope.PATIENTS_READ)

    answer = await program.get("/patients/p1")

    told = answer.json()
    assert [one["step"] for one in told["follow_ups"]] == ["M1", "M3", "M6"]
    assert (told["flags"][0]["rule"], told["contacts"][0]["reach"]) == ("CA-02", "active")
    assert not [name for name in NAMES if name in answer.text]


async def test_reading_is_a_line_in_the_record_of_acts(office):
    await office.house.add(anna())
    program = await office.program(Scope.PATIENTS_READ)

    await program.get("/patients/p1")

    assert (await acts(office))[0] == ("api:t1", "patient.read")


async def test_the_summary_is_fhir_and_holds_the_words(office):
    await office.house.add(anna(), *intake())
    program = await office.program(Scope.ANSWERS_READ)

    answer = await program.get("/patients/p1/summary")

    assert answer.headers["content-type"] == "application/fhir+json"
    assert (answer.json()["resourceType"], WORDS in answer.text) == ("Bundle", True)


async def test_a_date_plans_check_ins_and_the_same_again_changes_nothing(office):
    await office.house.add(anna())
    program = await office.program(Scope.PLAN_WRITE, Scope.PATIENTS_READ)

    first = await program.post("/patients/p1/dates", json=DATE)
    again = await program.post("/patients/p1/dates", json=DATE)

    assert [one["step"] for one in first.json()] == ["M1", "M3", "M6"]
    assert again.json() == []
    assert len((await program.get("/patients/p1")).json()["follow_ups"]) == 3


async def test_a_preview_saves_nothing(office):
    await office.house.add(anna())
    program = await office.program(Scope.PLAN_WRITE)

    answer = await program.post("/patients/p1/dates/preview", json=DATE)

    assert answer.json()["count"] == 3
    assert (await office.house.entered())[0] == []


async def test_a_date_taken_back_cancels_what_only_it_asked_for(office):
    await office.house.add(anna(), *treated())
    program = await office.program(Scope.PLAN_WRITE)

    assert (await program.delete("/patients/p1/dates/a-p1")).json() == []

    case = await office.house.uow.case_of(CLINIC, "p1", full=True)
    assert {one.state for one in case.follow_ups} == {FollowUpState.CANCELLED}


async def test_stopping_stops_everything(office):
    await office.house.add(anna(), *treated())
    program = await office.program(Scope.PLAN_WRITE)

    assert (await program.post("/patients/p1/stop", json={"why": "left"})).status_code == 204

    case = await office.house.uow.case_of(CLINIC, "p1", full=True)
    assert case.patient.stage is Stage.CLOSED


async def test_a_date_of_somebody_who_is_stopped_is_refused_until_it_is_started_again(office):
    await office.house.add(anna(), *treated())
    program = await office.program(Scope.PLAN_WRITE)
    await program.post("/patients/p1/stop", json={"why": "died"})
    date = DATE

    refused = await program.post("/patients/p1/dates", json=date)
    again = await program.post("/patients/p1/start-again")

    assert (refused.status_code, refused.json()["code"]) == (409, "stopped")
    assert again.status_code == 204
    assert (await program.post("/patients/p1/dates", json=date)).status_code == 200


async def test_a_check_in_is_left_out_with_a_reason(office):
    case = await office.house.add(anna(), *treated())
    program = await office.program(Scope.PLAN_WRITE)
    one = case.follow_ups[0].id

    done = await program.post(f"/patients/p1/follow-ups/{one}/skip", json={"why": "seen-in-person"})

    again = await office.house.uow.case_of(CLINIC, "p1", full=True)
    assert (done.status_code, again.follow_ups[0].reason) == (204, "skipped:seen-in-person")


async def test_a_task_is_closed_with_a_reason_by_the_program(office):
    await office.house.add(anna(), *intake())
    program = await office.program(Scope.PATIENTS_READ, Scope.TASKS_WRITE)
    [task] = (await program.get("/tasks")).json()

    await program.post(f"/patients/p1/tasks/{task['id']}/close", json={"reason": "called"})

    record = await office.house.views.record(CLINIC, "p1")
    assert [(one.closed_by, one.reason) for one in record.tasks] == [("api:t1", "called")]
    assert (await program.get("/tasks")).json() == []


async def test_an_invitation_gives_its_links(office):
    program = await office.program(Scope.INVITATIONS_WRITE)

    answer = await program.post("/invitations", json={"kind": "patient"})

    assert (answer.status_code, answer.json()[0]["channel"]) == (201, "web")


async def test_nobody_is_invited_in_production_while_the_clinics_words_have_gaps(office_in_production):
    program = await office_in_production.program(Scope.INVITATIONS_WRITE)

    answer = await program.post("/invitations", json={})

    assert (answer.status_code, answer.json()["code"]) == (409, "words-missing")


WRONG = [
    ({"kind": "infusion", "local": "tomorrow", "zone": "Asia/Tokyo"}, ["body.local"]),
    ({**DATE, "zone": "Asia/Atlantis"}, []),
    ({**DATE, "wich": "a1"}, ["body.wich"]),
    ({}, ["body.kind", "body.local", "body.zone"]),
]


@pytest.mark.parametrize(("body", "fields"), WRONG)
async def test_what_is_wrong_is_named_and_not_repeated(office, body, fields):
    await office.house.add(anna())
    program = await office.program(Scope.PLAN_WRITE)

    answer = await program.post("/patients/p1/dates", json=body)

    assert (answer.status_code, answer.json()["fields"]) == (422, fields)
    assert "tomorrow" not in answer.text


@pytest.mark.parametrize("path", ["/patients/nobody", "/patients/p9"])
async def test_an_unknown_patient_is_not_found(office, path):
    program = await office.program(Scope.PATIENTS_READ)

    assert (await program.get(path)).json()["code"] == "not-found"


async def test_a_file_that_is_not_here_yet_is_not_found(office):
    await office.house.add(anna(), *intake())
    program = await office.program(Scope.DOCUMENTS_READ)

    answer = await program.get("/patients/p1/documents/d-p1")

    assert answer.status_code == 404


async def test_a_file_is_handed_out_to_be_saved(office):
    await office.house.add(anna(), *intake())
    stored = "UPDATE documents SET state = 'stored'"
    await office.house.database.write(lambda conn: conn.exec_driver_sql(stored))
    program = await office.program(Scope.DOCUMENTS_READ)

    answer = await program.get("/patients/p1/documents/d-p1")

    assert (answer.content, answer.headers["content-type"]) == (FILE, "application/octet-stream")
    assert answer.headers["content-disposition"].startswith("attachment;")


async def test_the_description_is_open_to_everybody_and_names_every_scope(office):
    described = (await office.client().get("/openapi.json")).json()

    assert described["info"]["version"] == "1"
    assert "HTTPBearer" in described["components"]["securitySchemes"]
