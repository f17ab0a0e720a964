"""An account that its service refuses: staff are told, and told again when it works, whoever found out."""

import asyncio

import pytest

from handlers.errors import AccountFault, SendLater, StorageAway
from scheduler.outbox import SendCases
from tests.scheduler.fakes import MINUTE, SECOND, FakeChannel, FakeOutbox, outbox_row
from tests.scheduler.test_outbox import Told, sender


async def sent(time, told, *faults, minutes=16, outbox=None, probe=None):
    outbox = outbox or FakeOutbox(outbox_row())
    running = asyncio.create_task(sender(outbox, FakeChannel(time, *faults), time, told, probe=probe).run())
    await time.pass_time(minutes * MINUTE)
    running.cancel()


@pytest.mark.parametrize(
    ("faults", "told_of", "recoveries"),
    [
        ((), [], 1),
        ((AccountFault("190"),) * 2, ["190"], 1),
        ((AccountFault("190"),) * 9, ["190"], 0),
        ((SendLater("500"),), [], 1),
    ],
    ids=["at its first send a process says that all is well", "mended", "refused all the time", "in trouble"],
)
async def test_staff_hear_once_of_a_refusal_and_once_that_it_is_over(time, faults, told_of, recoveries):
    told = Told()

    await sent(time, told, *faults)

    assert (told.faults, told.recoveries) == (told_of, recoveries)


async def test_an_account_with_nothing_to_send_is_well_when_it_answers_again(time):
    told, outbox = Told(), FakeOutbox(outbox_row())

    async def probe():
        outbox.kept.clear()

    await sent(time, told, AccountFault("190"), outbox=outbox, probe=probe)

    assert (told.faults, told.recoveries) == (["190"], 1)


async def test_a_database_that_is_away_hears_of_a_refusal_later(time):
    told, outbox, tries = [], FakeOutbox(outbox_row()), []

    async def note(account, code):
        tries.append(code)
        if len(tries) < 3:
            raise StorageAway("connection")
        told.append(code)

    class Cases:
        cases = SendCases(note, None)

    running = asyncio.create_task(sender(outbox, FakeChannel(time, AccountFault("190")), time, Cases()).run())
    await time.pass_time(10 * SECOND)
    running.cancel()

    assert told == ["190"]
