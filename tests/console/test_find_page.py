"""The page that finds patients: what is typed stands in no address, and is for whoever typed it."""

import re

import pytest

from bot.console.access import Role
from bot.console.find import PAGE_SIZE
from tests.console.record import anna
from tests.console.test_finding import two

PATH = "/console/find"


async def asked(browser, typed="", **chosen):
    return await browser.post(PATH, data={"typed": typed, **chosen})


def codes(page):
    return sorted(re.findall(r"<strong>(YR-\d+)</strong>", page.text))


async def test_who_is_found_can_be_opened_and_what_was_typed_stands_in_no_address(house):
    await two(house)
    browser = await house.signed_in(Role.COORDINATOR)

    answer = await asked(browser, "Rossi 1958-04-12", stage="submitted")
    page = await browser.get(answer.headers["location"])

    assert answer.status_code == 303
    assert not re.search("(?i)rossi|1958", answer.headers["location"])
    assert 'href="/console/patients/p1"' in page.text
    assert (codes(page), 'value="Rossi 1958-04-12"' in page.text) == (["YR-2041"], True)


async def test_a_link_with_words_in_it_is_for_whoever_typed_them(house):
    await two(house)
    mine, anothers = await house.signed_in(Role.DOCTOR), await house.signed_in(Role.DOCTOR)
    link = (await asked(mine, "rossi")).headers["location"]

    assert [(await one.get(link)).status_code for one in (mine, anothers)] == [200, 404]


@pytest.mark.parametrize("words", ["x", "AAAA", "%C3%A9", "A" * 300])
async def test_a_link_that_is_none_of_ours_is_not_found(house, words):
    browser = await house.signed_in(Role.DOCTOR)

    assert (await browser.get(f"{PATH}?words={words}")).status_code == 404


async def test_what_is_chosen_is_kept_on_the_next_page(house):
    for number in range(PAGE_SIZE + 1):
        await house.add(anna(f"p{number:03d}", f"YR-{number}"))
    browser = await house.signed_in(Role.NURSE)

    first = await browser.get(PATH + "?language=en")
    [more] = re.findall(r'<a href="(\?language=en&amp;page=2)">', first.text)
    second = await browser.get(PATH + more.replace("&amp;", "&"))

    assert [len(codes(first)), len(codes(second))] == [PAGE_SIZE, 1]


async def test_nobody_found_is_said(house):
    browser = await house.signed_in(Role.NURSE)
    page = await browser.get((await asked(browser, "nobody")).headers["location"])

    assert "Nobody was found." in page.text


@pytest.mark.parametrize("role", [Role.AUDITOR, Role.INTERPRETER, Role.ADMINISTRATOR])
async def test_who_may_not_see_patients_finds_none_and_has_no_box(house, role):
    house.demo = False
    browser = await house.signed_in(role)

    assert (await browser.get(PATH)).status_code == 403
    assert (await asked(browser, "rossi")).status_code == 403
    assert "find-box" not in (await browser.get("/console/")).text


async def test_that_somebody_looked_is_written_down_without_what_they_typed(house):
    await two(house)
    browser = await house.signed_in(Role.DOCTOR)
    await browser.get((await asked(browser, "rossi")).headers["location"])

    acts = await house.acts()

    assert acts[0] == ("page.read", PATH)
    assert "rossi" not in str(acts).lower()
