"""`make summaries`: how soon a summary arrives with many patients in the database, and a PDF's price."""

import argparse
import asyncio
import socket
import sys
import tempfile
from pathlib import Path
from statistics import median
from time import perf_counter

import httpx2
import uvicorn

from bot.console.access import Role
from bot.summaries.printed import pdf
from storage.engine import open_database
from storage.opening import make_ready
from tests.console.house import ORIGIN, House
from tests.summaries.patients import patient, sheet
from tests.summaries.seeding import seed

LIMIT_MS = 150
PAGES = ("/console/patients/01p00000/summary", "/console/patients/01p00000", "/console/")


async def main() -> int:
    """Seed, measure, print the figures last."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--n", type=int, default=10_000)
    number = parser.parse_args().n
    with tempfile.TemporaryDirectory() as folder:
        house = House(open_database(f"sqlite:///{Path(folder) / 'clinic.db'}"))
        await make_ready(house.database, migrate=True)
        await house.open()
        started = perf_counter()
        await seed(house, number)
        print(f"{number} patients stored in {perf_counter() - started:.0f} s")
        times = {page: await first_bytes(house, page) for page in PAGES}
        await house.database.close()
    seconds, size = printed_once()
    for page, (first, total) in times.items():
        print(f"first byte {first:6.1f} ms, whole page {total:6.1f} ms: {page}")
    print(f"PDF of a whole intake: {seconds * 1000:.0f} ms, {size / 1000:.0f} kB with its Bundle")
    first = times[PAGES[0]][0]
    print(f"summary's first byte with {number} patients: {first:.1f} ms (limit {LIMIT_MS} ms)")
    return int(first >= LIMIT_MS and number >= 10_000)


async def first_bytes(house: House, page: str, runs: int = 15) -> tuple[float, float]:
    """Return the medians, in milliseconds, until the first byte of a page and until its last."""
    link = await house.link_for(Role.DOCTOR)
    listening = socket.create_server(("127.0.0.1", 0))
    port = listening.getsockname()[1]
    server = uvicorn.Server(uvicorn.Config(house.app(), log_level="error", lifespan="off"))
    serving = asyncio.create_task(server.serve([listening]))
    headers = {"sec-fetch-site": "same-origin", "origin": ORIGIN}
    async with httpx2.AsyncClient(base_url=f"http://127.0.0.1:{port}", headers=headers) as browser:
        await browser.post(f"/console/enter/{link}")
        times = [await _timed(browser, page) for _ in range(runs)]
    server.should_exit = True
    await serving
    return median(first for first, _ in times), median(total for _, total in times)


async def _timed(browser: httpx2.AsyncClient, page: str) -> tuple[float, float]:
    started = perf_counter()
    async with browser.stream("GET", page) as answer:
        content = answer.aiter_raw()
        await anext(content)
        first = perf_counter()
        if answer.status_code != httpx2.codes.OK:
            raise RuntimeError(f"{page}: {answer.status_code}")
        async for _ in content:
            pass
    return (first - started) * 1000, (perf_counter() - started) * 1000


def printed_once(runs: int = 5) -> tuple[float, int]:
    """Return the median seconds and the size in bytes of the PDF of a whole intake in Japanese."""
    whole = sheet(patient(10, "ar", 10), language="ja")
    pdf(whole)
    times, size = [], 0
    for _ in range(runs):
        started = perf_counter()
        size = len(pdf(whole))
        times.append(perf_counter() - started)
    return median(times), size


if __name__ == "__main__":
    sys.exit(asyncio.run(main()))
