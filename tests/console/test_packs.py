"""Packs in the console: loaded, linked, worded, compared, put in force and taken back."""

import html
import json

import pytest

from bot.console.access import Role
from tests.console.house import CLINIC
from tests.console.record import anna, intake, treated

PAGE = "/console/clinic/packs"
EXTENSIONS = "https://yorisoi.example/fhir/StructureDefinition"
SLEEP = {
    "resourceType": "Questionnaire",
    "id": "sleep",
    "url": "https://clinic.example/fhir/Questionnaire/sleep",
    "version": "1",
    "title": "Sleep",
    "status": "active",
    "item": [
        {
            "linkId": "sl.hours",
            "type": "integer",
            "text": "How many hours did you sleep?",
            "extension": [
                {"url": f"{EXTENSIONS}/helper", "valueString": "How many hours did {first_name} sleep?"},
                {"url": f"{EXTENSIONS}/why", "valueString": "Sleep often changes with the illness."},
            ],
        }
    ],
}
OWN = "sleep/sl.hours#"
KEY = f"{OWN}text"
STEP = {
    "questionnaire": "sleep",
    "anchor": "infusion",
    "days": "14",
    "window": "7",
    "ladder": "check-in-week",
}
ASKED = {
    "ja": "何時間眠りましたか。",
    "zh-Hans": "请填写您睡了几个小时。",
    "vi": "Bạn đã ngủ mấy tiếng?",
    "ar": "كم ساعة نمت؟",
}
"""A question of a clinic's own in the pack's other languages."""


@pytest.fixture
async def browser(house):
    return await house.signed_in(Role.ADMINISTRATOR)


async def load(browser, content, name="sleep.json"):
    return await browser.post(PAGE, files=[("file", (name, content))])


async def own(browser, form=SLEEP):
    """Load a questionnaire of the clinic's own, link it, and give it words in every language."""
    await load(browser, json.dumps(form).encode())
    await browser.post(f"{PAGE}/1/step", data=STEP)
    for language, text in ASKED.items():
        helper = f"{text} ({{first_name}})"
        words = {"sleep#title": text, KEY: text, f"{OWN}helper": helper, f"{OWN}why": text}
        await browser.post(f"{PAGE}/1/words?questionnaire=sleep&language={language}", data=words)
    return html.unescape((await browser.get(f"{PAGE}/1")).text)


async def test_a_clinics_own_questionnaire_is_put_in_force_and_taken_back(house, browser):
    page = await own(browser)
    used = await browser.post(f"{PAGE}/1/use", data={"seq": "0"})
    around = house.present.around
    spoken = around.catalogs.get("ja").template(KEY)
    too_late = await browser.post(f"{PAGE}/0/use", data={"seq": "0"})

    await browser.post(f"{PAGE}/0/use", data={"seq": "1"})

    assert "The check found nothing wrong." in page
    assert used.headers["location"] == f"{PAGE}?done=packs.now_in_force"
    assert (around.protocol.step("own-sleep").questionnaire, spoken) == (SLEEP["url"], ASKED["ja"])
    assert "Somebody else has just put another pack in force" in too_late.text
    assert "own-sleep" not in {step.id for step in house.present.around.protocol.steps}
    assert not house.present.around.catalogs.get("ja").has(KEY)


async def test_a_page_says_what_is_wrong_what_changes_and_whom_it_affects(house, browser):
    await house.add(anna(), *intake(), *treated())
    await load(browser, json.dumps(SLEEP).encode())
    page = html.unescape((await browser.get(f"{PAGE}/1")).text)
    await browser.post(f"{PAGE}/1/step", data=STEP)

    linked = html.unescape((await browser.get(f"{PAGE}/1")).text)

    assert "neither the intake nor a step asks this questionnaire" in page
    assert f"{PAGE}/1/words?questionnaire=sleep&language=ar" in linked
    assert "Patients it affects: 1 (" in page
    assert "3 planned check-ins stay as they are." in page


async def test_what_has_errors_is_not_put_in_force(house, browser):
    await load(browser, json.dumps(SLEEP).encode())

    answer = await browser.post(f"{PAGE}/1/use", data={"seq": "0"})

    assert answer.status_code == 400
    assert await house.packs.packs.in_force(CLINIC) == (0, 0)


@pytest.mark.parametrize("content", [b"PK\x03\x04 no zip", b"{}", b"", b"\xff\xfe"])
async def test_what_is_no_pack_is_refused_with_a_word(browser, content):
    answer = await load(browser, content)

    assert answer.status_code in {400, 413}
    assert "It was not loaded." in answer.text


async def test_a_promise_is_not_kept_as_a_translation(house, browser):
    await load(browser, json.dumps(SLEEP).encode())
    words = {KEY: "必ず治ります"}

    answer = await browser.post(f"{PAGE}/1/words?questionnaire=sleep&language=ja", data=words)

    assert answer.status_code == 400
    assert "Not kept" in answer.text


@pytest.mark.parametrize("look", ["web", "telegram", "whatsapp", "whatsapp-link", "terminal"])
async def test_a_questionnaire_is_seen_as_each_channel_shows_it(browser, look):
    answer = await browser.get(f"{PAGE}/0/preview?questionnaire=check-in-month-1&look={look}&by=helper")

    said = "a message from Sakura Clinic waits" if look == "whatsapp-link" else "Hard to breathe"
    assert said in answer.text


@pytest.mark.parametrize("role", [Role.COORDINATOR, Role.DOCTOR, Role.AUDITOR])
async def test_only_an_administrator_changes_packs(house, role):
    browser = await house.signed_in(role)

    assert (await browser.get(PAGE)).status_code == 403
    assert (await load(browser, b"{}")).status_code == 403
