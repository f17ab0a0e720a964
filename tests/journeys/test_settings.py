"""A wrong setting stops the start with one line that names the setting and the mend."""

import asyncio

import pytest

from tests.journeys.product import PROGRAM, ROOT, Product

TELEGRAM = {"TELEGRAM_BOT_TOKEN": "7000000001:a-made-up-token", "TELEGRAM_MODE": "webhook"}
WHATSAPP = {
    "WHATSAPP_ACCESS_TOKEN": "made-up", "WHATSAPP_PHONE_NUMBER_ID": "1", "WHATSAPP_APP_SECRET": "made-up",
    "WHATSAPP_VERIFY_TOKEN": "made-up",
}  # fmt: skip
WRONG = {
    "a word where a number belongs": ({"LEASE_SECONDS": "soon"}, "LEASE_SECONDS", "Correct it"),
    "a lease shorter than a send": ({"LEASE_SECONDS": "3"}, "LEASE_SECONDS", "Raise it"),
    "an unknown environment": ({"ENV": "staging"}, "ENV", "Correct it"),
    "production with a clock to move": ({"ENV": "production"}, "CLOCK_FILE", "Unset it"),
    "production without a key": (
        {"ENV": "production", "CLOCK_FILE": None, "PUBLIC_URL": "https://clinic.example"},
        "MASTER_KEY_FILE", "Make one with",
    ),
    "another database": ({"DATABASE_URL": "mysql://somewhere/db"}, "DATABASE_URL", "Correct it"),
    "a webhook without a secret": (TELEGRAM, "TELEGRAM_WEBHOOK_SECRET", "Set 32 or more"),
    "WhatsApp without the choice of content": (WHATSAPP, "WHATSAPP_CONTENT", "choose"),
    "a pack that is not there": ({"PACK": "no-such-pack"}, "no-such-pack", ""),
}  # fmt: skip
WRONG_SETTING = 3


@pytest.mark.parametrize(("settings", "named", "mend"), WRONG.values(), ids=WRONG)
async def test_a_wrong_setting_stops_the_start_with_one_line(tmp_path, settings, named, mend):
    product = Product(tmp_path, f"sqlite:///{tmp_path}/yorisoi.db", **settings)

    code, said = await started(product)

    assert code == WRONG_SETTING
    assert len(said.splitlines()) == 1
    assert named in said
    assert mend in said


async def test_another_master_key_stops_the_start_and_is_never_put_in_place(tmp_path):
    product = Product(tmp_path, f"sqlite:///{tmp_path}/yorisoi.db")
    await product.run("migrate")
    product.settings["MASTER_KEY"] = "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA="

    code, said = await started(product)

    assert code == WRONG_SETTING
    assert "MASTER_KEY" in said


async def started(product):
    """Return the exit code of `yorisoi serve` and what it said to standard error."""
    process = await asyncio.create_subprocess_exec(
        PROGRAM, "serve", cwd=ROOT, env=product.environment, stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.DEVNULL, stderr=asyncio.subprocess.PIPE,
    )  # fmt: skip
    _, said = await process.communicate()
    return process.returncode, said.decode()
