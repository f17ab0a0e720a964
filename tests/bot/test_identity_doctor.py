"""What the doctor says of the clinic's identity provider."""

import pytest

from bot.clock import system_now
from bot.doctor.findings import Level
from bot.doctor.identity import look_at_identity
from bot.settings import read_settings
from tests.fakes.identity import CLIENT, SECRET, identity_provider


def settings_for(place, **more):
    named = {"ISSUER": place, "CLIENT_ID": CLIENT, "CLIENT_SECRET": SECRET} | more
    return read_settings(
        {"YORISOI_ENV": "test"} | {f"YORISOI_OIDC_{key}": each for key, each in named.items()}
    )


async def told(place, **more):
    found = await look_at_identity(settings_for(place, **more), system_now)
    return {one.name: one.level for one in found}


async def test_without_a_provider_there_is_nothing_to_say():
    assert await look_at_identity(read_settings({"YORISOI_ENV": "test"}), system_now) == []


@pytest.mark.parametrize(
    ("document", "more", "expected"),
    [
        ({}, {"SECOND_STEP": "mfa"}, {"oidc_ready": Level.OK}),
        ({}, {}, {"oidc_ready": Level.OK, "oidc_second_step": Level.NOTE}),
        ({"issuer": "https://elsewhere.example"}, {}, {"oidc_other": Level.RED}),
    ],
)
async def test_a_provider_is_asked_how_it_calls_itself(document, more, expected):
    async with identity_provider(document=document) as provider:
        assert await told(provider.place, **more) == expected


async def test_a_provider_that_is_away_is_red():
    async with identity_provider() as provider:
        place = provider.place

    assert await told(place) == {"oidc_away": Level.RED}
