"""Invented patients: the same ones for the same number, sealed as all are, and never in production."""

from dataclasses import replace

import pytest

from bot.demo import make_clinic, sample_clinic
from bot.foundation import foundation
from bot.seed.dice import Dice
from bot.seed.life import World, life
from bot.seed.seeding import seed
from bot.settings import Env, Settings
from handlers.core.case import Stage
from handlers.core.changes import AddPatient, StartResponse
from handlers.errors import SettingError
from storage.search.asking import words_in
from storage.views.console_views import ConsoleViews
from storage.views.finding import Search
from tests.console.samples import NOW, PROTOCOL

WORLD = World(sample_clinic("pack"), PROTOCOL, NOW, ("en", "ja", "zh-Hans", "vi", "ar"))


def lives(chance, number=60):
    dice = Dice(chance)
    return [life(dice, WORLD, f"YR-{one}") for one in range(number)]


def test_the_same_seed_makes_the_same_lives_and_another_makes_others():
    assert lives(1) == lives(1)
    assert lives(1) != lives(2)


def test_about_fifty_answers_are_given_and_every_stage_is_met():
    known = lives(3, 200)

    assert 40 < sum(one.answers for one in known) / len(known) < 65
    assert {one.case.patient.stage for one in known} == set(Stage)


def test_what_is_counted_is_what_is_saved():
    for one in lives(4):
        begun = [change for change in one.changes if isinstance(change, StartResponse)]
        assert one.answers == sum(len(change.response.answers) for change in begun)
        assert isinstance(one.changes[0], AddPatient)


@pytest.fixture
async def base(tmp_path):
    settings = Settings(
        env=Env.TEST, database_url=f"sqlite:///{tmp_path}/y.db", storage_url=f"file://{tmp_path}/files"
    )
    async with foundation(settings) as opened:
        await make_clinic(opened)
        yield opened


async def test_they_are_stored_with_everything_and_found_by_name(base):
    told = []

    counts = await seed(base, 60, 1, told.append)

    views = ConsoleViews(base.stores.database, base.stores.vault, base.stores.clinics)
    families = [
        Search(words_in(family)) for family in ("佐藤", "鈴木", "高橋", "田中", "伊藤", "渡辺", "山本")
    ]
    pages = [(await views.find("default", one, offset=0, limit=60))[0] for one in families]
    assert (told, counts.patients, counts.messages) == ([50, 60], 60, 960)
    assert {row.language for page in pages for row in page.rows} == {"ja"}


async def test_nothing_of_them_waits_to_be_sent_or_fetched(base):
    await seed(base, 50, 1, lambda _: None)

    def waiting(conn):
        sql = "SELECT (SELECT count(*) FROM outbox WHERE state IN ('queued', 'sending', 'held')),"
        return tuple(
            conn.exec_driver_sql(sql + " (SELECT count(*) FROM documents WHERE state = 'pending')").one()
        )

    assert await base.stores.database.read(waiting) == (0, 0)


async def test_the_same_people_are_not_made_twice(base):
    await seed(base, 50, 1, lambda _: None)

    with pytest.raises(ValueError, match="another --seed"):
        await seed(base, 50, 1, lambda _: None)


async def test_production_has_no_invented_patients(base):
    real = replace(base, settings=base.settings.model_copy(update={"env": Env.PRODUCTION}))

    with pytest.raises(SettingError, match="production"):
        await seed(real, 1, 1, lambda _: None)
