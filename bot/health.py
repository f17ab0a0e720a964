"""Whether this process can do its work, and its figures for Prometheus."""

import shutil
from collections.abc import Iterator, Mapping
from pathlib import Path

from prometheus_client import CollectorRegistry, Gauge, generate_latest

from bot.foundation import SQLITE, Foundation
from handlers.errors import StorageAway
from storage.gauges import gauges, touch, unready

ROOM = 64 * 1024 * 1024
"""Bytes that must be free where the data lies."""


class Health:
    """Answers /readyz and /metrics."""

    def __init__(self, base: Foundation) -> None:
        """Look after `base`."""
        self._base = base

    async def reasons(self) -> list[str]:
        """Return why this process is not ready; none means that it is."""
        return [reason for reason in (await self._database(), *self._disks()) if reason]

    async def metrics(self) -> bytes:
        """Return the figures in Prometheus' text form: the database's, then this process's own."""
        now = self._base.clock.now()
        values = await self._base.stores.database.read(lambda conn: gauges(conn, now))
        return _as_text(values) + self._base.meters.as_text()

    async def _database(self) -> str:
        database = self._base.stores.database
        try:
            reason = await database.read(unready)
            if database.trouble.code:  # reading works without a place to write
                await database.write(touch)
        except StorageAway as away:
            return f"database: {away.code}"
        except Exception as error:  # noqa: BLE001  whatever it is, we are not ready
            return f"database: {type(error).__name__}"
        return reason

    def _disks(self) -> Iterator[str]:
        settings = self._base.settings
        for url, scheme in ((settings.storage_url, "file://"), (settings.database_url, SQLITE)):
            place = Path(url.removeprefix(scheme))
            if url.startswith(scheme) and place.exists() and shutil.disk_usage(place).free < ROOM:
                yield "disk: less than 64 MB free; make room"
                return


def _as_text(values: Mapping[str, float]) -> bytes:
    registry = CollectorRegistry()
    for name, value in values.items():
        Gauge(f"yorisoi_{name}", name.replace("_", " "), registry=registry).set(value)
    return generate_latest(registry)
