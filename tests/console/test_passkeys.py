"""Passkeys: both proofs at once, for this site alone, each question answered once and in its own browser."""

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.console.passkeys import can_have_passkeys
from tests.console.at_the_door import is_in, strict
from tests.console.house import CLINIC
from tests.fakes.authenticator import PRESENT, Authenticator, written

NEW = "/console/account/passkeys"
LATER = timedelta(minutes=11)
WRONG = (
    {"origin": "https://sakura-clinic.example"},
    {"origin": "http://localhost:8001"},
    {"site": "sakura-clinic.example"},
    {"flags": PRESENT},
    {"flags": 0},
    {"credential": b"nobody's"},
    {"handle": written(b"somebody else")},
    {"key": Authenticator().key},
)
"""What an honest browser would never say, and one key that is not the owner's."""
HOSTILE = ("{}", "[]", "null", "x", '{"id": "a", "rawId": "a", "type": "public-key"}')


def named(house):
    """Let the house stand at an address for which browsers make passkeys."""
    house.public_url = "http://localhost:8000"
    return strict(house)


async def ask(browser, path="/console/passkey"):
    return (await browser.post(f"{path}/options")).json()


def answer(browser, credential, path="/console/passkey"):
    return browser.post(path, data={"name": "", "credential": credential})


async def register(browser, device, name="My laptop"):
    made = device.make(await ask(browser, NEW))
    return await browser.post(NEW, data={"name": name, "credential": made})


async def with_passkey(house):
    """Return a browser that is signed out, and the device of its owner, who made a passkey there."""
    browser, device = await named(house).signed_in("administrator"), Authenticator()
    await house.staff.set_password(CLINIC, (await owner(house)).id, "a hash")
    await register(browser, device)
    await browser.post("/console/sign-out")
    return browser, device


async def owner(house):
    return (await house.staff.members(CLINIC))[0]


async def acts(house):
    return [action for action, _ in await house.acts()]


async def test_a_passkey_alone_opens_the_console(house):
    browser, device = await with_passkey(house)

    opened = await answer(browser, device.sign(await ask(browser)))

    assert opened.headers["location"] == "/console/"
    assert "My laptop" in (await browser.get("/console/account")).text
    assert {"staff.passkey", "sign-in.passkey"} <= set(await acts(house))


async def test_what_is_asked_of_an_authenticator_is_strict(house):
    browser, device = await with_passkey(house)
    asked = await ask(browser)
    await answer(browser, device.sign(asked))
    new = await ask(browser, NEW)

    assert (asked["rpId"], asked["userVerification"], asked.get("allowCredentials")) == (
        "localhost",
        "required",
        [],
    )
    assert new["authenticatorSelection"]["residentKey"] == "required"
    assert new["authenticatorSelection"]["userVerification"] == "required"
    assert new["attestation"] == "none"
    assert [one["id"] for one in new["excludeCredentials"]] == [written(device.credential)]


async def test_an_answer_that_was_heard_is_worth_nothing_the_second_time(house):
    browser, device = await with_passkey(house)
    heard = device.sign(await ask(browser))
    await answer(browser, heard)
    await browser.post("/console/sign-out")

    assert (await answer(browser, heard)).status_code == 401
    assert not await is_in(browser)


async def test_an_answer_opens_nothing_in_another_browser(house):
    browser, device = await with_passkey(house)
    other = house.browser()
    heard = device.sign(await ask(browser))
    await ask(other)

    assert (await answer(other, heard)).status_code == 401
    assert (await answer(browser, heard)).status_code == 303


async def test_an_answer_that_takes_longer_than_five_minutes_is_none(house):
    browser, device = await with_passkey(house)
    late = device.sign(await ask(browser))
    house.clocks.system += timedelta(minutes=5)

    assert (await answer(browser, late)).status_code == 401


async def test_what_was_signed_elsewhere_or_by_nobody_opens_nothing(house):
    browser, device = await with_passkey(house)
    for wrong in WRONG:
        refused = await answer(browser, replace(device, **wrong).sign(await ask(browser)))

        assert refused.status_code == 401, wrong
        assert (await acts(house))[0] == "sign-in.refused"
    assert (await answer(browser, device.sign(await ask(browser)))).status_code == 303


async def test_what_is_no_answer_at_all_is_refused_in_words(house):
    browser, device = await with_passkey(house)
    refused = [(await answer(browser, hostile)).status_code for hostile in HOSTILE]
    await answer(browser, device.sign(await ask(browser)))
    unmade = [(await answer(browser, hostile, NEW)).status_code for hostile in HOSTILE]

    assert (set(refused), set(unmade)) == ({401}, {400})


async def test_a_copy_that_counts_behind_is_refused_and_written_down(house):
    browser, device = await with_passkey(house)
    copy = replace(device)
    await answer(browser, device.sign(await ask(browser)))
    await browser.post("/console/sign-out")

    refused = await answer(browser, copy.sign(await ask(browser)))

    assert refused.status_code == 401
    assert "copy" in refused.text
    assert (await acts(house))[0] == "passkey.copied"


async def test_a_device_that_does_not_count_comes_in_each_time(house):
    browser, device = await with_passkey(house)
    for _ in range(2):
        device.count = -1
        assert (await answer(browser, device.sign(await ask(browser)))).status_code == 303


async def test_who_is_locked_out_is_so_with_a_passkey_too(house):
    browser, device = await with_passkey(house)
    member = await owner(house)
    await house.signed_in("administrator")  # the last one can't be locked out
    assert await house.staff.disable(CLINIC, member.id)

    assert (await answer(browser, device.sign(await ask(browser)))).status_code == 401
    assert not await is_in(browser)


@pytest.mark.parametrize("lost", ["removed", "reset"])
async def test_a_passkey_that_is_forgotten_opens_nothing(house, lost):
    browser, device = await with_passkey(house)
    member = await owner(house)
    known = (await house.door.passkeys.of(CLINIC, member.id))[0]
    if lost == "reset":
        await house.door.factors.forget(CLINIC, member.id)
    else:
        await answer(browser, device.sign(await ask(browser)))
        await browser.post(f"{NEW}/remove", data={"passkey": known.id})

    assert (await answer(browser, device.sign(await ask(browser)))).status_code == 401


async def test_nobody_removes_a_passkey_of_somebody_else(house):
    browser, device = await with_passkey(house)
    member = await owner(house)
    known = (await house.door.passkeys.of(CLINIC, member.id))[0]
    stranger = await house.signed_in("nurse")

    await stranger.post(f"{NEW}/remove", data={"passkey": known.id})

    assert (await answer(browser, device.sign(await ask(browser)))).status_code == 303


async def test_a_passkey_is_proof_where_proof_is_asked_again(house):
    browser, device = await with_passkey(house)
    await answer(browser, device.sign(await ask(browser)))
    house.clocks.system += LATER
    assert "confirm" in (await browser.get("/console/staff")).headers["location"]
    assert "data-passkey" in (await browser.get("/console/confirm")).text

    proof = device.sign(await ask(browser, "/console/confirm/passkey"))
    proved = await browser.post(
        "/console/confirm/passkey", data={"credential": proof, "back": "/console/staff"}
    )

    assert proved.headers["location"] == "/console/staff"
    assert (await browser.get("/console/staff")).status_code == 200


async def test_a_sign_in_is_no_proof_and_a_colleagues_passkey_neither(house):
    _, device = await with_passkey(house)
    browser = await house.signed_in("administrator")
    proved = [
        await answer(browser, device.sign(await ask(browser, path)), "/console/confirm/passkey")
        for path in ("/console/passkey", "/console/confirm/passkey")
    ]

    assert all("refused=passkey" in one.headers["location"] for one in proved)
    assert [act for act in await acts(house) if act.startswith("confirm")][:2] == ["confirm.refused"] * 2


async def test_one_network_cannot_ask_without_end(house):
    browser = named(house).browser()

    answers = [(await browser.post("/console/passkey/options")).status_code for _ in range(61)]

    assert (answers[0], answers[-1]) == (200, 429)


async def test_neither_name_nor_key_is_readable_in_the_database(house):
    _, device = await with_passkey(house)
    rows = await house.database.read(lambda conn: conn.exec_driver_sql("SELECT * FROM passkeys").all())

    stored = repr(rows).encode()
    assert len(rows) == 1
    assert not any(word in stored for word in (b"My laptop", written(device.credential).encode()))


@pytest.mark.parametrize(
    ("address", "possible"),
    [
        ("https://clinic.example", True),
        ("http://localhost:8000", True),
        ("http://127.0.0.1:8000", False),
        ("https://192.0.2.1", False),
        ("https://[2001:db8::1]", False),
    ],
)
async def test_where_browsers_make_none_nothing_speaks_of_passkeys(house, address, possible):
    house.public_url = address
    browser = strict(house).browser()

    assert can_have_passkeys(address) is possible
    assert ("passkey" in (await browser.get("/console/sign-in")).text) is possible
    assert ((await browser.post("/console/passkey/options")).status_code == 200) is possible


async def test_a_passkey_on_each_database(house_on_each):
    browser, device = await with_passkey(house_on_each)
    copy = replace(device)
    heard = device.sign(await ask(browser))
    statuses = [(await answer(browser, heard)).status_code for _ in range(2)]

    copied = await answer(browser, copy.sign(await ask(browser)))

    assert [*statuses, copied.status_code] == [303, 401, 401]
