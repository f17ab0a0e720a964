"""The second step: nobody is in production's console by one proof alone."""

from datetime import timedelta

import pytest

from bot.console.routes import console_routes
from tests.console.at_the_door import code_at, give, is_in, link_again, sign_in, strict, with_all, with_app
from tests.console.test_sign_in import with_password

NOT_BEHIND_THE_DOOR = {
    *("/console/sign-in", "/console/enter/{token}", "/console/static/{path:path}", "/console/oidc/back"),
}
BETWEEN = {"/console/code", "/console/authenticator"}


async def column(house, sql):
    return await house.database.read(lambda conn: conn.exec_driver_sql(sql).scalars().all())


async def test_a_link_in_production_leads_to_an_app_and_the_codes_are_ten(house):
    browser, secret, codes = await with_app(strict(house))

    assert len(secret) == 32
    assert len(set(codes)) == 10
    assert await is_in(browser)


@pytest.mark.parametrize("came_by", ["link", "password"])
async def test_half_the_proof_opens_no_page(house, came_by):
    browser, *_ = await with_all(strict(house))
    await (sign_in(browser) if came_by == "password" else browser.post(await link_again(house)))
    paths = {route.path for route in console_routes(house.console()).routes if "GET" in route.methods}

    opened = [path for path in paths if (await browser.get(path.replace("{number}", "1"))).status_code != 303]

    assert set(opened) <= NOT_BEHIND_THE_DOOR | BETWEEN


async def test_the_right_code_opens_the_console_once(house):
    browser, secret, _ = await with_all(strict(house))
    await sign_in(browser)
    assert (await give(browser, code_at(house, secret))).status_code == 401  # it set up the app

    answer = await give(browser, code_at(house, secret, 1))

    assert answer.headers["location"] == "/console/"
    other = house.browser()
    await sign_in(other)
    assert (await give(other, code_at(house, secret, 1))).status_code == 401


@pytest.mark.parametrize("steps", [-2, 2, 100])
async def test_a_code_of_another_time_opens_nothing(house, steps):
    browser, secret, _ = await with_all(strict(house))
    await sign_in(browser)

    assert (await give(browser, code_at(house, secret, steps))).status_code == 401


async def test_a_recovery_code_opens_once_however_it_is_typed(house):
    browser, _, codes = await with_all(strict(house))
    await sign_in(browser)
    await give(browser, codes[3].upper().replace("-", " "))
    assert await is_in(browser)
    await browser.post("/console/sign-out")
    await sign_in(browser)

    assert (await give(browser, codes[3])).status_code == 401


async def test_a_new_link_does_not_go_around_the_app(house):
    await with_all(strict(house))
    stranger = house.browser()

    answer = await stranger.post(await link_again(house))

    assert answer.headers["location"] == "/console/code"
    assert (await stranger.get("/console/authenticator")).status_code == 303


async def test_a_password_alone_meets_no_app(house):
    await with_password(house)
    browser = strict(house).browser()

    answer = await sign_in(browser)

    assert answer.status_code == 403
    assert not await is_in(browser)


async def test_looking_at_the_picture_changes_nothing(house):
    browser = house.browser()
    await browser.post(f"/console/enter/{await strict(house).link_for('nurse')}")

    pages = {(await browser.get("/console/authenticator")).text for _ in range(2)}

    assert len(pages) == 1


async def test_neither_secret_nor_codes_are_readable_in_the_database(house):
    _, secret, codes = await with_app(strict(house))
    sealed = await column(house, "SELECT totp_secret FROM staff")
    hashed = await column(house, "SELECT code_index FROM recovery_codes")

    stored = b"".join([*sealed, *hashed])
    assert not any(one.encode() in stored for one in (secret, *codes, codes[0].replace("-", "")))
    assert len(hashed) == 10


async def test_demo_asks_for_no_second_step_but_heeds_one(house):
    browser = await house.signed_in("administrator")
    assert await is_in(browser)
    await browser.post("/console/account/app")

    assert (await browser.get("/console/authenticator")).status_code == 200


async def test_without_a_code_half_a_session_is_over_in_a_quarter_of_an_hour(house):
    browser, secret, _ = await with_all(strict(house))
    await sign_in(browser)
    house.clocks.system += timedelta(minutes=15)

    answer = await give(browser, code_at(house, secret))

    assert answer.headers["location"] == "/console/sign-in"


async def test_guessing_codes_takes_longer_and_longer(house):
    browser, *_ = await with_all(strict(house))
    await sign_in(browser)

    answers = [(await give(browser, f"{guess:06}")).status_code for guess in range(7)]

    assert answers == [401] * 5 + [429] * 2
