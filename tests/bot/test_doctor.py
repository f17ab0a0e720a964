"""`yorisoi doctor`: every line has a text in both languages, and red means that something must be mended."""

import json
from datetime import timedelta
from functools import partial
from pathlib import Path

import pytest

from bot.clock import system_now
from bot.demo import make_clinic
from bot.doctor.examination import confirm_key, examine, report
from bot.doctor.findings import Level, note, ok, red, worst
from bot.foundation import foundation
from bot.settings import Settings
from bot.speech import speech_of
from storage.backup.noted import Apart, note_backup
from storage.clock_marks import Brake, Tick, engage, note_tick

DOCTOR = [path.read_text() for path in (Path(__file__).parents[2] / "bot/doctor").glob("*.py")]


def allow(database_url, mode):
    """Set who may read a SQLite file."""
    if database_url.startswith("sqlite"):
        Path(database_url.removeprefix("sqlite:///")).chmod(mode)


@pytest.fixture
def settings(database_url, tmp_path):
    allow(database_url, 0o600)
    return Settings(
        env="test",
        database_url=database_url,
        storage_url=f"file://{tmp_path}/files",
        master_key="AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=",
    )


async def told(settings, *, prepare=None):
    """Return the level of each line, by name, of an installation that was once opened."""
    async with foundation(settings) as base:
        await make_clinic(base)
        if prepare is not None:
            await prepare(base)
    return {finding.name: finding.level for finding in await examine(settings)}


async def test_an_installation_that_is_well_has_nothing_red(settings):
    found = await told(settings)

    assert Level.RED not in found.values()
    assert {"database_ready", "key_fits", "clock", "queues"} <= found.keys()


async def test_a_new_installation_is_not_made_by_looking_at_it(tmp_path):
    fresh = Settings(
        env="test", database_url=f"sqlite:///{tmp_path}/new/y.db", storage_url=f"file://{tmp_path}/new/files"
    )

    found = {finding.name for finding in await examine(fresh)}

    assert "database_none" in found
    assert not (tmp_path / "new").exists()


async def test_another_master_key_is_red(settings):
    await told(settings)
    other = settings.model_copy(update={"master_key": type(settings.master_key)("/" * 42 + "8=")})

    found = {finding.name: finding.level for finding in await examine(other)}

    assert found["key_other"] is Level.RED


async def test_a_jumped_clock_is_red(settings):
    async def jump(base):
        brake = Brake("here", system_now(), system_now())
        await base.stores.database.write(lambda conn: engage(conn, brake))

    assert (await told(settings, prepare=jump))["clock_brake"] is Level.RED


@pytest.mark.parametrize(("ago", "name"), [(timedelta(0), "running"), (timedelta(hours=1), "not_running")])
async def test_whether_a_process_runs_is_told_by_its_ticks(settings, ago, name):
    async def tick(base):
        at = Tick(system_now() - ago, "b", 1)
        await base.stores.database.write(lambda conn: note_tick(conn, at))

    assert name in await told(settings, prepare=tick)


async def test_a_confirmed_copy_of_the_key_is_remembered(settings):
    before = await told(settings)
    after = await told(settings, prepare=confirm_key)

    assert ("key_backup_unsure" in before, "key_backup" in after) == (True, True)


@pytest.mark.parametrize(
    ("apart", "said"),
    [
        (Apart.NOT, "backup_with_keys"),
        (Apart.FOLDER, "backup_keys_folder"),
        (Apart.DEVICE, "backup_keys_device"),
        (Apart.WELL, "backup_keys_apart"),
    ],
)
async def test_where_the_keys_of_the_backups_lie_is_told(settings, apart, said):
    async def back_up(base):
        await base.stores.database.write(lambda conn: note_backup(conn, system_now(), apart))

    found = await told(settings, prepare=back_up)

    assert found[said] is (Level.OK if apart is Apart.WELL else Level.NOTE)


@pytest.mark.parametrize("is_restored", [True, False])
async def test_a_backup_that_was_only_read_through_is_told(settings, is_restored):
    async def back_up(base):
        made = {"at": system_now(), "apart": Apart.WELL, "is_restored": is_restored}
        await base.stores.database.write(lambda conn: note_backup(conn, **made))

    assert ("backup_not_restored" in await told(settings, prepare=back_up)) is not is_restored


async def test_that_the_last_backup_lacks_the_files_is_told(settings):
    async def back_up(base):
        made = partial(note_backup, at=system_now(), apart=Apart.WELL, lacks_files=True)
        await base.stores.database.write(made)

    assert (await told(settings, prepare=back_up))["backup_without_files"] is Level.NOTE


async def test_a_database_that_others_may_read_is_red(sqlite_url, settings):
    settings = settings.model_copy(update={"database_url": sqlite_url})
    allow(sqlite_url, 0o644)

    assert (await told(settings))["database_readable"] is Level.RED


async def test_a_database_that_is_away_is_red():
    away = Settings(
        env="test", database_url="postgresql://nobody@127.0.0.1:1/none", storage_url="file:///tmp"
    )

    assert worst(await examine(away)) is Level.RED


@pytest.mark.parametrize("language", ["en", "ja"])
def test_every_line_has_a_text(language):
    import re

    names = {name for text in DOCTOR for name in re.findall(r'\b(?:ok|note|red)\("(\w+)"', text)}
    names |= {"quarantined", "check_ins_stuck", "unknown_sends", "held_sends", "key_backup_unsure"}
    names |= {"backup_keys_folder", "backup_keys_device"}
    catalog = speech_of({"LANG": language}).catalog

    assert len(names) > 30
    assert [name for name in names if not catalog.has(f"cli.doctor.{name}")] == []


@pytest.mark.parametrize("language", ["en", "ja"])
async def test_a_program_can_read_it(settings, language):
    await told(settings)
    findings = await examine(settings)

    shown = json.loads(report(findings, speech_of({"LANG": language}), as_json=True))

    assert (shown["level"], len(shown["findings"])) == ("note", len(findings))


def test_the_worst_line_counts():
    assert worst([ok("a"), red("b"), note("c")]) is Level.RED
