from datetime import timedelta

import httpx2
import pytest

from bot.api.app import make_api
from bot.api.deps import Api
from bot.api.scopes import Scope
from storage.api_tokens import ApiToken, ApiTokens
from storage.engine import open_database
from tests.console.house import CLINIC, House


class Office:
    """The API over a clinic on SQLite, and tokens for it."""

    def __init__(self, house: House):
        self.house = house
        self.tokens = ApiTokens(house.database)
        self.app = make_api(Api.over(house.console(), self.tokens))

    def client(self, secret: str = "") -> httpx2.AsyncClient:
        headers = {"authorization": f"Bearer {secret}"} if secret else {}
        transport = httpx2.ASGITransport(app=self.app, raise_app_exceptions=False)
        return httpx2.AsyncClient(transport=transport, base_url="http://api", headers=headers)

    async def token(self, *scopes: Scope, name: str = "t1", clinic=CLINIC) -> str:
        now = self.house.clocks.system
        token = ApiToken(name, "The EHR", frozenset(scopes), "cli", now, now + timedelta(days=30))
        await self.tokens.add(clinic, token, f"secret-{name}")
        return f"secret-{name}"

    async def program(self, *scopes: Scope) -> httpx2.AsyncClient:
        return self.client(await self.token(*scopes))


@pytest.fixture
async def office(sqlite_url):
    """An API of its own."""
    database = open_database(sqlite_url)
    house = House(database)
    await house.open()
    yield Office(house)
    await database.close()


@pytest.fixture
async def office_in_production(sqlite_url):
    """An API of its own, where real patients are."""
    database = open_database(sqlite_url)
    house = House(database, demo=False, production=True)
    await house.open()
    yield Office(house)
    await database.close()
