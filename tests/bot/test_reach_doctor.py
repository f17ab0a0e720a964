"""What the doctor hears from outside, asked of services that speak as the real ones do."""

from datetime import UTC, datetime

import pytest

from bot.clock import system_now
from bot.demo import make_clinic
from bot.doctor.examination import examine, report
from bot.doctor.findings import Level
from bot.doctor.reach import look_at_services
from bot.doctor.services import ask_bucket
from bot.doctor.zones import look_at_zones
from bot.foundation import foundation
from bot.settings import read_settings
from bot.speech import speech_of
from handlers.core.values import ChannelKind
from storage.accounts import Accounts
from tests.fakes.bucket import FakeBucket, running as bucket_running, settings_for as bucket_settings
from tests.fakes.mail_server import FakeSmtp
from tests.fakes.provider.client import TOKEN, WHATSAPP_NUMBER, WHATSAPP_TOKEN, FakeProvider

HOOK_SECRET = "a-made-up-secret-of-the-fake-hook-here"
WABA = "318240559917736"
APP = {"whatsapp_business_api_data": {"id": "67084", "link": "https://example.com", "name": "Yorisoi"}}
OURS = "https://clinic.example/webhooks/telegram/main"


@pytest.fixture(scope="module")
async def running():
    provider = await FakeProvider.start()
    yield provider
    await provider.stop()


@pytest.fixture
async def provider(running):
    await running.reset()
    return running


def settings_for(tmp_path, **named):
    usual = {
        "ENV": "test",
        "DATABASE_URL": f"sqlite:///{tmp_path}/y.db",
        "STORAGE_URL": f"file://{tmp_path}/files",
        "MASTER_KEY": "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=",
        "PUBLIC_URL": "https://clinic.example",
    }
    return read_settings({f"YORISOI_{name}": value for name, value in (usual | named).items()})


def bot_at(provider, **more):
    return {"TELEGRAM_BOT_TOKEN": TOKEN, "TELEGRAM_API_BASE_URL": f"{provider.url}/bot"} | more


def by_webhook(provider):
    return bot_at(provider, TELEGRAM_MODE="webhook", TELEGRAM_WEBHOOK_SECRET=HOOK_SECRET)


def number_at(provider, **more):
    named = {"ACCESS_TOKEN": WHATSAPP_TOKEN, "PHONE_NUMBER_ID": WHATSAPP_NUMBER, "APP_SECRET": "s" * 32}
    named |= {"VERIFY_TOKEN": "v" * 32, "CONTENT": "link", "API_BASE_URL": provider.url}
    return {f"WHATSAPP_{name}": value for name, value in (named | more).items()}


async def told(settings):
    return {one.name: one.level for one in await look_at_services(settings)}


async def test_a_bot_and_a_number_that_answer_are_well(provider, tmp_path):
    await provider.connect_whatsapp()

    found = await look_at_services(settings_for(tmp_path, **bot_at(provider), **number_at(provider)))

    assert [(one.name, one.values["channel"]) for one in found] == [
        ("service_reached", "Telegram"),
        ("service_reached", "WhatsApp"),
    ]


@pytest.mark.parametrize(
    "named",
    [
        lambda provider: bot_at(provider, TELEGRAM_BOT_TOKEN="7000000001:a"),
        lambda provider: number_at(provider, ACCESS_TOKEN="another"),
    ],
)
async def test_a_token_that_the_service_refuses_is_red(provider, tmp_path, named):
    await provider.connect_whatsapp()

    assert await told(settings_for(tmp_path, **named(provider))) == {"service_refused": Level.RED}


@pytest.mark.parametrize("verdict", ["html-502", "garbage", "reset"])
async def test_a_service_that_is_broken_is_red(provider, tmp_path, verdict):
    await provider.faults(verdict)

    assert await told(settings_for(tmp_path, **bot_at(provider))) == {"service_away": Level.RED}


@pytest.mark.parametrize(
    ("at", "level"),
    [
        ("", ("webhook_none", Level.RED)),
        ("https://elsewhere.example/secret-path", ("webhook_other", Level.RED)),
        (OURS, ("webhook", Level.OK)),
    ],
)
async def test_a_bots_webhook_must_be_ours(provider, tmp_path, at, level):
    await provider.telegram("hook", url=at)
    settings = settings_for(tmp_path, **by_webhook(provider))

    found = (await look_at_services(settings))[-1]

    assert (found.name, found.level) == level
    assert "secret-path" not in report([found], speech_of({"LANG": "en"}), as_json=True)


@pytest.mark.parametrize(
    ("apps", "level"),
    [
        ([], ("subscription_none", Level.RED)),
        ([APP], ("subscription", Level.OK)),
        ([APP | {"override_callback_uri": "https://elsewhere.example/x"}], ("subscription_other", Level.RED)),
        (None, ("subscription_unknown", Level.NOTE)),
    ],
)
async def test_a_numbers_messages_must_go_to_an_app(provider, tmp_path, apps, level):
    await provider.connect_whatsapp()
    await provider.whatsapp("subscribe", apps=apps or [])
    if apps is None:
        await provider.faults("403", channel="whatsapp", method="templates")
    settings = settings_for(tmp_path, **number_at(provider, BUSINESS_ACCOUNT_ID=WABA))

    found = (await look_at_services(settings))[-1]

    assert (found.name, found.level) == level


async def test_what_went_wrong_last_at_a_webhook_is_told_without_any_secret(provider, tmp_path):
    await provider.telegram("hook", url=OURS, error=f"Wrong response from\n{TOKEN}: 403 {HOOK_SECRET}")
    await provider.raw({"update_id": 1})

    found = (await look_at_services(settings_for(tmp_path, **by_webhook(provider))))[-1]

    assert (found.name, found.level, found.values["pending"]) == ("webhook_failed", Level.RED, "1")
    assert found.values["reason"] == "Wrong response from …: 403 …"


async def test_another_accounts_service_is_asked_with_its_own_token(provider, tmp_path):
    settings = settings_for(tmp_path, **bot_at(provider))
    async with foundation(settings) as base:
        await make_clinic(base)
        stores = base.stores
        accounts = Accounts(stores.database, stores.vault, stores.clinics)
        second = {"telegram_bot_token": "7000000002:x"}
        await accounts.create(base.clinic, ChannelKind.TELEGRAM, "second", second)

    found = await look_at_services(settings)

    assert [(one.name, one.values["account"]) for one in found] == [
        ("service_reached", "main"),
        ("service_refused", "second"),
    ]


@pytest.mark.parametrize(
    ("answers", "expected"),
    [
        ({}, {"mail_in_clear": Level.NOTE}),
        ({"noop": "421 busy"}, {"mail_away": Level.RED}),
        ({"auth": "535 no", "ehlo": "250-hello\r\n250 AUTH PLAIN"}, {"mail_refused": Level.RED}),
    ],
)
async def test_the_mail_server_is_greeted_and_gets_no_mail(tmp_path, answers, expected):
    async with FakeSmtp(**answers) as server:
        url = server.url.replace("//", "//us:pw@") if "auth" in answers else server.url

        assert await told(settings_for(tmp_path, SMTP_URL=url, SMTP_FROM="a@clinic.example")) == expected
        assert server.messages == []


@pytest.mark.parametrize(("fault", "name"), [(None, "bucket"), (403, "bucket_shut"), (500, "bucket_away")])
async def test_the_bucket_is_asked_for_a_file_that_nobody_has(tmp_path, monkeypatch, fault, name):
    bucket = FakeBucket(tmp_path)
    bucket.faults["get"] = [fault] if fault else []
    async with bucket_running(bucket) as address:
        for variable, value in bucket_settings(address).items():
            monkeypatch.setenv(variable, value)

        [found] = await ask_bucket(settings_for(tmp_path, STORAGE_URL="s3://files"), 4)

    assert found.name == name


async def test_nobody_is_asked_offline(tmp_path):
    away = settings_for(tmp_path, SMTP_URL="smtp://127.0.0.1:1", SMTP_FROM="a@clinic.example")

    found = {one.name for one in await examine(away, offline=True)}

    assert "offline" in found
    assert "mail_away" not in found


@pytest.mark.parametrize(
    ("head", "expected"),
    [
        ("# version 2026z", "zones"),
        ("# version 2025b", "zones_behind"),
        ("# version 2023c", "zones_old"),
        ("Zone x", "zones_unknown"),
        (None, "zones"),
    ],
)
def test_the_time_zones_version_is_told_and_whether_it_is_of_today(tmp_path, head, expected):
    if head is not None:
        (tmp_path / "Asia").mkdir()
        (tmp_path / "Asia/Tokyo").touch()
        (tmp_path / "tzdata.zi").write_text(f"{head}\nmore\n")

    found = look_at_zones(datetime(2026, 6, 1, tzinfo=UTC), (str(tmp_path),), "2026a")

    assert found.name == expected


def test_this_machine_has_time_zones():
    assert look_at_zones(system_now()).name != "zones_missing"


@pytest.mark.parametrize("language", ["en", "ja"])
def test_every_line_about_what_is_outside_has_a_text(language):
    names = ["service_refused", "service_away", "webhook_failed", "zones_behind"]
    catalog = speech_of({"LANG": language}).catalog

    assert [name for name in names if not catalog.has(f"cli.doctor.{name}")] == []
