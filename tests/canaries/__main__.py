"""`make canaries`: 1,000 canaries through every door, then looked for wherever bytes stay. 0 may be found."""

import argparse
import asyncio
import shutil
import sqlite3
import sys
import tempfile
from contextlib import closing
from pathlib import Path

from tests.canaries.planting import Planter, product_metrics, settled
from tests.canaries.scanner import ALL, canary, dressed, scan
from tests.databases import migrated
from tests.journeys import product as journeys
from tests.journeys.clinic import clinic

FEW = 12
"""More than so many words at once the web page does not take."""
LAUNCHER = """#!{python}
import sys, tempfile
tempfile.tempdir = {temporary!r}
from bot.cli import running
quiet = running.set_up_logs
running.set_up_logs = lambda **how: quiet(**how | {{"level": "DEBUG"}})
from bot.__main__ import main
main()
"""


def places_in(folder: Path) -> dict[str, Path | bytes]:
    """Return where bytes of a product in this folder stay."""
    return {
        "database": folder / "yorisoi.db",
        "WAL": folder / "yorisoi.db-wal",
        "files": folder / "files",
        "backups": folder / "backups",
        "logs": folder / "log",
        "temporary folder": folder / "tmp",
    }


def proves_itself(folder: Path) -> list[str]:
    """Plant by hand in each place, in each dress; return what the scanner missed."""
    missed = []
    for dress in ALL:
        shutil.rmtree(folder, ignore_errors=True)
        (folder / "files/ab").mkdir(parents=True)
        (folder / "backups").mkdir()
        (folder / "tmp").mkdir()
        planted = b"before " + dressed(canary(1), dress) + b" behind"
        for name in ("files/ab/x.age", "backups/y.backup", "tmp/z", "log"):
            (folder / name).write_bytes(planted)
        with closing(sqlite3.connect(folder / "yorisoi.db", isolation_level=None)) as database:
            database.execute("CREATE TABLE words (said BLOB)")
            database.execute("INSERT INTO words VALUES (?)", (planted,))
            database.execute("PRAGMA journal_mode=WAL")
            database.execute("INSERT INTO words VALUES (?)", (planted,))
            found = scan(places_in(folder) | {"metrics": planted})
        wanted = {f"{place}: {dress}" for place in (*places_in(folder), "metrics")}
        missed += sorted(wanted - {one.partition(" (")[0] for one in found})
    return missed


async def plant_and_scan(folder: Path, total: int) -> tuple[int, list[str], dict[str, int]]:
    """Run the product, plant through every door, back up; return how many, what was found, and sizes."""
    (folder / "tmp").mkdir()
    launcher = folder / "launch"
    launcher.write_text(LAUNCHER.format(python=sys.executable, temporary=str(folder / "tmp")))
    launcher.chmod(0o700)
    journeys.PROGRAM = launcher
    url = f"sqlite:///{folder}/yorisoi.db"
    await migrated(url)
    async with clinic(folder, url) as place:
        planter = Planter(place)
        words = max(5, (total - 60) // 8)
        for channel in ("telegram", "whatsapp", "telegram", "whatsapp", "web", "telegram"):
            await planter.person(channel, min(words, FEW) if channel == "web" else words)
        await planter.strangers(max(5, (total - planter.planted) // 4))
        await planter.staff(10)
        while planter.planted < total:
            await place.provider.say(4701, planter.next())
        await settled(place.product)
        await place.product.run("backup")
        places = places_in(folder) | {"metrics": await product_metrics(place.product)}
        found = scan(places)
        await place.product.kill()
        return (
            planter.planted,
            found + scan(places_in(folder)),
            {name: size(where) for name, where in places.items()},
        )


def size(where: Path | bytes) -> int:
    """Return how many bytes stand in a place."""
    if isinstance(where, bytes):
        return len(where)
    return sum(
        path.stat().st_size for path in ([where] if where.is_file() else where.rglob("*")) if path.is_file()
    )


def main() -> int:
    """Prove the scanner, then plant and look; return 1 when something fell short."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--n", type=int, default=1000)
    args = parser.parse_args()
    with tempfile.TemporaryDirectory(dir="/tmp") as name:
        missed = proves_itself(Path(name) / "proof")
        folder = Path(name) / "product"
        folder.mkdir()
        planted, found, sizes = asyncio.run(plant_and_scan(folder, args.n))
    print(
        f"scanner: {len(ALL)} dresses in {len(places_in(Path())) + 1} places,", f"missed: {missed or 'none'}"
    )
    print("looked through:", ", ".join(f"{place} {size_:,} bytes" for place, size_ in sizes.items()))
    print(f"planted {planted}; found {len(found)}", *found[:20], sep="\n  ")
    empty = [
        place for place, count in sizes.items() if not count and place not in {"temporary folder", "WAL"}
    ]
    return bool(missed or found or planted < args.n or empty)


if __name__ == "__main__":
    sys.exit(main())
