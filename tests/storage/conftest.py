"""A clinic with its stores, on both databases, and short ways to put something in."""

from pathlib import Path

import pytest

from storage.blobs import Blobs
from storage.engine import Database
from storage.keys import Vault
from storage.stores import Stores, stores_of
from tests.storage.samples import CLINIC, NOON, clinic


@pytest.fixture
def vault() -> Vault:
    return Vault(bytes(range(32)))


@pytest.fixture
async def stores(database: Database, vault: Vault, tmp_path: Path) -> Stores:
    """All stores of a database that holds one clinic."""
    opened = stores_of(database, vault, Blobs(f"file://{tmp_path}/files"))
    await opened.clinics.create(clinic(CLINIC), now=NOON)
    return opened
