"""A red tap in a safety check: who is called on which way, in which order, and how the case ends."""

import re
from datetime import UTC, datetime, timedelta

import pytest

from tests.fakes.mail_server import FakeSmtp
from tests.journeys.clinic import clinic
from tests.journeys.console import Console, Page
from tests.journeys.story import NAME, gives_consent
from tests.journeys.waiting import until

pytestmark = pytest.mark.timeout(120)

SAFETY = datetime(2026, 3, 3, 15, 1, tzinfo=UTC)
"""Six hours after the infusion at ten in the morning in Berlin, and a minute."""
BEN, GROUP = 8001, -9001
HEALTH = re.compile(r"chest|parkinson|treatment|infusion|Test Person|fever", re.IGNORECASE)


@pytest.fixture(scope="module")
async def seen(tmp_path_factory):
    """What was seen of one alert, told once."""
    folder = tmp_path_factory.mktemp("alerts")
    async with (
        FakeSmtp() as post,
        clinic(
            folder, f"sqlite:///{folder}/yorisoi.db", SMTP_URL=post.url, SMTP_FROM="clinic@example.org"
        ) as place,
    ):
        yield await _tell(place, post)


async def _tell(place, post):
    person = await _treated(place)
    await _on_call(place)
    await place.set_clock(SAFETY)
    await person.is_asked("check-in")
    await person.taps("Start")
    await person.taps("Chest pain")
    card = await person.hears("Please get help now")
    first = await _told(place, BEN, "Red alert")
    bar = await place.console.home()
    before = len(await until(lambda: _letters(post, 1), "Ben got a letter, too"))
    await place.set_clock(SAFETY + timedelta(minutes=4))
    early = len(post.letters()) - before
    await place.set_clock(SAFETY + timedelta(minutes=6))
    letter = (await until(lambda: _letters(post, before + 1), "the next person got a letter"))[-1]
    await place.set_clock(SAFETY + timedelta(minutes=12))
    last = await _told(place, GROUP, "Red alert")
    await place.provider.tap(BEN, label="I take it")
    taken = await _told(place, GROUP, "has taken it")
    after = await place.console.home()
    await place.provider.say(GROUP, "/today@clinic_bot", kind="supergroup")
    day = await _told(place, GROUP, "Work for a person")
    summary = await _summary(place)
    case = await _case(place)
    return {
        "card": card, "first": first, "bar": bar, "early": early, "letter": letter, "last": last,
        "taken": taken, "day": day, "after": after, "case": case, "summary": summary,
        "ledger": await place.accepted(channel="telegram"),
    }  # fmt: skip


async def _treated(place):
    await place.office.http.post("/console/clinic", data={"programme_safety-checks": "on"})
    person = await place.meets(place.somebody("telegram"))
    await gives_consent(person)
    await person.walks(*NAME)
    await place.console.enter_date("2026-03-03", "10:00")
    return person


async def _on_call(place):
    """Let Ben and then Cleo be on call, at last the clinic's group; Ben and the group have Telegram."""
    await place.office.add_staff("cleo@clinic.example", "nurse")
    page = (await place.office.http.get("/console/on-call")).text
    people = dict(reversed(one) for one in re.findall(r'<option value="(\w+)"[^>]*>(\w+) \(', page))
    chain = {"staff_0": people["Coordinator"], "minutes_0": "5", "staff_1": people["Nurse"], "minutes_1": "5"}
    rest = {"email": "", "minutes": "15", "orange_minutes": "120"}
    saved = await place.office.http.post("/console/on-call", data=chain | rest)
    assert "The on-call chain is saved" in saved.text
    await _link(place, BEN, people["Coordinator"], "start")
    await _link(place, GROUP, "on-call", "startgroup", kind="supergroup")


async def _link(place, chat, whose, door, **about):
    page = (await place.office.http.post("/console/on-call/chat", data={"whose": whose})).text
    code = re.search(rf"\?{door}=(team-[\w-]+)", page)[1]
    await place.provider.say(chat, f"/start@clinic_bot {code}" if about else f"/start {code}", **about)
    await _told(place, chat, "This chat is linked")


async def _told(place, chat, words):
    async def found():
        said = await place.provider.messages(chat)
        return next((one for one in said if words in one.get("text", "")), None)

    return await until(found, f"{words!r} was said to {chat}")


async def _letters(post, number):
    return post.letters() if len(post.letters()) >= number else None


async def _summary(place):
    """Have summaries told in the group from now on, and the patient's at once; return what it hears."""
    page = (await place.office.http.get("/console/delivery")).text
    group = re.search(r'<select name="chat"><option value="(\w+)"', page)[1]
    await place.office.http.post("/console/delivery/telegram", data={"chat": group, "on": "yes"})
    await place.console.http.post(f"{await place.console.path_of()}/summary/again")
    return await _told(place, GROUP, "The summary of case")


async def _case(place):
    """Write into the case, close it, and return its page before and after."""
    doctor = Console(place.product.url)
    await doctor.sign_in(await place.office.add_staff("dora@clinic.example", "doctor"))
    patient = await doctor.patient()
    path = re.search(r'href="(/console/cases/\w+)"', patient.html)[1]
    await doctor.http.post(f"{path}/notes", data={"kind": "call", "text": "Called, an ambulance is there"})
    opened = Page((await doctor.http.get(path)).text)
    closed = await doctor.http.post(
        f"{path}/close", data={"status": "reported", "text": "Sent to the committee"}
    )
    await doctor.close()
    return {"patient": patient, "open": opened, "closed": closed.text}


def test_the_first_on_call_is_told_at_once_without_a_word_about_health(seen):
    buttons = seen["first"]["reply_markup"]["inline_keyboard"]

    assert [key["text"] for row in buttons for key in row] == ["I take it"]
    assert "/console/alerts/" in seen["first"]["text"]
    assert not HEALTH.search(seen["first"]["text"])


def test_the_console_shows_the_alert_on_every_page(seen):
    assert "Nobody has taken this yet" in seen["bar"].text("alarm")


def test_after_the_time_the_next_person_is_told_by_e_mail(seen):
    letter = seen["letter"]

    assert (seen["early"], letter["To"]) == (0, "cleo@clinic.example")
    assert "Red alert, case" in letter["Subject"]
    assert not HEALTH.search(letter.get_content())


def test_at_last_the_clinics_address_is_told(seen):
    assert "Red alert" in seen["last"]["text"]


def test_whoever_takes_it_ends_the_alert_for_everybody(seen):
    assert "Coordinator has taken it" in seen["taken"]["text"]
    assert "Nobody has taken this yet" not in seen["after"]


def test_each_step_told_each_chat_once(seen):
    told = [line["recipient"] for line in seen["ledger"] if "Red alert" in line["body"].get("text", "")]

    assert sorted(told) == sorted([str(BEN), str(GROUP)])


def test_a_case_with_both_dates_was_opened_and_is_closed_with_a_reason(seen):
    log = seen["case"]["open"].text()

    assert "Due 11 Mar 2026" in log
    assert "Due 19 Mar 2026" in log
    assert "Told: Coordinator, Telegram" in log
    assert "Taken by Coordinator, on Telegram" in log
    assert "Called, an ambulance is there" in log
    assert "Closed as reported by Doctor" in seen["case"]["closed"]


def test_the_group_hears_what_the_day_brings_in_numbers(seen):
    lines = seen["day"]["text"].splitlines()

    assert "Alerts that nobody has taken: 0" in lines
    assert lines[-1].endswith("/console/")
    assert not HEALTH.search(seen["day"]["text"])


def test_the_group_gets_a_link_to_a_summary(seen):
    assert seen["summary"]["text"].endswith("/summary")
    assert not HEALTH.search(seen["summary"]["text"])
