"""The door on SQLite and on PostgreSQL: codes once, tries counted, lost phones."""

from tests.console.at_the_door import code_at, give, is_in, sign_in, strict, with_all


async def test_codes_open_once_and_tries_are_counted(house_on_each):
    house = strict(house_on_each)
    browser, secret, codes = await with_all(house)
    await sign_in(browser)
    opened = [(await give(browser, code)).status_code for code in (code_at(house, secret), codes[0])]
    await browser.post("/console/sign-out")
    await sign_in(browser)

    refused = [(await give(browser, codes[0])).status_code for _ in range(6)]

    assert opened == [401, 303]
    assert refused == [401] * 5 + [429]


async def test_sessions_end_everywhere(house_on_each):
    house = house_on_each
    first, second = await house.signed_in("administrator"), house.browser()
    member = (await house.staff.members("default"))[0]
    second.cookies = first.cookies
    await house.door.sessions.end_all("default", member.id, now_system=house.clocks.system)

    assert (await is_in(first), await is_in(second)) == (False, False)
