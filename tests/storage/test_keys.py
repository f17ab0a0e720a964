"""Sealing: nothing readable in the file, nothing moved, no other key."""

import base64
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, strategies as st
from sqlalchemy import delete

from handlers.core.case import Response, ResponseStatus
from handlers.core.changes import Level, OpenTask, RaiseFlag, SaveContact, StartResponse
from handlers.core.values import ChannelKind, ResponseId
from handlers.errors import SettingError
from storage.accounts import Accounts
from storage.blobs import Blobs
from storage.engine import open_database
from storage.keys import PatientKey, SealBroken, Vault
from storage.master_key import (
    check_master_key,
    decode_master_key,
    load_master_keys,
    load_or_create_master_keys,
)
from storage.stores import Stores, stores_of
from storage.tables import clinics
from tests.storage import samples
from tests.storage.samples import CANARY, CLINIC, NOON

VAULT = Vault(bytes(range(32)))
OWNER = VAULT.new_clinic_key("default")
KEY = VAULT.new_patient_key(OWNER, "p-1")


@given(st.text())
def test_what_is_sealed_opens_again(text: str):
    sealed = VAULT.seal(KEY, "answers", "a-1", "value", text)

    assert VAULT.open(KEY, "answers", "a-1", "value", sealed).decode() == text


@pytest.mark.parametrize(
    "place",
    [("flags", "a-1", "value"), ("answers", "a-2", "value"), ("answers", "a-1", "source")],
)
def test_a_sealed_value_opens_in_its_own_place_alone(place: tuple[str, str, str]):
    sealed = VAULT.seal(KEY, "answers", "a-1", "value", "words")

    with pytest.raises(SealBroken):
        VAULT.open(KEY, *place, sealed)


def test_another_patients_key_opens_nothing():
    sealed = VAULT.seal(KEY, "answers", "a-1", "value", "words")
    other = VAULT.new_patient_key(OWNER, "p-2")

    with pytest.raises(SealBroken):
        VAULT.open(other, "answers", "a-1", "value", sealed)


def test_a_wrapped_key_moved_to_another_patient_opens_nothing():
    moved = PatientKey(OWNER, "p-2", KEY.wrapped)

    with pytest.raises(SealBroken):
        VAULT.seal(moved, "answers", "a-1", "value", "words")


def test_another_master_key_opens_nothing():
    sealed = VAULT.seal(KEY, "answers", "a-1", "value", "words")

    with pytest.raises(SealBroken):
        Vault(bytes(32)).open(KEY, "answers", "a-1", "value", sealed)


def test_a_damaged_value_does_not_open():
    sealed = bytearray(VAULT.seal(KEY, "answers", "a-1", "value", "words"))
    sealed[-1] ^= 1

    with pytest.raises(SealBroken):
        VAULT.open(KEY, "answers", "a-1", "value", bytes(sealed))


def test_an_index_depends_on_the_clinic_and_on_every_part():
    other = VAULT.new_clinic_key("other")

    found = {
        VAULT.index(OWNER, "address", "a", "b"),
        VAULT.index(OWNER, "address", "ab"),
        VAULT.index(OWNER, "email", "a", "b"),
        VAULT.index(other, "address", "a", "b"),
    }

    assert len(found) == 4
    assert VAULT.index(OWNER, "address", "a", "b") in found


def test_a_master_keys_file_is_made_once_and_for_its_owner_alone(tmp_path: Path):
    path = tmp_path / "master.key"

    first, second = load_or_create_master_keys(path), load_or_create_master_keys(path)

    assert first == second == load_master_keys(path)
    assert path.stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize("text", ["", "short", base64.b64encode(bytes(16)).decode(), "!" * 44])
def test_a_key_that_is_none_is_refused_with_the_mend(text: str):
    with pytest.raises(SettingError, match="openssl rand"):
        decode_master_key(text)


def test_a_missing_key_file_is_refused_and_not_made(tmp_path: Path):
    with pytest.raises(SettingError, match="backup"):
        load_master_keys(tmp_path / "master.key")

    assert not (tmp_path / "master.key").exists()


async def test_a_database_made_with_another_key_refuses_to_start(stores: Stores):
    await stores.database.write(lambda conn: conn.execute(delete(clinics)))
    await stores.database.write(lambda conn: check_master_key(conn, stores.vault))
    await stores.database.write(lambda conn: check_master_key(conn, stores.vault))

    with pytest.raises(SettingError, match="right key back"):
        await stores.database.write(lambda conn: check_master_key(conn, Vault(bytes(32))))


async def test_a_database_that_lost_its_fingerprint_refuses_to_start(stores: Stores):
    with pytest.raises(SettingError):
        await stores.database.write(lambda conn: check_master_key(conn, stores.vault))


async def test_nothing_that_was_told_can_be_read_in_the_files(sqlite_url: str, tmp_path: Path):
    database = open_database(sqlite_url)
    stores = stores_of(database, VAULT, Blobs(f"file://{tmp_path}/files"))
    await stores.clinics.create(samples.clinic(), now=NOON)
    await tell_everything(stores)

    files = contents(tmp_path)
    await database.close()

    assert not any(CANARY.encode() in content for content in files)
    assert len(files) >= 3


def contents(folder: Path) -> list[bytes]:
    return [path.read_bytes() for path in folder.rglob("*") if path.is_file()]


async def tell_everything(stores: Stores) -> None:
    """Put the canary into everything that a person or a service can say."""
    case = await samples.settled(
        stores, address=CANARY, name=CANARY, birth_date=CANARY, country=CANARY, role=CANARY
    )
    accounts = Accounts(stores.database, stores.vault, stores.clinics)
    await accounts.create(CLINIC, ChannelKind.TELEGRAM, "main", {"token": CANARY})
    flag = RaiseFlag(
        CANARY, CANARY, "1", Level.RED, CANARY, CANARY, ((CANARY, CANARY),), (CANARY,), None, NOON
    )
    document = samples.document(case, ref=CANARY, name=CANARY, caption=CANARY, source=CANARY)
    contact = replace(case.contact, dialogue=replace(case.contact.dialogue, picked=(CANARY,)))
    told = samples.answer("a.b", CANARY, source=CANARY)
    response = Response(
        ResponseId("r"), "urn:q", "1", ResponseStatus.IN_PROGRESS, NOON, answers={told.slot: told}
    )
    await stores.inbox.add([samples.incoming(CANARY, CANARY, CANARY.encode())], now=NOON)
    [row] = await samples.claim_inbox(stores)
    await stores.inbox.add([samples.incoming(CANARY + "2", CANARY, CANARY.encode())], now=NOON)
    changes = [
        StartResponse(response),
        flag,
        document,
        SaveContact(contact),
        OpenTask("x", CANARY, NOON, CANARY),
        samples.message(case, text=CANARY, dedupe_key=CANARY),
        samples.settle(row, text=CANARY),
    ]
    await stores.uow.save(case, changes)
    [sent] = await samples.claim_outbox(stores)
    await stores.outbox.settle_sent(sent, CANARY, now=NOON)

    async def content():
        yield CANARY.encode() * 1000

    [fetch] = await stores.fetches.claim(now_system=NOON, lease=samples.LEASE, limit=1)
    assert await stores.fetches.store(fetch, content(), limit_bytes=10**6, now=NOON)
    after = await samples.known(stores, CANARY)
    assert after.patient.name == CANARY
