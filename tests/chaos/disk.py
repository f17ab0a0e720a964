"""SQLite on a disk that fills up: 503 and not ready while it lasts, no half rows, back by itself.

The disk is a small file system of its own where one can be mounted (root, or a user namespace);
else the process itself may write no larger files, which it meets in the same places.
"""

import asyncio
import os
import resource
import shutil
import sqlite3
import subprocess
from collections import Counter
from contextlib import asynccontextmanager

import httpx2

from tests.chaos import oracle
from tests.chaos.figures import Figure, say
from tests.chaos.fleet import fleet
from tests.chaos.outage import Crowd, drained, gauges_of
from tests.chaos.people import Script
from tests.journeys.waiting import until

MEGABYTE = 1024 * 1024
SIZE = 96 * MEGABYTE
CROWD = {"telegram": 3, "whatsapp": 1, "web": 2}
BACK_SECONDS = 20


class SmallDisk:
    """A file system of its own that a large file fills to the last byte."""

    kind = "a file system of 96 MB"

    def __init__(self, folder):
        self.folder = folder

    async def fill(self, product):
        await asyncio.to_thread(self._fill)

    def _fill(self):
        with (self.folder / "ballast").open("ab", buffering=0) as ballast:
            for size in (MEGABYTE, 4096, 1):
                try:
                    while True:
                        ballast.write(b"x" * size)
                except OSError:
                    continue

    async def empty(self, product):
        (self.folder / "ballast").unlink()


class SmallFiles:
    """A limit on how large a file of the process may become: the database is larger already."""

    kind = "a limit on the size of files"

    def __init__(self, folder):
        self.folder = folder

    async def fill(self, product):
        self._limit(product, 4096)

    async def empty(self, product):
        self._limit(product, resource.RLIM_INFINITY)

    def _limit(self, product, size):
        for process in product.processes:
            hard = resource.prlimit(process.pid, resource.RLIMIT_FSIZE)[1]
            resource.prlimit(process.pid, resource.RLIMIT_FSIZE, (size, hard))


@asynccontextmanager
async def small_disk(folder):
    """Give a place that can be filled, the realest that may be had here."""
    place = folder / "disk"
    place.mkdir()
    mounted = _run("mount", "-t", "tmpfs", "-o", f"size={SIZE},mode=0700", "none", str(place))
    try:
        yield (SmallDisk if mounted else SmallFiles)(place)
    finally:
        if mounted:
            _run("umount", "-l", str(place))
        shutil.rmtree(place, ignore_errors=True)


def _run(*command):
    if os.getuid() or not shutil.which(command[0]):
        return False
    return subprocess.run(command, check=False, capture_output=True).returncode == 0


async def run(folder, times):
    """Fill the disk `times` times under load; return the figures."""
    async with small_disk(folder) as disk:
        say(f"    by {disk.kind}")
        url = f"sqlite:///{disk.folder}/yorisoi.db"
        store = {"STORAGE_URL": f"file://{disk.folder}/files"}
        async with fleet(folder, url, webs=0, workers=0, **store) as (product, provider):
            return await _run_on(disk, product, provider, times)


async def _run_on(disk, product, provider, times):
    links = {way["channel"]: way["url"] for way in await product.json("invite", "--open")}
    script, closing = Script(), asyncio.Event()
    crowd = Crowd(product, provider, script, links)
    pilot = crowd.somebody("telegram", 0)
    await pilot.arrives(links["telegram"])
    await pilot.is_asked()
    await script.learn(pilot)
    walking = asyncio.create_task(crowd.walk_until(closing, CROWD))
    waited = Waits()
    for _ in range(times):
        await _until_refused(disk, product, provider, waited)
    closing.set()
    await walking
    left = await drained(product, provider)
    return await _figures(disk, product, provider, crowd, waited, left)


class Waits:
    """How long it took each time until the product had noticed, and until it was back."""

    def __init__(self):
        self.reasons = Counter()
        self.back = []


async def _until_refused(disk, product, provider, waited):
    loop = asyncio.get_running_loop()
    known = oracle.webhook_answers(await provider.ledger())["503"]
    await disk.fill(product)

    async def is_refused():
        waited.reasons.update(await _reasons(product))
        return oracle.webhook_answers(await provider.ledger())["503"] > known and waited.reasons

    await until(is_refused, "a delivery was refused with 503", seconds=60)
    await asyncio.sleep(2)
    waited.reasons.update(await _reasons(product))
    begun = loop.time()
    await disk.empty(product)

    async def is_ready():
        return not await _reasons(product)

    await until(is_ready, "it was ready again", seconds=60)
    waited.back.append(loop.time() - begun)


async def _reasons(product):
    async with httpx2.AsyncClient(timeout=30) as http:
        return (await http.get(f"{product.url}/readyz")).json()["reasons"]


async def _figures(disk, product, provider, crowd, waited, left):
    export, ledger = await product.export(), await provider.ledger()
    gauges = await gauges_of(product)
    gone, said = product.gone(), product.said('"level": "error"')
    codes = await product.stop()
    answered = oracle.webhook_answers(ledger)
    doubled, wrong = oracle.doubles(ledger, export["sends"])
    states, surprises = oracle.unsettled(export["sends"]), product.surprises()
    changed = oracle.wrong_answers(export, crowd.finished)
    for what in (answered, crowd.statuses, waited.reasons, states):
        say(f"    {dict(what)}")
    for what in (*surprises[:5], *list(changed.items())[:5]):
        say(f"    {what}")
    other = oracle.forbidden(answered) + oracle.forbidden(crowd.statuses)
    refused = answered["503"] + crowd.statuses["503"]
    return [
        Figure("times that the disk was full", len(waited.back), 1, least=True),
        Figure("answers 503 meanwhile", refused, 1, least=True),
        Figure("answers that were neither good nor 503", other, 0),
        Figure("reasons that /readyz gave", len(waited.reasons), 1, least=True),
        Figure("alarms in the log", said, 1, least=True),
        Figure("seconds until it was ready again, the longest", max(waited.back), BACK_SECONDS),
        Figure("intakes walked from end to end", len(crowd.finished), 1, least=True),
        Figure("of them with an answer lost, doubled or changed", len(changed), 0),
        Figure("messages that came twice, each after an ambiguous send", doubled),
        Figure("messages that came twice without one", len(wrong), 0),
        Figure("messages left unsent, failed or unknown", sum(states.values()), 0),
        Figure("items in quarantine", gauges["yorisoi_inbox_quarantined"], 0),
        Figure("faults that SQLite finds in the file", _faults(disk.folder / "yorisoi.db"), 0),
        Figure("seconds until all was worked off", left),
        Figure("processes that ended by themselves or not well", len(gone) + sum(map(bool, codes)), 0),
        Figure("surprises in the logs", len(surprises), 0),
    ]


def _faults(path):
    connection = sqlite3.connect(path)
    try:
        checked = [row[0] for row in connection.execute("PRAGMA integrity_check")]
        lost = connection.execute("PRAGMA foreign_key_check").fetchall()
    finally:
        connection.close()
    return len([words for words in checked if words != "ok"]) + len(lost)
