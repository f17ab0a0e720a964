"""Two records of one person: found, put together by staff, and taken apart again."""

import pytest

from bot.console.access import Role
from tests.console.house import CLINIC
from tests.console.record import anna, intake, treated
from tests.console.test_pages import PAGE, words_of


async def twice(house):
    await house.add(anna(), *intake())
    await house.add(anna("p2", "YR-3000", name="Rossi Anna Maria"))
    browser = await house.signed_in(Role.COORDINATOR)
    await browser.post("/console/duplicates/merge", data={"patient": "p2", "into": "p1"})
    return browser


async def test_two_records_of_one_person_are_found(house):
    await house.add(anna(), *intake())
    await house.add(anna("p2", "YR-3000", name="Rossi Anna Maria"))
    browser = await house.signed_in(Role.COORDINATOR)

    answer = await browser.get("/console/duplicates")

    assert "Same birth date, similar name" in words_of(answer)


async def test_a_merged_record_is_shown_under_the_other_and_not_in_the_list(house):
    browser = await twice(house)

    answer, kept = await browser.get("/console/patients"), await browser.get(PAGE)

    assert ("YR-3000" in answer.text, "YR-3000" in kept.text) == (False, True)


async def test_a_merge_can_be_undone(house):
    browser = await twice(house)
    [merge] = await house.views.merges(CLINIC)

    await browser.post("/console/duplicates/undo", data={"merge": merge.id})

    assert "YR-3000" in (await browser.get("/console/patients")).text
    assert await house.views.merges(CLINIC) == ()


@pytest.mark.parametrize(("patient", "into"), [("p1", "p2"), ("p2", "p1")])
async def test_a_record_that_is_merged_already_is_merged_no_further(house, patient, into):
    browser = await twice(house)

    answer = await browser.post("/console/duplicates/merge", data={"patient": patient, "into": into})

    assert answer.status_code == 404
    assert len(await house.views.merges(CLINIC)) == 1


async def states_of(house, patient):
    record = await house.views.record(CLINIC, patient)
    return {(one.state, one.reason) for one in record.follow_ups}


async def test_a_merged_record_asks_for_no_check_ins_until_the_merge_is_undone(house):
    await house.add(anna())
    await house.add(anna("p2", "YR-3000", name="Rossi Anna Maria"), *treated("p2"))
    browser = await house.signed_in(Role.COORDINATOR)

    await browser.post("/console/duplicates/merge", data={"patient": "p2", "into": "p1"})
    merged = await states_of(house, "p2")
    [merge] = await house.views.merges(CLINIC)
    await browser.post("/console/duplicates/undo", data={"merge": merge.id})

    assert merged == {("cancelled", "merged")}
    assert await states_of(house, "p2") == {("scheduled", "")}


@pytest.mark.parametrize(("patient", "into"), [("p1", "p1"), ("p1", "p9"), ("p9", "p1")])
async def test_a_merge_that_makes_no_sense_is_refused(house, patient, into):
    await house.add(anna())
    browser = await house.signed_in(Role.COORDINATOR)

    answer = await browser.post("/console/duplicates/merge", data={"patient": patient, "into": into})

    assert answer.status_code == 404
