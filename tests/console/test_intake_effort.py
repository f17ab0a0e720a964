"""What a whole intake took, and that every number of the overview opens its patients."""

import re
from datetime import timedelta
from html import unescape

import pytest

from bot.console.access import Role
from handlers.core.case import Response, ResponseStatus, Stage
from handlers.core.changes import CloseResponse, StartResponse
from handlers.core.values import ResponseId
from storage.sql import insert_numbered
from storage.tables import inbox
from storage.views.finding import Search
from storage.views.intake_effort import Whole, of_whole, whole_intake
from tests.console.house import CLINIC
from tests.console.many import LATER, add_many
from tests.console.record import MONTHS, anna, intake
from tests.console.samples import NOW, questionnaire

PATH = "/console/overview"
AFTER = LATER["M6"] + timedelta(days=90)


def part(patient, name, begins, ends, *, is_done=True):
    """Return a part of an intake, begun and closed so many minutes from now."""
    form, response = questionnaire(name), ResponseId(f"r-{patient}-{name}")
    start = NOW + timedelta(minutes=begins)
    begun = StartResponse(Response(response, form.url, form.version, ResponseStatus.IN_PROGRESS, start))
    closed = CloseResponse(response, ResponseStatus.COMPLETED, NOW + timedelta(minutes=ends))
    return [begun, closed] if is_done else [begun]


async def hear(house, patient, *minutes, kind="Chose"):
    """Keep messages of a patient, so many minutes from now, as the inbox does once they are worked on."""
    place = {"clinic_id": CLINIC, "patient_id": patient, "kind": kind, "state": "done", "day": "2026-11-24"}
    place |= {"channel": "web", "account": "main", "conversation": b"x", "body": None, "text": None}
    rows = [place | {"id": house.ids.new(), "received_at": NOW + timedelta(minutes=one)} for one in minutes]
    await house.database.write(lambda conn: conn.execute(insert_numbered(inbox), rows))


async def read(house):
    return (await house.views.overview(CLINIC, AFTER, MONTHS.intake)).whole


async def test_taps_and_minutes_are_those_of_the_whole_intake_without_its_pauses(house_on_each):
    house = house_on_each
    await house.add(anna(), *part("p1", "intake-a", 0, 60), *part("p1", "intake-b6", 90, 100))
    await hear(house, "p1", 1, 3, 40, 41, 95)
    await hear(house, "p1", 70, kind="Said")
    await hear(house, "p1", 50, kind="Receipt")

    assert await read(house) == Whole(1, 5, pytest.approx(1 + 2 + 1 + 5, abs=0.01))


@pytest.mark.parametrize("stage", [Stage.INTAKE, Stage.SUBMITTED])
async def test_who_has_a_part_open_is_not_counted(house, stage):
    is_whole = stage is Stage.INTAKE
    open_part = [] if is_whole else part("p1", "intake-b6", 90, 100, is_done=False)
    await house.add(anna(stage=stage), *part("p1", "intake-a", 0, 60), *open_part)
    await hear(house, "p1", 1)

    assert await read(house) == Whole(0, None, None)


async def test_the_median_of_two_lies_between_them_and_opens_both(house_on_each):
    house = house_on_each
    for patient, taps in (("p1", 2), ("p2", 5)):
        await house.add(anna(patient, f"YR-{patient}"), *part(patient, "intake-a", 0, 60))
        await hear(house, patient, *range(1, taps + 1))

    whole = await read(house)
    page, _ = await house.views.find(CLINIC, Search(whose=of_whole(CLINIC, MONTHS.intake)), offset=0, limit=5)

    assert (whole.patients, whole.taps, page.total) == (2, 3.5, 2)


async def test_of_very_many_those_are_counted_who_handed_in_last(house_on_each):
    house = house_on_each
    for number, patient in enumerate(("p1", "p2")):
        await house.add(anna(patient, f"YR-{patient}"), *part(patient, "intake-a", 0, 60 + number))
        await hear(house, patient, *range(1, 3 + number))

    one = await house.database.read(lambda conn: whole_intake(conn, CLINIC, MONTHS.intake, newest=1))

    assert (one.patients, one.taps) == (1, 3)


async def test_every_number_opens_as_many_patients_or_nobody_where_it_is_none(house):
    house.clocks.business = AFTER
    await add_many(house, 8)
    await house.add(anna(), *intake())
    browser = await house.signed_in(Role.DOCTOR)

    cells = re.findall(r"<td>(.*?)</td>", (await browser.get(PATH)).text)
    bare = {re.sub("<.*?>", "", cell) for cell in cells if "href" not in cell}
    links = {unescape(link) for cell in cells for link in re.findall('href="(.*?)"', cell)}

    assert not [text for text in bare if re.match("[1-9]", text)]
    assert {(await browser.get(link)).status_code for link in links} == {200}
    assert len(links) > 10


@pytest.mark.parametrize(
    ("link", "count"), [("step~M1~of", 8), ("part~intake-a~all", 1), ("channel~web", 1), ("whole", 0)]
)
async def test_a_number_of_messages_or_of_all_opens_its_patients(house, link, count):
    house.clocks.business = AFTER
    await add_many(house, 8)
    await house.add(anna(), *intake())
    browser = await house.signed_in(Role.DOCTOR)

    page = await browser.get("/console/find", params={"behind": link})

    assert len(set(re.findall(r"<strong>(YR-\d+)</strong>", page.text))) == count
