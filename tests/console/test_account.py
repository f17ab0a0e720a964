"""One's own sessions, proof asked again, tries that are counted, and phones that are lost."""

from datetime import timedelta

import pytest

from bot.console.access import Role
from bot.console.browsers import browser_of
from bot.console.routes import console_routes
from bot.console.step_up import STEP_UP
from storage.sign_in_tries import wait_after
from tests.console.at_the_door import EMAIL, code_at, is_in, link_again, sign_in, strict, with_all, with_app
from tests.console.house import CLINIC, PASSWORD
from tests.console.test_sign_in import with_password

GUARDED = (
    "/export/",
    "/log.csv",
    "/summary.",
    "/erase",
    "/staff",
    "/delivery",
    "/keys",
    "/rotate",
    "/account/app",
    "/account/codes",
    "/account/passkeys",
)
LATER = timedelta(minutes=11)
ELSEWHERE = ("https://evil.example/", "//evil.example", "/console/..//evil", "/chat/", "/console/\\evil")


async def two_browsers(house):
    first = await with_password(house, Role.ADMINISTRATOR)
    second = house.browser()
    await sign_in(first)
    await sign_in(second)
    return first, second


async def test_signing_out_everywhere_else_holds_with_the_next_click(house):
    first, second = await two_browsers(house)

    await first.post("/console/account/sessions/others")

    assert (await is_in(first), await is_in(second)) == (True, False)


async def test_signing_out_everywhere_means_here_too(house):
    first, second = await two_browsers(house)

    await first.post("/console/account/sessions/all")

    assert (await is_in(first), await is_in(second)) == (False, False)


async def test_nobody_ends_a_session_of_somebody_else(house):
    first, _ = await two_browsers(house)
    stranger = await house.signed_in(Role.NURSE)
    keys = await house.database.read(
        lambda conn: conn.exec_driver_sql("SELECT token_hash FROM staff_sessions").scalars().all()
    )

    for key in keys:
        await stranger.post("/console/account/sessions/end", data={"key": key})

    assert await is_in(first)


async def test_a_new_password_ends_what_was_open_elsewhere(house):
    first, second = await two_browsers(house)

    await first.post("/console/password", data={"password": PASSWORD + " again"})

    assert (await is_in(first), await is_in(second)) == (True, False)


def test_whatever_decides_who_comes_in_or_leaves_with_data_asks_again(house_routes):
    written = {(method, path) for method, path in house_routes if any(mark in path for mark in GUARDED)}

    asked = {one for one in written if one in STEP_UP}
    document = "/console/patients/{patient}/documents/{document}"

    assert ("GET", document) in STEP_UP
    assert ("GET", f"{document}/view") not in STEP_UP
    assert written - asked == set()
    assert set(STEP_UP) <= house_routes


@pytest.fixture
def house_routes(house):
    routes = console_routes(house.console()).routes
    return {(method, route.path) for route in routes for method in route.methods}


async def test_after_ten_minutes_each_of_these_asks_who_is_there(house):
    browser = await with_password(house, Role.ADMINISTRATOR)
    await sign_in(browser)
    house.clocks.system += LATER

    answers = [
        await browser.request(way, path.format(staff_id="x", way="email", patient="x", document="x"))
        for way, path in STEP_UP
    ]

    assert {answer.headers["location"].partition("?")[0] for answer in answers} == {"/console/confirm"}


async def test_a_password_or_a_code_is_proof_for_ten_minutes(house):
    browser, secret, _ = await with_app(strict(house))
    for _ in range(2):
        house.clocks.system += LATER
        proof = {"secret": code_at(house, secret), "back": "/console/staff"}
        answer = await browser.post("/console/confirm", data=proof)

        assert answer.headers["location"] == "/console/staff"
        assert (await browser.get("/console/staff")).status_code == 200


async def test_proof_leads_nowhere_else(house):
    browser = await with_password(house)
    await sign_in(browser)
    form = {"secret": PASSWORD}

    answers = [await browser.post("/console/confirm", data=form | {"back": back}) for back in ELSEWHERE]

    assert {answer.headers["location"] for answer in answers} == {"/console/"}


async def test_a_stranger_who_guesses_shuts_nobody_out_of_a_browser_they_know(house):
    browser = await with_password(house)
    stranger = house.browser()
    guesses = [(await sign_in(stranger, password=f"guess number {n}")).status_code for n in range(8)]

    assert guesses == [401] * 5 + [429] * 3
    assert (await sign_in(house.browser())).status_code == 429
    assert (await sign_in(browser)).status_code == 303


async def test_the_mark_of_one_account_frees_no_other(house):
    guesser = await with_password(house, email="mori@clinic.example")
    await with_password(house)

    guesses = [(await sign_in(guesser, EMAIL, f"guess number {n}")).status_code for n in range(6)]

    assert guesses == [401] * 5 + [429]


def test_who_fails_again_and_again_waits_longer_each_time_and_never_for_ever():
    waits = [wait_after(failures, 5).total_seconds() for failures in (1, 4, 5, 6, 7, 10, 10_000)]

    assert waits == [0, 0, 30, 60, 120, 900, 900]


async def test_counts_outlive_a_restart(house):
    await with_password(house)
    for n in range(5):
        await sign_in(house.browser(), password=f"guess number {n}")  # each browser is a new application

    assert (await sign_in(house.browser())).status_code == 429


async def test_an_administrator_resets_a_lost_phone(house):
    lost, *_ = await with_app(strict(house), Role.NURSE)
    administrator, *_ = await with_app(house, email="admin@clinic.example")
    nurse = await house.staff.by_email(CLINIC, EMAIL)

    page = await administrator.post(f"/console/staff/{nurse.id}/reset")

    assert "/console/enter/" in page.text
    assert not await is_in(lost)
    answer = await lost.post(await link_again(house))
    assert answer.headers["location"] == "/console/authenticator"


async def test_who_is_let_in_no_more_is_out_at_once_and_stays_out(house):
    nurse, *_ = await with_all(strict(house), Role.NURSE)
    administrator, *_ = await with_app(house, email="admin@clinic.example")
    member = await house.staff.by_email(CLINIC, EMAIL)
    link = await link_again(house)

    await administrator.post(f"/console/staff/{member.id}/disable")

    assert not await is_in(nurse)
    assert (await sign_in(nurse)).status_code == 401
    assert (await nurse.post(link)).status_code == 410


@pytest.mark.parametrize(
    ("agent", "words"),
    [
        (
            "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:130.0) Gecko/20100101 Firefox/130.0",
            "Firefox · Windows",
        ),
        (
            "Mozilla/5.0 (iPhone; CPU iPhone OS 17_0 like Mac OS X) Version/17.0 Safari/604.1",
            "Safari · iPhone",
        ),
        ("<script>", ""),
    ],
)
def test_a_session_is_known_by_its_browser(agent, words):
    assert browser_of(agent) == words
