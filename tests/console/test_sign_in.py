from datetime import timedelta

import pytest

from bot.console import passwords
from bot.console.access import Role
from storage.staff_sessions import Limits
from tests.console.house import CLINIC, ORIGIN, PASSWORD

USUAL = passwords.HASHER
"""As the product hashes, before a fixture makes it cheap."""


async def with_password(house, role=Role.COORDINATOR, email="hana@clinic.example"):
    browser = house.browser()
    await browser.post(f"/console/enter/{await house.link_for(role, email)}")
    await browser.post("/console/password", data={"password": PASSWORD})
    await browser.post("/console/sign-out")
    return browser


def sign_in(browser, email="hana@clinic.example", password=PASSWORD):
    return browser.post("/console/sign-in", data={"email": email, "password": password})


async def test_looking_at_a_one_time_link_does_not_spend_it(house):
    token = await house.link_for(Role.ADMINISTRATOR)
    browser = house.browser()
    await browser.get(f"/console/enter/{token}")

    answer = await browser.post(f"/console/enter/{token}")

    assert answer.headers["location"] == "/console/password"


async def test_a_one_time_link_works_once(house):
    token = await house.link_for(Role.ADMINISTRATOR)
    await house.browser().post(f"/console/enter/{token}")

    answer = await house.browser().post(f"/console/enter/{token}")

    assert answer.status_code == 410


async def test_a_one_time_link_expires(house):
    token = await house.link_for(Role.ADMINISTRATOR)
    house.clocks.system += timedelta(days=1, seconds=1)

    answer = await house.browser().post(f"/console/enter/{token}")

    assert answer.status_code == 410


async def test_a_password_opens_the_console_again(house):
    browser = await with_password(house)

    answer = await sign_in(browser, "HANA@clinic.example ")

    assert answer.headers["location"] == "/console/"
    assert (await browser.get("/console/")).status_code == 200


async def test_an_unknown_address_and_a_wrong_password_look_the_same(house):
    browser = await with_password(house)

    wrong = await sign_in(browser, password="not this one at all")
    unknown = await sign_in(browser, email="nobody@clinic.example")

    assert (wrong.status_code, unknown.status_code) == (401, 401)
    assert wrong.text.replace("hana@", "nobody@") == unknown.text


async def test_somebody_without_a_password_cannot_sign_in_with_an_empty_one(house):
    await house.link_for(Role.DOCTOR, "ito@clinic.example")

    answer = await sign_in(house.browser(), "ito@clinic.example", "anything at all")

    assert answer.status_code == 401


async def test_after_ten_wrong_passwords_even_the_right_one_has_to_wait(house):
    browser = await with_password(house)
    for _ in range(10):
        await sign_in(browser, password="not this one at all")

    assert (await sign_in(browser)).status_code == 429
    house.clocks.system += timedelta(minutes=15)
    assert (await sign_in(browser)).status_code == 303


async def test_a_short_password_is_refused(house):
    house.demo = False
    browser = await house.signed_in(Role.COORDINATOR)

    answer = await browser.post("/console/password", data={"password": "fourteen chars"})

    assert "at least 15 characters" in answer.text


@pytest.mark.parametrize(("waited", "status"), [(timedelta(minutes=29), 200), (timedelta(minutes=31), 303)])
async def test_a_session_ends_after_half_an_hour_of_silence(house, waited, status):
    browser = await house.signed_in(Role.COORDINATOR)
    house.clocks.system += waited

    assert (await browser.get("/console/")).status_code == status


async def test_a_session_ends_after_twelve_hours_however_busy(house):
    browser = await house.signed_in(Role.COORDINATOR)
    for _ in range(30):
        house.clocks.system += timedelta(minutes=25)
        answer = await browser.get("/console/")

    assert answer.status_code == 303


async def test_a_jump_of_the_business_clock_ends_no_session(house):
    browser = await house.signed_in(Role.COORDINATOR)
    house.clocks.business += timedelta(days=180)

    assert (await browser.get("/console/")).status_code == 200


async def test_a_cookie_kept_from_before_signing_out_is_worth_nothing(house):
    browser = await house.signed_in(Role.COORDINATOR)
    kept = dict(browser.cookies)
    await browser.post("/console/sign-out")

    browser.cookies.update(kept)

    assert (await browser.get("/console/")).status_code == 303


async def test_the_cookie_is_kept_from_scripts_and_other_sites(house):
    answer = await house.browser().post(f"/console/enter/{await house.link_for(Role.DOCTOR)}")

    cookie = answer.headers["set-cookie"]
    assert {"HttpOnly", "SameSite=strict", "Path=/"} <= set(cookie.split("; "))


async def test_a_form_of_another_site_changes_nothing(house):
    browser = await house.signed_in(Role.COORDINATOR)

    answer = await browser.post("/console/invite", headers={"sec-fetch-site": "cross-site"})

    assert answer.status_code == 403


async def test_the_token_itself_is_not_in_the_database(house):
    browser = await house.signed_in(Role.COORDINATOR)
    token = browser.cookies["yorisoi-console"]

    limits = Limits(house.clocks.system, timedelta(minutes=30))
    found = await house.door.sessions.of(CLINIC, token, limits)
    stored = await house.database.read(
        lambda conn: conn.exec_driver_sql("SELECT token_hash FROM staff_sessions").scalars().all()
    )

    assert found is not None
    assert token not in stored


@pytest.mark.parametrize(
    "path",
    ["/console/", "/console/patients/p1", "/console/duplicates", "/console/staff", "/console/log"],
)
async def test_without_a_session_every_page_leads_to_the_door(house, path):
    answer = await house.browser().get(path)

    assert (answer.status_code, answer.headers["location"]) == (303, "/console/sign-in")


async def test_a_part_of_a_page_sends_the_whole_page_to_the_door(house):
    answer = await house.browser().get("/console/", headers={"hx-request": "true"})

    assert answer.headers["hx-redirect"] == "/console/sign-in"


async def test_the_console_speaks_japanese_when_asked(house):
    browser = house.browser()
    await browser.post("/console/language", data={"language": "ja", "back": "/console/sign-in"})

    answer = await browser.get("/console/sign-in")

    assert 'lang="ja"' in answer.text
    assert ORIGIN not in answer.text


async def test_every_way_in_is_written_down(house):
    browser = await with_password(house)
    await sign_in(browser)

    assert [action for action, _ in await house.acts()] == [
        "sign-in.password",
        "staff.password",
        "sign-in.link",
    ]


async def test_whoever_chooses_a_password_reads_with_which_address_it_goes(house):
    browser = house.browser()
    await browser.post(f"/console/enter/{await house.link_for(Role.NURSE, 'mori@clinic.example')}")

    answer = await browser.get("/console/password")

    assert "You sign in with mori@clinic.example and this password." in answer.text


def test_a_password_costs_64_mebibytes_of_argon2id():
    assert (USUAL.type.name, USUAL.memory_cost >= 65536, USUAL.time_cost >= 3) == ("ID", True, True)
