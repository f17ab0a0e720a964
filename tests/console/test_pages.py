import re
from html import unescape

import pytest

from bot.console.access import Role
from handlers.core.changes import Level, RaiseFlag
from handlers.core.values import ClinicId, ResponseId
from tests.console.house import CLINIC
from tests.console.record import WORDS, anna, intake, treated
from tests.console.samples import NOW, questionnaire

PAGE = "/console/patients/p1"


async def page(house, role=Role.DOCTOR, path=PAGE):
    browser = await house.signed_in(role)
    return await browser.get(path)


def words_of(answer) -> str:
    """Return the page as somebody reads it: without tags, one space between words."""
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", answer.text)).split())


async def test_an_empty_clinic_is_asked_to_invite_its_first_patient(house):
    answer = await page(house, path="/console/patients")

    assert "Invite your first patient" in answer.text


async def test_the_list_shows_initials_and_no_name(house):
    await house.add(anna(), *intake())

    answer = await page(house, path="/console/patients")

    assert "AR" in answer.text
    assert "Rossi" not in answer.text


async def test_a_case_number_is_found_by_a_part_of_it(house):
    await house.add(anna())
    await house.add(anna("p2", "YR-3000"))

    answer = await page(house, path="/console/patients?code=yr-30")

    assert ("YR-3000" in answer.text, "YR-2041" in answer.text) == (True, False)


async def test_a_patient_of_another_clinic_looks_like_one_that_does_not_exist(house):
    await house.add(anna(), clinic=ClinicId("other"))
    browser = await house.signed_in(Role.DOCTOR)

    theirs, nobodys = await browser.get(PAGE), await browser.get("/console/patients/p9")

    assert (theirs.status_code, nobodys.status_code) == (404, 404)
    assert theirs.text.replace("p1", "p9") == nobodys.text


async def test_flags_stand_before_the_answers_with_the_patients_own_words(house):
    await house.add(anna(), *intake())

    text = words_of(await page(house))

    assert text.index("Likely no: matches item CA-02") < text.index(WORDS)


async def test_no_match_is_not_shown_as_clearance(house):
    await house.add(anna())

    assert "No rule matched. This is not clearance." in words_of(await page(house))


async def test_rules_are_marked_as_a_draft(house):
    await house.add(anna(), *intake())

    text = words_of(await page(house))

    assert "Draft, to be approved by the clinic's medical director" in text


async def test_a_changed_answer_shows_what_it_was(house):
    await house.add(anna(), *intake())

    assert "<s>Never</s>" in (await page(house)).text


async def test_skipped_is_shown_as_skipped(house):
    await house.add(anna(), *intake())

    assert "Skipped" in words_of(await page(house))


async def test_messages_documents_and_consents_are_there(house):
    await house.add(anna(), *intake())

    text = words_of(await page(house))

    assert "Thank you. A doctor reads it." in text
    assert "MRI résumé.pdf Unsorted" in text
    assert "Health data" in text


async def test_the_care_plan_stands_in_the_patients_own_time(house):
    await house.add(anna(), *treated())

    text = words_of(await page(house))

    assert "1 Jan 2027 (Fri) 10:00 Rome 2027-01-01 09:00 UTC" in text


async def test_every_look_at_a_patient_is_written_down(house):
    await house.add(anna(), *intake())

    await page(house)

    assert ("patient.read", "p1") in await house.acts()


async def test_a_name_is_shown_on_request_and_that_is_written_down(house):
    await house.add(anna(), *intake())
    browser = await house.signed_in(Role.COORDINATOR)

    before = await browser.get(PAGE)
    after = await browser.post(f"{PAGE}/name", headers={"hx-request": "true"})

    assert ("Rossi" in before.text, "Rossi" in after.text) == (False, True)
    assert ("patient.name", "p1") in await house.acts()


async def test_sensitive_answers_are_for_nurses_and_doctors(house):
    changes = intake()
    item = questionnaire("check-in-month-1").item("f.selfharm")
    assert item.sensitive
    flag = RaiseFlag(
        "k", "FU-SH", "1", Level.ORANGE, "any", "Thoughts of suicide.", (("f.selfharm", "Yes, but not now"),),
        (), ResponseId("r-p1"), NOW,
    )  # fmt: skip
    await house.add(anna(), *changes, flag)

    nurse, coordinator = await page(house, Role.NURSE), await page(house, Role.COORDINATOR)

    assert ("Thoughts of suicide." in nurse.text, "Thoughts of suicide." in coordinator.text) == (True, False)


async def test_a_doctor_closes_a_flag_with_a_reason(house):
    await house.add(anna(), *intake())
    [flag] = (await house.views.record(CLINIC, anna().id)).flags
    browser = await house.signed_in(Role.DOCTOR)

    await browser.post(f"{PAGE}/flags/{flag.id}/close", data={"reason": "Discussed."})

    [closed] = (await house.views.record(CLINIC, anna().id)).flags
    assert (closed.reason, closed.closed_by) == ("Discussed.", "A doctor")


async def test_nobody_but_a_doctor_closes_a_flag(house):
    await house.add(anna(), *intake())
    [flag] = (await house.views.record(CLINIC, anna().id)).flags
    browser = await house.signed_in(Role.NURSE)

    answer = await browser.post(f"{PAGE}/flags/{flag.id}/close", data={"reason": "Discussed."})

    assert answer.status_code == 403


async def test_a_flag_is_not_closed_without_a_reason(house):
    await house.add(anna(), *intake())
    [flag] = (await house.views.record(CLINIC, anna().id)).flags
    browser = await house.signed_in(Role.DOCTOR)

    answer = await browser.post(f"{PAGE}/flags/{flag.id}/close", data={"reason": " "})

    assert answer.status_code == 400


async def test_a_task_is_closed_with_a_reason(house):
    await house.add(anna(), *intake())
    [task] = (await house.views.record(CLINIC, anna().id)).tasks
    browser = await house.signed_in(Role.COORDINATOR)

    await browser.post(f"{PAGE}/tasks/{task.id}/close", data={"reason": "Called her."})

    [closed] = (await house.views.record(CLINIC, anna().id)).tasks
    assert (closed.reason, closed.closed_by) == ("Called her.", "A coordinator")


async def test_a_task_of_somebody_else_is_not_found_here(house):
    await house.add(anna(), *intake())
    await house.add(anna("p2", "YR-3000"))
    [task] = (await house.views.record(CLINIC, anna().id)).tasks
    browser = await house.signed_in(Role.COORDINATOR)

    answer = await browser.post(f"/console/patients/p2/tasks/{task.id}/close", data={"reason": "Called."})

    assert answer.status_code == 404


@pytest.mark.parametrize(
    ("role", "path", "status"),
    [
        (Role.COORDINATOR, "/console/staff", 403),
        (Role.COORDINATOR, "/console/log", 403),
        (Role.AUDITOR, PAGE, 403),
        (Role.AUDITOR, "/console/log", 200),
        (Role.INTERPRETER, PAGE, 403),
        (Role.INTERPRETER, "/console/assigned", 200),
        (Role.ADMINISTRATOR, PAGE, 403),
        (Role.ADMINISTRATOR, "/console/clinic", 200),
    ],
)
async def test_a_role_opens_its_own_pages_only(house, role, path, status):
    house.demo = False
    await house.add(anna())

    assert (await page(house, role, path)).status_code == status


async def test_in_demo_one_person_can_try_everything(house):
    await house.add(anna(), *intake())
    browser = await house.signed_in(Role.ADMINISTRATOR)

    paths = (f"/console/{page}" for page in ("duplicates", "invite", "clinic", "staff", "log"))

    assert {(await browser.get(path)).status_code for path in (PAGE, *paths)} == {200}


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("<script>alert(1)</script>", "&lt;script&gt;alert(1)&lt;/script&gt;"),
        ('"><img src=x onerror=y>', "&#34;&gt;&lt;img src=x onerror=y&gt;"),
        ("{{ 7 * 7 }}", "{{ 7 * 7 }}"),
    ],
)
async def test_hostile_words_are_shown_and_not_run(house, text, shown):
    await house.add(anna(name=text), *intake())
    browser = await house.signed_in(Role.DOCTOR)

    answer = await browser.post(f"{PAGE}/name")

    assert shown in answer.text
    assert "<img src=x" not in answer.text


async def test_pages_allow_no_inline_script_or_style(house):
    await house.add(anna(), *intake(), *treated())

    answer = await page(house)

    assert "style=" not in answer.text
    assert "'unsafe-inline'" not in answer.headers["content-security-policy"]
    assert re.search(r"<script(?! src=)", answer.text) is None


async def test_nothing_is_loaded_from_elsewhere(house):
    await house.add(anna(), *intake())

    answer = await page(house)

    assert re.findall(r'(?:src|href)="(?!/console/|#)[^"]*"', answer.text) == []


@pytest.mark.parametrize("name", ["console.css", "vendor/htmx.min.js", "vendor/pico.min.css", "icon.svg"])
async def test_style_and_scripts_are_our_own_files(house, name):
    answer = await house.browser().get(f"/console/static/{name}")

    assert answer.status_code == 200


async def test_no_file_outside_the_folder_is_served(house):
    answer = await house.browser().get("/console/static/..%2f..%2fsessions.py")

    assert answer.status_code == 404


async def test_an_erased_patients_page_holds_no_words(house):
    await house.add(anna(), *intake())
    await house.database.write(lambda conn: conn.exec_driver_sql("UPDATE patients SET wrapped_key = NULL"))

    answer = await page(house)

    assert (answer.status_code, WORDS in answer.text) == (410, False)
    assert "This patient was erased" in answer.text
