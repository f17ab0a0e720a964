"""A clinic with its stores, on both databases, and short ways to put something in."""

from pathlib import Path

import asyncpg
import pytest
from sqlalchemy.engine import make_url

from storage.blobs import Blobs
from storage.engine import Database
from storage.keys import Vault
from storage.stores import Stores, stores_of
from tests.fakes.bucket import FakeBucket, running, settings_for
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


@pytest.fixture
async def bucket(monkeypatch, tmp_path):
    """A bucket that a process finds in its environment."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "bucket").mkdir()
    made = FakeBucket(tmp_path / "bucket")
    async with running(made) as address:
        for name, value in settings_for(address).items():
            monkeypatch.setenv(name, value)
        yield made


ROLE = "yorisoi_plain"


@pytest.fixture
async def plain_url(postgres_url: str) -> str:
    """The URL of the test's database for a role that is no superuser and owns nothing."""
    owner = await asyncpg.connect(postgres_url)
    exists = await owner.fetchval("SELECT 1 FROM pg_roles WHERE rolname = $1", ROLE)
    if not exists:
        await owner.execute(f"CREATE ROLE {ROLE} LOGIN PASSWORD 'plain' NOBYPASSRLS")
    for kind in ("TABLES", "SEQUENCES"):
        await owner.execute(f"GRANT ALL ON ALL {kind} IN SCHEMA public TO {ROLE}")
    await owner.close()
    return make_url(postgres_url).set(username=ROLE, password="plain").render_as_string(hide_password=False)
