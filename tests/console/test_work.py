from datetime import datetime, timedelta

import pytest

from bot.console.access import Role
from handlers.core.papers import DocumentState
from handlers.errors import NotFound
from tests.console.house import CLINIC, FILE
from tests.console.record import anna, intake, treated
from tests.console.samples import NOW
from tests.console.test_pages import PAGE, words_of

DATE = {"kind": "infusion", "day": "2026-11-30", "time": "09:30"}
DOCUMENT = f"{PAGE}/documents/d-p1"


async def stored(house, mime="application/pdf"):
    await house.add(anna(), *intake())
    await house.database.write(
        lambda conn: conn.exec_driver_sql("UPDATE documents SET state = 'stored', mime = ?", (mime,))
    )


async def test_the_plan_is_shown_before_anything_is_saved(house):
    await house.add(anna())
    browser = await house.signed_in(Role.COORDINATOR)

    answer = await browser.post(f"{PAGE}/date/preview", data=DATE)

    assert "This would plan 3 check-ins" in words_of(answer)
    assert await house.entered() == ([], "10:00")


async def test_a_treatment_date_is_entered_on_the_clinics_clock(house):
    await house.add(anna())
    browser = await house.signed_in(Role.COORDINATOR)

    await browser.post(f"{PAGE}/date", data=DATE)

    assert await house.entered() == ([("infusion", "2026-11-30T09:30", "Asia/Tokyo")], "10:00")


async def test_the_good_hour_for_messages_is_part_of_the_plan_and_of_the_date(house):
    await house.add(anna())
    browser = await house.signed_in(Role.COORDINATOR)

    shown = await browser.post(f"{PAGE}/date/preview", data={**DATE, "hour": "15:00"})
    await browser.post(f"{PAGE}/date", data={**DATE, "hour": "15:00"})

    assert 'name="hour" value="15:00"' in shown.text
    assert (await house.entered())[1] == "15:00"


@pytest.mark.parametrize("path", ["date", "date/preview"])
async def test_a_day_that_is_not_in_the_calendar_is_explained(house, path):
    await house.add(anna())
    browser = await house.signed_in(Role.COORDINATOR)

    answer = await browser.post(f"{PAGE}/{path}", data={**DATE, "day": "2026-02-30"})

    assert "cannot be used" in words_of(answer)


async def test_a_date_that_plans_nothing_says_so(house):
    await house.add(anna())
    browser = await house.signed_in(Role.COORDINATOR)

    answer = await browser.post(f"{PAGE}/date/preview", data={**DATE, "kind": "harvest"})

    assert "plans no check-ins" in words_of(answer)


async def test_a_file_is_handed_out_under_its_own_name(house):
    await stored(house)
    browser = await house.signed_in(Role.COORDINATOR)

    answer = await browser.get(DOCUMENT)

    assert answer.content == FILE
    assert answer.headers["content-disposition"].endswith("filename*=UTF-8''MRI%20r%C3%A9sum%C3%A9.pdf")


async def test_a_file_can_do_nothing_in_the_browser(house):
    await stored(house, "application/pdf")
    house.picture = b"drawn anew"
    browser = await house.signed_in(Role.COORDINATOR)

    answer = await browser.get(f"{DOCUMENT}/view")

    assert (answer.content, answer.headers["content-type"]) == (b"drawn anew", "image/jpeg")
    assert answer.headers["content-security-policy"] == "default-src 'none'; sandbox"
    assert answer.headers["x-content-type-options"] == "nosniff"


async def test_what_no_picture_is_drawn_of_is_not_shown_inside_the_page(house):
    await stored(house, "image/svg+xml")
    browser = await house.signed_in(Role.COORDINATOR)

    assert (await browser.get(f"{DOCUMENT}/view")).status_code == 404


async def test_a_file_that_has_not_come_yet_cannot_be_opened(house):
    await house.add(anna(), *intake())
    browser = await house.signed_in(Role.COORDINATOR)

    [document] = (await house.views.record(CLINIC, anna().id)).documents

    assert document.state is DocumentState.PENDING
    assert (await browser.get(DOCUMENT)).status_code == 404


async def test_what_is_found_in_a_file_stands_beside_it(house):
    await stored(house)
    browser = await house.signed_in(Role.COORDINATOR)

    await browser.post(f"{DOCUMENT}/judge", data={"verdict": "unreadable", "dated": "2026-02"})

    assert "cannot be read · of 2026-02" in words_of(await browser.get(PAGE))
    assert ("document.judge", "d-p1") in await house.acts()


async def test_a_better_copy_is_asked_for_with_one_tap_and_its_reason(house):
    await stored(house)
    browser = await house.signed_in(Role.COORDINATOR)

    await browser.post(f"{DOCUMENT}/again", data={"verdict": "locked"})

    assert "locked with a password" in words_of(await browser.get(PAGE))
    assert ("document.judge", "d-p1") in await house.acts()


@pytest.mark.parametrize("form", [{"verdict": "fine"}, {"verdict": "accepted", "dated": "2026-13"}, {}])
async def test_no_other_word_or_date_is_taken_about_a_file(house, form):
    await stored(house)
    browser = await house.signed_in(Role.COORDINATOR)

    assert (await browser.post(f"{DOCUMENT}/judge", data=form)).status_code == 400


@pytest.mark.parametrize(
    ("role", "status"), [(Role.DOCTOR, 303), (Role.NURSE, 403), (Role.ADMINISTRATOR, 303)]
)
async def test_only_a_doctor_decides(house, role, status):
    await house.add(anna(), *intake())
    browser = await house.signed_in(role)

    answer = await browser.post(f"{PAGE}/decision", data={"outcome": "more", "reason": "MRI first"})

    assert answer.status_code == status


async def test_a_decision_stands_on_the_page_with_its_reason_and_in_the_log(house):
    await house.add(anna(), *intake())
    browser = await house.signed_in(Role.DOCTOR)

    await browser.post(f"{PAGE}/decision", data={"outcome": "more", "reason": "MRI first"})
    house.clocks.business += timedelta(minutes=1)
    await browser.post(f"{PAGE}/decision", data={"outcome": "candidate", "reason": "All read"})

    page = words_of(await browser.get(PAGE))
    assert page.index("For a consultation All read") < page.index("More information needed MRI first")
    assert {("decision.more", "p1"), ("decision.candidate", "p1")} <= set(await house.acts())


@pytest.mark.parametrize("form", [{"outcome": "yes", "reason": "because"}, {"outcome": "more", "reason": ""}])
async def test_a_decision_is_one_of_three_and_has_a_reason(house, form):
    await house.add(anna(), *intake())
    browser = await house.signed_in(Role.DOCTOR)

    assert (await browser.post(f"{PAGE}/decision", data=form)).status_code == 400


async def test_a_file_is_not_found_under_another_patient(house):
    await stored(house)
    await house.add(anna("p2", "YR-3000"))
    browser = await house.signed_in(Role.COORDINATOR)

    assert (await browser.get("/console/patients/p2/documents/d-p1")).status_code == 404


async def test_opening_a_file_is_written_down(house):
    await stored(house)
    browser = await house.signed_in(Role.COORDINATOR)

    await browser.get(DOCUMENT)

    assert ("document.download", "d-p1") in await house.acts()


async def test_an_invitation_is_a_link_and_a_code(house):
    browser = await house.signed_in(Role.COORDINATOR)

    answer = await browser.post("/console/invite", data={"kind": "open"})

    assert "/chat/start/open" in answer.text
    assert 'src="data:image/svg+xml' in answer.text


async def test_the_clinics_words_and_plans_are_saved(house):
    browser = await house.signed_in(Role.ADMINISTRATOR)

    plan = {"no": "PB1234567", "class": "II", "committee": "Tokyo", "disease": "Parkinson's disease"}
    form = {f"plan_{part}_msc_iv": said for part, said in plan.items()}
    await browser.post("/console/clinic", data={"clinic_name": "Hikari", **form})

    clinic = await house.clinics.get(CLINIC)
    assert clinic.texts["clinic_name"] == "Hikari"
    assert clinic.routes == {"msc_iv"}


async def test_a_treatment_is_not_offered_on_a_wrong_plan_number(house):
    browser = await house.signed_in(Role.ADMINISTRATOR)

    answer = await browser.post("/console/clinic", data={"plan_no_msc_iv": "PZ1"})

    assert answer.status_code == 400
    assert (await house.clinics.get(CLINIC)).routes == frozenset()


async def test_a_new_member_gets_a_link_that_opens_the_door(house):
    browser = await house.signed_in(Role.ADMINISTRATOR)
    form = {"name": "Dr. Ito", "email": "ito@clinic.example", "role": "doctor"}

    answer = await browser.post("/console/staff", data=form)

    link = answer.text.split('readonly value="http://127.0.0.1:8000')[1].split('"')[0]
    assert (await house.browser().post(link)).headers["location"] == "/console/password"


async def test_an_address_belongs_to_one_member(house):
    browser = await house.signed_in(Role.ADMINISTRATOR)
    form = {"name": "Dr. Ito", "email": "ito@clinic.example", "role": "doctor"}
    await browser.post("/console/staff", data=form)

    answer = await browser.post("/console/staff", data={**form, "email": "ITO@clinic.example"})

    assert "there already" in answer.text


async def test_a_jump_leads_to_the_next_check_in(house):
    await house.add(anna(), *treated())
    browser = await house.signed_in(Role.ADMINISTRATOR)
    answer = await browser.get(PAGE)
    button = answer.text.split('name="to" value="')[1].split('"')[0]

    await browser.post("/console/demo/jump", data={"to": button, "back": PAGE})

    assert house.clocks.business == datetime.fromisoformat("2027-01-01T09:01:00+00:00")


async def test_the_clock_never_goes_back(house):
    browser = await house.signed_in(Role.ADMINISTRATOR)

    await browser.post("/console/demo/jump", data={"to": (NOW - timedelta(days=1)).isoformat()})

    assert house.clocks.business == NOW


async def test_outside_demo_there_is_no_jump(house):
    house.demo = False
    browser = await house.signed_in(Role.COORDINATOR)

    answer = await browser.post("/console/demo/jump", data={"to": "2030-01-01T00:00:00+00:00"})

    assert answer.status_code == 404


async def test_another_clinics_patient_is_not_found_by_the_views(house):
    await house.add(anna())

    with pytest.raises(NotFound):
        await house.views.record("other", anna().id)
