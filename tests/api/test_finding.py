"""Programs find patients as staff do: by what they may ask for, and without being told a name."""

import pytest

from bot.api.scopes import Scope
from tests.api.test_what_programs_do import NAMES, acts
from tests.console.record import anna, intake
from tests.console.test_find_flags import four


async def found(program, **given):
    answer = await program.post("/patients/find", json=given)
    return sorted(one["code"] for one in answer.json()["patients"])


async def test_a_name_or_a_birth_date_finds_a_patient_and_nothing_is_repeated(office):
    await office.house.add(anna(), *intake())
    program = await office.program(Scope.PATIENTS_FIND)

    answer = await program.post("/patients/find", json={"typed": "rossi 1958-04-12", "stage": "submitted"})

    assert [one["code"] for one in answer.json()["patients"]] == ["YR-2041"]
    assert not [name for name in NAMES if name in answer.text]
    assert (await acts(office))[0] == ("api:t1", "patients.find")
    assert await found(program, typed="nobody") == []


@pytest.mark.parametrize(
    ("scopes", "seen"),
    [
        ([Scope.PATIENTS_FIND], ["YR-1"]),
        ([Scope.PATIENTS_FIND, Scope.SENSITIVE_READ], ["YR-1", "YR-2", "YR-3"]),
    ],
)
async def test_a_flag_finds_whoever_the_token_lets_see_it(office, scopes, seen):
    await four(office.house)

    assert await found(await office.program(*scopes), flag="RED") == seen


@pytest.mark.parametrize(
    ("given", "refused"),
    [
        ({"flag": "CRISIS"}, (403, "flag-hidden")),
        ({"flag": "PURPLE"}, (422, "invalid")),
        ({"stage": "?"}, (422, "invalid")),
    ],
)
async def test_what_may_not_be_asked_for_is_refused(office, given, refused):
    answer = await (await office.program(Scope.PATIENTS_FIND)).post("/patients/find", json=given)

    assert (answer.status_code, answer.json()["code"]) == refused
