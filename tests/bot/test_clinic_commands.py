"""Further clinics and their accounts from the command line: what is refused, and where tokens go."""

from contextlib import AsyncExitStack
from dataclasses import replace

import pytest

from bot import channel_commands, clinic_commands
from bot.channel_commands import Place, read_values
from bot.clinic_commands import Wanted
from bot.clinics import of_clinic, with_account
from bot.demo import make_clinic
from bot.doctor.database import look_at_database
from bot.foundation import foundation
from bot.houses import open_houses
from bot.receiver import Account as Known
from bot.settings import Settings
from bot.whatsapp_line import whatsapp_line
from handlers.core.values import ChannelKind, ClinicId
from handlers.errors import NotFound, SettingError
from storage.accounts import Account
from storage.tables import channel_accounts

OWN, KOBE = ClinicId("default"), ClinicId("kobe")
BOT = Place(KOBE, ChannelKind.TELEGRAM, "main")
NUMBER = Place(KOBE, ChannelKind.WHATSAPP, "main")
TOKEN = "7000000009:a-made-up-token-of-kobes-own-bot-in-tests"
OF_SETTINGS = "7000000001:a-made-up-token-of-the-settings-own-bot"
WHATSAPP = {
    "whatsapp_access_token": "a-made-up-token",
    "whatsapp_phone_number_id": "48291",
    "whatsapp_app_secret": "s",
    "whatsapp_verify_token": "v",
    "whatsapp_content": "link",
}


@pytest.fixture(scope="module")
async def base(tmp_path_factory):
    """An installation with a second clinic, which has a bot."""
    folder = tmp_path_factory.mktemp("clinics")
    settings = Settings(
        env="test",
        database_url=f"sqlite:///{folder}/y.db",
        storage_url=f"file://{folder}/files",
        telegram_bot_token=OF_SETTINGS,
    )
    async with foundation(settings) as base:
        await make_clinic(base)
        await clinic_commands.add(base, Wanted("kobe", "kobe.example", "Kobe Clinic"))
        await channel_commands.put(base, BOT, {"telegram_bot_token": TOKEN}, is_new=True)
        yield base


@pytest.mark.parametrize(
    ("wanted", "why"),
    [
        (Wanted("kobe", "new.example"), "there is a clinic kobe already"),
        (Wanted("default", "new.example"), "there is a clinic default already"),
        (Wanted("nara", "KOBE.example"), "--host: KOBE.example is another clinic's"),
        (Wanted("nara", "127.0.0.1"), "--host: 127.0.0.1 is another clinic's"),
        (Wanted("nara", "https://nara.example"), "--host: the name of a host alone"),
        (Wanted("Nara!", "nara.example"), "the name: up to 40 small letters"),
        (Wanted("nara", "nara.example", zone="Mars/Base"), "--zone: there is no time zone Mars/Base"),
        (Wanted("nara", "nara.example", country="Atlantis"), "--country: no country is called Atlantis"),
        (Wanted("nara", "nara.example", languages=("xx",)), "--languages: the pack does not speak xx"),
    ],
)
async def test_a_clinic_that_can_not_be_is_refused_with_the_reason(base, wanted, why):
    with pytest.raises(ValueError, match=why):
        await clinic_commands.add(base, wanted)


@pytest.mark.parametrize(
    ("place", "values", "is_new", "error", "why"),
    [
        (BOT, {"telegram_bot_token": TOKEN}, True, ValueError, "account main already"),
        (
            Place(OWN, BOT.channel, "main"),
            {"telegram_bot_token": TOKEN},
            True,
            ValueError,
            "the settings name",
        ),
        (Place(OWN, BOT.channel, "more"), {"telegram_bot_token": TOKEN}, True, ValueError, "another account"),
        (Place(KOBE, BOT.channel, "more"), {"telegram_bot_token": OF_SETTINGS}, True, ValueError, "another"),
        (Place(KOBE, BOT.channel, "A B"), {"telegram_bot_token": TOKEN}, True, ValueError, "--account"),
        (Place("nara", BOT.channel, "main"), {"telegram_bot_token": TOKEN}, True, NotFound, "no clinic nara"),
        (NUMBER, WHATSAPP, False, NotFound, "no account main"),
        (NUMBER, {**WHATSAPP, "whatsapp_content": ""}, True, SettingError, "WHATSAPP_CONTENT"),
        (NUMBER, {"whatsapp_access_token": "x"}, True, ValueError, "lacks WHATSAPP_PHONE_NUMBER_ID"),
    ],
)
async def test_an_account_that_can_not_be_is_refused_and_no_token_is_told(
    base, place, values, is_new, error, why
):
    with pytest.raises(error, match=why) as refused:
        await channel_commands.put(base, place, values, is_new=is_new)

    assert not any(token in str(refused.value) for token in (TOKEN, OF_SETTINGS, "a-made-up-token"))


async def test_a_token_lies_sealed_and_is_never_shown(base):
    rows = await base.stores.database.read(lambda conn: conn.execute(channel_accounts.select()).all())
    shown = await channel_commands.listed(base)

    assert TOKEN.encode() not in b"".join(row.config or b"" for row in rows)
    assert [one["settings"] for one in shown] == [{"telegram_bot_token": "***"}]


async def test_new_tokens_take_the_place_of_the_old_ones_alone_and_go_with_the_account(base):
    place = Place(KOBE, ChannelKind.WHATSAPP, "second")
    await channel_commands.put(base, place, WHATSAPP, is_new=True)
    turned = await channel_commands.put(base, place, {"whatsapp_app_secret": "new"}, is_new=False)
    await channel_commands.remove(base, place)

    assert turned["settings"]["whatsapp_phone_number_id"] == "48291"
    with pytest.raises(NotFound):
        await channel_commands.remove(base, place)


async def test_the_doctor_looks_at_every_clinic(base):
    found = [one async for one in look_at_database(base.settings, base.clock.now())]

    assert {one.clinic for one in found if one.name in {"account", "on_call_nobody"}} == {"", "kobe"}


@pytest.mark.parametrize(("values", "most"), [({}, 80), ({"whatsapp_messages_per_second": "20"}, 20)])
async def test_a_number_sends_as_fast_as_its_own_settings_say(base, values, most):
    await channel_commands.put(base, NUMBER, WHATSAPP | values, is_new=True)

    async with AsyncExitStack() as closing:
        houses = await open_houses(base, closing)
        accounts = [one for house in houses.all for one in house.others if one.kind is ChannelKind.WHATSAPP]
    await channel_commands.remove(base, NUMBER)

    assert [one.rates.account.most for one in accounts] == [most]


async def test_a_number_knows_its_own_business_account(base):
    account = Account(KOBE, ChannelKind.WHATSAPP, "main", WHATSAPP | {"whatsapp_business_account_id": "7"})
    at = replace(base, settings=with_account(base.settings, account))

    line = whatsapp_line(at, Known(KOBE, ChannelKind.WHATSAPP, "main"))
    await line.close()

    assert line.hook.business_account_id == "7"


@pytest.mark.parametrize("wrong", ["0", "1001", "fast"])
async def test_a_number_that_sends_at_no_rate_is_refused(base, wrong):
    values = WHATSAPP | {"whatsapp_messages_per_second": wrong}

    with pytest.raises(SettingError, match="MESSAGES_PER_SECOND"):
        await channel_commands.put(base, NUMBER, values, is_new=True)


async def test_a_clinic_stands_on_its_own_address_and_accounts(base):
    base.others.clear()
    kobe = await of_clinic(base, "kobe")

    assert (kobe.settings.public_url, kobe.around.public_url) == ("http://kobe.example:8000",) * 2
    assert kobe.settings.telegram_bot_token.get_secret_value() == TOKEN
    assert kobe.present is not base.present


def test_a_file_names_settings_as_the_environment_does():
    text = f"# of Kobe\nexport YORISOI_TELEGRAM_BOT_TOKEN='{TOKEN}'\nTELEGRAM_MODE=webhook\n"

    assert read_values(BOT.channel, text) == {"telegram_bot_token": TOKEN, "telegram_mode": "webhook"}
    assert read_values(BOT.channel, f"{TOKEN}\n") == {"telegram_bot_token": TOKEN}
    with pytest.raises(ValueError, match="line 2 of the file") as refused:
        read_values(BOT.channel, f"TELEGRAM_BOT_TOKEN=x\nTOKEN={TOKEN}")
    assert TOKEN not in str(refused.value)
