"""The summary in the console: a page, a PDF, a Bundle, and all patients as a table."""

import csv
import io
import zipfile

import pytest

from bot.console.access import Role
from tests.console.house import CLINIC
from tests.console.record import anna, intake
from tests.console.test_pages import words_of

SUMMARY = "/console/patients/p1/summary"


async def test_the_summary_shows_flags_first_and_the_patients_words(house):
    await house.add(anna(language="ja"), *intake())
    doctor = await house.signed_in(Role.DOCTOR)

    words = words_of(await doctor.get(SUMMARY))

    assert words.index("CA-02") < words.index("Diagnosis and course") < words.index("What is missing")
    assert "A neurologist" in words or "脳神経内科の医師" in words


async def test_the_page_says_which_version_was_opened_in_the_console(house):
    await house.add(anna(), *intake())
    doctor = await house.signed_in(Role.DOCTOR)

    page = await doctor.get(SUMMARY)
    await doctor.post(f"{SUMMARY}/seen", data={"version": "7"})  # which is not the newest
    before = await house.console().deliveries.of(CLINIC, anna().id)
    told = await doctor.post(f"{SUMMARY}/seen", data={"version": "0"})

    [seen] = await house.console().deliveries.of(CLINIC, anna().id)
    assert (before, seen.way, seen.state, seen.version) == ([], "console", "delivered", 0)
    assert ("hx-post" in page.text, "hx-post" in told.text) == (True, False)
    assert "Opened in the console arrived" in words_of(told)
    assert f'hx-post="{SUMMARY}/seen"' not in (await doctor.get(SUMMARY)).text


async def test_telling_which_version_a_page_shows_is_no_second_line(house):
    await house.add(anna(), *intake())
    doctor, other = await house.signed_in(Role.DOCTOR), await house.signed_in(Role.DOCTOR)

    await doctor.get(SUMMARY)
    for browser in (doctor, other):
        await browser.post(f"{SUMMARY}/seen", data={"version": "0"})

    assert [action for action, _ in await house.acts()].count("summary.read") == 2


async def test_a_doctors_decision_stands_at_its_head(house):
    await house.add(anna(), *intake())
    doctor = await house.signed_in(Role.DOCTOR)
    await doctor.post("/console/patients/p1/decision", data={"outcome": "more", "reason": "MRI report"})

    words = words_of(await doctor.get(SUMMARY))

    assert "Doctor's decision: More information needed, 24 November 2026, A doctor (MRI report)" in words


@pytest.mark.parametrize(
    ("path", "begins"), [(f"{SUMMARY}.pdf", b"%PDF-1."), (f"{SUMMARY}.json", b'{"resourceType": "Bundle"')]
)
async def test_it_is_handed_out_as_a_file_and_that_is_written_down(house, path, begins):
    await house.add(anna(), *intake())
    doctor = await house.signed_in(Role.DOCTOR)

    answer = await doctor.get(path)

    assert answer.content.startswith(begins)
    assert "attachment" in answer.headers["content-disposition"]
    assert (await house.acts())[0][0].startswith("summary.")


async def test_all_patients_make_a_table_in_which_nothing_is_a_formula(house):
    await house.add(anna(name="=HYPERLINK(1)"), *intake())
    await house.add(anna("p2", "YR-2042", name="Bo"), *intake("p2"))
    doctor = await house.signed_in(Role.DOCTOR)

    text = (await doctor.get("/console/export/patients.csv")).content.decode("utf-8-sig")

    head, *rows = csv.reader(io.StringIO(text))
    assert [row[:2] for row in rows] == [["YR-2041", "'=HYPERLINK(1)"], ["YR-2042", "Bo"]]
    assert rows[0][head.index("hx.cancer")] == "Yes, in the past"


async def test_the_same_table_opens_as_a_workbook(house):
    await house.add(anna(), *intake())
    doctor = await house.signed_in(Role.DOCTOR)

    answer = await doctor.get("/console/export/patients.xlsx")

    sheet = zipfile.ZipFile(io.BytesIO(answer.content)).read("xl/worksheets/sheet1.xml")
    assert b"YR-2041" in sheet
    assert b"<f>" not in sheet


@pytest.mark.parametrize(
    "path", [SUMMARY, f"{SUMMARY}.pdf", f"{SUMMARY}.json", "/console/export/patients.csv"]
)
async def test_who_may_not_see_patients_gets_none_of_it(house, path):
    await house.add(anna(), *intake())
    auditor = await house.signed_in(Role.AUDITOR)

    assert (await auditor.get(path)).status_code == 403
