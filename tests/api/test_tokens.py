"""Who gets in: with which token, for what, how often."""

from datetime import timedelta

import pytest

from bot.api.deps import MOST_CALLS, MOST_MISSES
from bot.api.scopes import Scope
from handlers.core.values import ClinicId
from tests.console.house import CLINIC


async def test_without_a_token_nobody_gets_in(office):
    answer = await office.client().get("/patients")

    assert (answer.status_code, answer.json()["code"]) == (401, "unauthorized")
    assert answer.headers["www-authenticate"] == "Bearer"


async def test_an_unknown_token_opens_nothing_and_is_not_repeated(office):
    answer = await office.client("guessed").get("/patients")

    assert answer.status_code == 401
    assert "guessed" not in answer.text


async def test_a_token_lets_in_until_it_ends(office):
    program = await office.program(Scope.PATIENTS_READ)
    assert (await program.get("/patients")).status_code == 200

    assert await office.tokens.end(CLINIC, "t1", now_system=office.house.clocks.system)

    assert (await program.get("/patients")).status_code == 401


async def test_a_token_is_over_after_its_days(office):
    program = await office.program(Scope.PATIENTS_READ)
    office.house.clocks.system += timedelta(days=31)

    assert (await program.get("/patients")).status_code == 401


async def test_another_clinics_token_opens_nothing_here(office):
    secret = await office.token(Scope.PATIENTS_READ, clinic=ClinicId("other"))

    assert (await office.client(secret).get("/patients")).status_code == 401


async def test_no_token_stands_readable_in_the_database(office):
    secret = await office.token(*Scope)

    rows = await office.house.database.read(lambda c: c.exec_driver_sql("SELECT * FROM api_tokens").all())

    assert secret not in str(rows)


async def test_its_last_use_is_known(office):
    program = await office.program(Scope.PATIENTS_READ)
    await program.get("/patients")

    [token] = await office.tokens.listed(CLINIC)

    assert token.used_at == office.house.clocks.system


ROUTES = {
    ("GET", "/patients"): Scope.PATIENTS_READ,
    ("GET", "/patients/{patient}"): Scope.PATIENTS_READ,
    ("GET", "/patients/{patient}/summary"): Scope.ANSWERS_READ,
    ("GET", "/patients/{patient}/documents/{document}"): Scope.DOCUMENTS_READ,
    ("POST", "/patients/{patient}/dates/preview"): Scope.PLAN_WRITE,
    ("POST", "/patients/{patient}/dates"): Scope.PLAN_WRITE,
    ("DELETE", "/patients/{patient}/dates/{date}"): Scope.PLAN_WRITE,
    ("POST", "/patients/{patient}/stop"): Scope.PLAN_WRITE,
    ("POST", "/patients/{patient}/start-again"): Scope.PLAN_WRITE,
    ("POST", "/patients/{patient}/pause"): Scope.PLAN_WRITE,
    ("POST", "/patients/{patient}/follow-ups/{follow_up}/send"): Scope.PLAN_WRITE,
    ("POST", "/patients/{patient}/follow-ups/{follow_up}/skip"): Scope.PLAN_WRITE,
    ("GET", "/tasks"): Scope.PATIENTS_READ,
    ("POST", "/patients/{patient}/tasks/{task}/close"): Scope.TASKS_WRITE,
    ("POST", "/invitations"): Scope.INVITATIONS_WRITE,
    ("POST", "/patients/find"): Scope.PATIENTS_FIND,
    ("GET", "/work"): Scope.PATIENTS_READ,
    ("GET", "/overview"): Scope.OVERVIEW_READ,
    ("GET", "/cases"): Scope.PATIENTS_READ,
    ("POST", "/patients/{patient}/cases"): Scope.CASES_WRITE,
    ("POST", "/cases/{case}/notes"): Scope.CASES_WRITE,
    ("GET", "/duplicates"): Scope.MERGE_WRITE,
    ("POST", "/patients/{patient}/merge"): Scope.MERGE_WRITE,
    ("DELETE", "/merges/{merge}"): Scope.MERGE_WRITE,
    ("GET", "/stuck"): Scope.UPKEEP_WRITE,
    ("POST", "/stuck/messages/{message}/{end}"): Scope.UPKEEP_WRITE,
    ("POST", "/patients/{patient}/follow-ups/{follow_up}/stuck/{end}"): Scope.UPKEEP_WRITE,
    ("POST", "/held/{message}/again"): Scope.UPKEEP_WRITE,
    ("GET", "/patients/{patient}/talk"): Scope.TALK_WRITE,
    ("POST", "/patients/{patient}/talk/take"): Scope.TALK_WRITE,
    ("POST", "/patients/{patient}/talk/write"): Scope.TALK_WRITE,
    ("POST", "/patients/{patient}/talk/back"): Scope.TALK_WRITE,
    ("POST", "/patients/{patient}/place"): Scope.PLAN_WRITE,
    ("POST", "/patients/{patient}/invitations"): Scope.INVITATIONS_WRITE,
    ("GET", "/alerts"): Scope.PATIENTS_READ,
    ("POST", "/work/{line}/take"): Scope.TASKS_WRITE,
    ("POST", "/work/{line}/give-back"): Scope.TASKS_WRITE,
    ("POST", "/work/{line}/snooze"): Scope.TASKS_WRITE,
    ("POST", "/work/{line}/wake"): Scope.TASKS_WRITE,
    ("POST", "/alerts/{alert}/take"): Scope.ALERTS_WRITE,
    ("POST", "/patients/{patient}/documents/{document}/judge"): Scope.DOCUMENTS_WRITE,
    ("POST", "/patients/{patient}/documents/{document}/again"): Scope.DOCUMENTS_WRITE,
    ("GET", "/patients/{patient}/notes"): Scope.NOTES_READ,
    ("POST", "/patients/{patient}/notes"): Scope.NOTES_WRITE,
    ("POST", "/patients/{patient}/tags"): Scope.NOTES_WRITE,
    ("DELETE", "/patients/{patient}/tags/{tag}"): Scope.NOTES_WRITE,
}


def test_every_route_has_its_scope_named_here(office):
    described = office.app.openapi()["paths"]

    assert {(method.upper(), path) for path in described for method in described[path]} == set(ROUTES)


@pytest.mark.parametrize(("method", "path"), ROUTES)
async def test_a_token_with_every_other_scope_is_refused(office, method, path):
    needed = ROUTES[method, path]
    program = await office.program(*(set(Scope) - {needed}))
    ids = {"patient": "p1", "document": "d1", "date": "a1", "follow_up": "f1", "task": "t1", "tag": "g1"}
    place = path.format(**ids, line="task:t1", alert="l1", **MORE)

    answer = await program.request(method, place, json=BODIES.get(path))

    assert (answer.status_code, answer.json()["code"]) == (403, "forbidden")
    assert needed in answer.json()["title"]


DATE = {"kind": "infusion", "local": "2026-12-01T09:30", "zone": "Asia/Tokyo"}
MORE = {"case": "e1", "merge": "m1", "message": "o1", "end": "again"}
BODIES = {
    "/cases/{case}/notes": {"text": "called"},
    "/patients/{patient}/merge": {"into": "p2"},
    "/patients/{patient}/dates/preview": DATE,
    "/patients/{patient}/dates": DATE,
    "/patients/{patient}/stop": {"why": "left"},
    "/patients/{patient}/pause": {"until": "2026-12-24"},
    "/patients/{patient}/follow-ups/{follow_up}/skip": {"why": "too-late"},
    "/patients/{patient}/tasks/{task}/close": {"reason": "done"},
    "/invitations": {"kind": "open"},
    "/patients/{patient}/notes": {"text": "x"},
    "/patients/{patient}/talk/take": {"name": "Yuki"},
    "/patients/{patient}/talk/write": {"contact": "c1", "text": "x", "message": "m1"},
    "/patients/{patient}/place": {"contact": "c1"},
    "/patients/{patient}/invitations": {"kind": "helper"},
    "/work/{line}/snooze": {"rest": "hour", "reason": "called"},
    "/patients/{patient}/documents/{document}/judge": {"verdict": "accepted"},
    "/patients/{patient}/documents/{document}/again": {"verdict": "locked"},
    "/patients/{patient}/tags": {"name": "x"},
}


async def test_who_guesses_tokens_is_told_to_wait(office):
    stranger = office.client("guessed")

    answers = [(await stranger.get("/patients")).status_code for _ in range(MOST_MISSES + 1)]

    assert answers == [401] * MOST_MISSES + [429]


async def test_a_program_is_not_kept_out_by_who_guesses_beside_it(office):
    program, stranger = await office.program(Scope.PATIENTS_READ), office.client("guessed")
    for _ in range(MOST_MISSES + 5):
        await stranger.get("/patients")

    assert (await program.get("/patients")).status_code == 200


async def test_a_program_that_runs_wild_is_slowed_down(office):
    program = await office.program(Scope.TASKS_WRITE)

    answers = [(await program.get("/patients")).status_code for _ in range(MOST_CALLS + 1)]

    assert (set(answers[:-1]), answers[-1]) == ({403}, 429)


async def test_a_body_that_never_ends_is_not_read(office):
    answer = await office.client().post("/invitations", content=b"x" * 70_000)

    assert answer.status_code == 413


@pytest.mark.parametrize("path", ["/nothing", "/patients/p1/nothing"])
async def test_a_wrong_address_is_a_problem_in_the_same_shape(office, path):
    answer = await office.client().get(path)

    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["status"] == 404
