"""A patient's own data on our own page: for whom it opens, and what they take along."""

from dataclasses import replace

import pytest

from bot.demo import DEFAULT_CLINIC
from bot.front_chat import make_web_chat, with_files_page
from bot.own.printed import own_pdf
from bot.own.sheet import OwnSheet, Part
from handlers.core.changes import Audit, OpenTask
from handlers.core.values import ChannelKind, ContactPoint
from storage.legal_holds import LegalHolds
from storage.views.console_views import ConsoleViews
from tests.bot.test_summary_commands import base  # noqa: F401  the fixture: an intake that was sent
from tests.channels.web.conftest import CATALOGS, ORIGIN, open_client
from tests.channels.web.fakes import NOON
from tests.summaries.patients import patient

RECORD = patient(3, "ja", 2)
POINT = ContactPoint(ChannelKind.WEB, "main", RECORD.patient.id)
BORN = {"birth_date": RECORD.patient.birth_date}


@pytest.fixture
async def chat(base):  # noqa: F811
    return replace(await make_web_chat(base, "Sample Clinic"), public_url=ORIGIN)


@pytest.fixture
async def link(base):  # noqa: F811
    made = (await with_files_page(base)).around.data_page(POINT)
    return made[made.index("/mine") :]


@pytest.fixture
async def client(chat):
    async with open_client(chat, follow_redirects=True) as client:
        yield client


async def test_the_link_shows_nothing_before_the_date_of_birth_is_given(client, link):
    await client.get(link)
    asked = await client.post(link)
    refused = await client.post("/mine/", data={"birth_date": "1900-01-01"})
    early = await client.get("/mine/data.json")

    assert (asked.status_code, refused.status_code, early.status_code) == (200, 422, 410)
    assert not any(RECORD.patient.name in page.text for page in (asked, refused, early))


async def test_whoever_knows_it_reads_everything_and_takes_it_along(client, link):
    await client.post(link)
    page = await client.post("/mine/", data=BORN)
    pdf, bundle = await client.get("/mine/data.pdf"), await client.get("/mine/data.json")

    kinds = {one["resource"]["resourceType"] for one in bundle.json()["entry"]}
    assert RECORD.patient.name in page.text
    assert pdf.content.startswith(b"%PDF")
    assert "attachment" in bundle.headers["content-disposition"]
    assert kinds >= {"Patient", "QuestionnaireResponse", "Consent"}
    assert kinds.isdisjoint({"DetectedIssue", "Task", "Composition"})


async def test_a_link_opens_in_one_browser_once(chat, client, link):
    await client.post(link)

    async with open_client(chat) as other:
        assert (await other.get(link)).status_code == 410
        assert (await other.post(link)).status_code == 410
        assert (await other.get("/mine/")).status_code == 410


async def test_five_wrong_dates_close_the_page_for_the_day(client, link):
    await client.post(link)
    for _ in range(5):
        await client.post("/mine/", data={"birth_date": "1900-01-01"})

    assert (await client.post("/mine/", data=BORN)).status_code == 429


async def test_no_restart_and_no_other_link_gives_more_tries(base, client, link):  # noqa: F811
    await client.post(link)
    for _ in range(5):
        await client.post("/mine/", data={"birth_date": "1900-01-01"})
    again = replace(await make_web_chat(base, "Sample Clinic"), public_url=ORIGIN)
    made = (await with_files_page(base)).around.data_page(POINT)

    async with open_client(again, follow_redirects=True) as anew:
        await anew.post(made[made.index("/mine") :])
        assert (await anew.post("/mine/", data=BORN)).status_code == 429


async def test_twenty_copies_an_hour_are_enough(client, link, chat):
    await client.post(link)
    await client.post("/mine/", data=BORN)
    for _ in range(20):
        chat.brakes.copies.allows(f"web\x1fmain\x1f{POINT.address}")

    assert (await client.get("/mine/data.pdf")).status_code == 429


async def test_each_thing_that_is_handed_out_stands_in_the_record_of_acts(base, client, link):  # noqa: F811
    await client.post(link)
    await client.post("/mine/", data=BORN)
    await client.get("/mine/data.pdf")
    await client.get("/mine/data.json")

    stores = base.stores
    log = await ConsoleViews(stores.database, stores.vault, stores.clinics).log(DEFAULT_CLINIC, limit=3)
    assert {row.action for row in log} == {"own.read", "own.pdf", "own.fhir"}


async def test_a_legal_hold_and_the_wish_to_be_deleted_are_said(base, chat):  # noqa: F811
    stores, now = base.stores, base.clock.now()
    case = await stores.uow.case_at(DEFAULT_CLINIC, POINT)
    await stores.uow.save(case, [OpenTask("erasure-asked", "e", now, due_at=now)])
    hold = Audit("cli", "patient.hold", case.patient.id, now)
    await LegalHolds(stores.database, stores.vault, stores.keys).set(DEFAULT_CLINIC, hold, "a court")

    sheet = await chat.own.sheet(POINT)

    assert (sheet.on_hold, bool(sheet.due)) == (True, True)


@pytest.mark.parametrize("language", ["en", "ja", "zh-Hans", "vi", "ar"])
def test_the_paper_is_set_in_every_language(language):
    catalog = CATALOGS.get(language)
    row = (catalog.plain("mine.name"), "=cmd #panic() \u202eخ名")
    sheet = OwnSheet(language, "Sample Clinic", "YR-1", (Part(catalog.plain("mine.person"), (row,)),), ())

    assert own_pdf(sheet, catalog, NOON).startswith(b"%PDF")
