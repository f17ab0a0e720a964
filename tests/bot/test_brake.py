"""The brake on clock jumps: staff are told, and either they end it or the clock itself does."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from bot.brake import ClockBrake
from storage.blobs import Blobs
from storage.clocks import ClockStore
from storage.engine import Database
from storage.keys import Vault
from storage.stores import stores_of
from storage.tables import tasks
from tests.bot.test_watch import DAY, HOUR, MINUTE, NOON, YEAR, Machine
from tests.storage.samples import CLINIC, claim_inbox, clinic, incoming


class Site:
    """A machine with the product on it; `start` begins a process there."""

    def __init__(self, stores):
        self.stores = stores
        self.machine = Machine()
        self.store = ClockStore(stores.database, stores.vault, stores.clinics)
        self.boot = "b1"
        self.server = None

    async def start(self):
        self.machine.watch = Machine().watch.__class__(
            lambda: self.machine.time, lambda: self.machine.running
        )
        brake = ClockBrake(
            self.machine.watch,
            self.store,
            self.boot,
            "here",
            running=lambda: self.machine.running,
            ask_server=self.ask_server,
        )
        await brake.open()
        return brake

    async def ask_server(self):
        return self.server

    async def standing(self):
        return len(await self.store.standing())

    async def open_tasks(self):
        wanted = select(tasks.c.kind).where(tasks.c.closed_at.is_(None))
        return await self.stores.database.read(lambda conn: list(conn.scalars(wanted)))


@pytest.fixture
async def site(database: Database, tmp_path):
    stores = stores_of(database, Vault(bytes(32)), Blobs(f"file://{tmp_path}/files"))
    await stores.clinics.create(clinic(CLINIC), now=NOON)
    return Site(stores)


async def test_a_clock_that_runs_on_engages_nothing(site):
    brake = await site.start()

    site.machine.go_on(DAY)
    await brake.look()

    assert (await site.standing(), await site.open_tasks()) == (0, [])


async def test_a_jump_is_told_to_staff_and_not_followed(site):
    brake = await site.start()

    site.machine.time += YEAR
    await brake.look()

    assert (await site.standing(), await site.open_tasks()) == (1, ["clock-jump"])
    assert site.machine.watch.now() == NOON


async def test_the_brake_lets_go_when_the_clock_is_right_again(site):
    brake = await site.start()
    site.machine.time += YEAR
    await brake.look()

    site.machine.time -= YEAR
    await brake.look()

    assert (await site.standing(), await site.open_tasks()) == (0, [])


async def test_staff_who_find_the_clock_right_are_followed_at_the_next_look(site):
    brake = await site.start()
    site.machine.time += 3 * HOUR
    await brake.look()

    await site.store.release("anna", now=site.machine.watch.now())
    before = site.machine.watch.now()
    await brake.look()

    assert (before, site.machine.watch.now()) == (NOON, NOON + 3 * HOUR)
    assert (await site.standing(), await site.open_tasks()) == (0, [])


async def test_a_second_jump_needs_a_second_look_of_staff(site):
    brake = await site.start()
    for _ in range(2):
        site.machine.time += DAY
        await brake.look()
        before = await site.standing()
        await site.store.release("anna", now=NOON)
        await brake.look()

    assert (before, await site.standing()) == (1, 0)


async def test_a_restart_does_not_make_a_wrong_clock_right(site):
    brake = await site.start()
    site.machine.time += YEAR
    await brake.look()

    site.machine.go_on(MINUTE)
    await site.start()

    assert (await site.standing(), site.machine.watch.now()) == (1, NOON + MINUTE)


async def test_a_clock_set_wrong_while_nothing_ran_is_found_at_the_start(site):
    await site.start()
    site.machine.go_on(HOUR)

    site.machine.time += YEAR
    await site.start()

    assert (await site.standing(), site.machine.watch.now()) == (1, NOON + HOUR)


async def test_a_week_in_which_the_machine_was_off_is_believed(site):
    await site.start()
    site.machine.time += 7 * DAY
    site.machine.running, site.boot = 20.0, "b2"

    await site.start()

    assert (await site.standing(), site.machine.watch.now()) == (0, NOON + 7 * DAY)


async def test_a_wrong_clock_after_a_reboot_is_found_by_asking_the_databases_server(site):
    await site.start()
    site.machine.time += YEAR
    site.machine.running, site.boot, site.server = 20.0, "b2", NOON + HOUR

    await site.start()

    assert (await site.standing(), site.machine.watch.now()) == (1, NOON + HOUR)


async def test_the_databases_server_tells_its_time(site):
    told = await site.store.server_time()

    assert (told is None) == (site.stores.database.dialect == "sqlite")


async def test_work_leased_by_the_wrong_clock_is_free_when_it_is_right_again(site):
    brake = await site.start()
    await site.stores.inbox.add([incoming("k1")], now=NOON)
    await claim_inbox(site.stores, NOON + YEAR)
    site.machine.time += YEAR
    await brake.look()

    site.machine.time -= YEAR
    await brake.look()

    assert len(await claim_inbox(site.stores, NOON + timedelta(seconds=1))) == 1


async def test_every_look_rings_the_bells_whatever_the_wall_clock_shows(site):
    brake, rung = await site.start(), []

    async def sleep(seconds):
        site.machine.running += seconds
        if len(rung) == 3:
            raise EndOfTest

    with pytest.raises(EndOfTest):
        await brake.run(3600, lambda: rung.append(1), sleep)

    assert site.machine.running == 1000 + 4 * 20


async def test_a_database_that_is_away_does_not_end_the_looks(site):
    brake, looks = await site.start(), []
    brake.store = None

    async def sleep(seconds):
        looks.append(seconds)
        if len(looks) == 3:
            raise EndOfTest

    with pytest.raises(EndOfTest):
        await brake.run(5, lambda: None, sleep)

    assert looks == [5, 5, 5]


class EndOfTest(BaseException):
    """Ends a loop that never ends."""
