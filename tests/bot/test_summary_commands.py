"""What the command line does with summaries, over an installation of its own."""

import json

import pytest

from bot import summary_commands
from bot.demo import DEFAULT_CLINIC, sample_clinic
from bot.foundation import foundation
from bot.settings import Env, Settings
from handlers.core.case import Case, Contact
from handlers.core.changes import AddPatient
from handlers.core.values import ChannelKind, ContactId, ContactPoint
from handlers.errors import NotFound
from storage.views.console_views import ConsoleViews
from tests.summaries.patients import patient
from tests.summaries.seeding import changes


@pytest.fixture
async def base(tmp_path, sqlite_url):
    settings = Settings(env=Env.TEST, database_url=sqlite_url, storage_url=f"file://{tmp_path}/files")
    async with foundation(settings) as base:
        await base.stores.clinics.create(sample_clinic(base.around.protocol.id), now=base.now_system())
        await stored(base, patient(3, "ja", 2))
        yield base


async def stored(base, record):
    known = record.patient
    contact = Contact(ContactId(f"c-{known.id}"), ContactPoint(ChannelKind.WEB, "main", known.id))
    case = Case(await base.stores.clinics.get(DEFAULT_CLINIC), known, contact, is_new=True)
    await base.stores.uow.save(case, [AddPatient(known, contact), *changes(record)])


async def test_one_summary_is_written_as_pdf_or_bundle_and_the_look_is_noted(base, tmp_path):
    await summary_commands.write_pdf(base, "yr-2003", tmp_path / "one.pdf")
    bundle = json.loads(await summary_commands.bundle(base, "YR-2003"))

    log = await ConsoleViews(base.stores.database, base.stores.vault, base.stores.clinics).log(
        DEFAULT_CLINIC, limit=2
    )
    assert (tmp_path / "one.pdf").read_bytes().startswith(b"%PDF")
    assert bundle["type"] == "document"
    assert [row.action for row in log] == ["summary.fhir", "summary.pdf"]


async def test_all_summaries_are_written_and_nobody_has_an_unknown_case_number(base, tmp_path):
    bundles = [json.loads(line) async for line in summary_commands.bundles(base)]
    table = [line async for line in summary_commands.table(base)]
    await summary_commands.write_xlsx(base, tmp_path / "all.xlsx")

    assert (len(bundles), len(table)) == (1, 2)
    assert (tmp_path / "all.xlsx").read_bytes().startswith(b"PK")
    with pytest.raises(NotFound):
        await summary_commands.bundle(base, "YR-9")
