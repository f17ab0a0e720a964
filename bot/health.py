"""Whether this process can do its work, and its figures for Prometheus."""

import shutil
from collections.abc import Mapping
from pathlib import Path

from prometheus_client import CollectorRegistry, Gauge, generate_latest

from bot.foundation import Foundation
from storage.gauges import gauges, unready

ROOM = 64 * 1024 * 1024
"""Bytes that must be free where the data lies."""


class Health:
    """Answers /readyz and /metrics."""

    def __init__(self, base: Foundation) -> None:
        """Look after `base`."""
        self._base = base

    async def reasons(self) -> list[str]:
        """Return why this process is not ready; none means that it is."""
        found = []
        try:
            found.append(await self._base.stores.database.read(unready))
        except Exception as error:  # noqa: BLE001  whatever it is, we are not ready
            found.append(f"database: {type(error).__name__}")
        found.append(self._disk())
        return [reason for reason in found if reason]

    async def metrics(self) -> bytes:
        """Return the figures in Prometheus' text form."""
        now = self._base.clock.now()
        values = await self._base.stores.database.read(lambda conn: gauges(conn, now))
        return _as_text(values)

    def _disk(self) -> str:
        url = self._base.settings.storage_url
        if not url.startswith("file://"):
            return ""
        folder = Path(url.removeprefix("file://"))
        if folder.exists() and shutil.disk_usage(folder).free < ROOM:
            return "disk: less than 64 MB free; make room"
        return ""


def _as_text(values: Mapping[str, float]) -> bytes:
    registry = CollectorRegistry()
    for name, value in values.items():
        Gauge(f"yorisoi_{name}", name.replace("_", " "), registry=registry).set(value)
    return generate_latest(registry)
