"""A new master key: everything opens with it, nothing with the old one, and it may stop at any commit."""

import pytest
from sqlalchemy import select, update

from handlers.core.on_call import Chain
from handlers.errors import SettingError
from storage import rotation
from storage.adverse_events import Note
from storage.audit.trail import Trail
from storage.keys import ClinicKey, PatientKey, SealBroken, Vault
from storage.master_key import check_master_key
from storage.rotation import Rotated, Rotation, left_behind
from storage.stores import stores_of
from storage.tables import clinics, meta, patients
from storage.views.alerting import AlertViews
from tests.storage.samples import CANARY, CLINIC, NOON, settled
from tests.storage.test_audit import act

OLD, NEW = bytes(range(32)), b"n" * 32


class Killed(BaseException):
    """Ends a rotation as a kill would."""


def under(stores, *keys):
    return stores_of(stores.database, Vault(*keys), None)


def rotation_of(stores):
    return Rotation(stores.database, stores.vault, stores.clinics)


@pytest.fixture
async def known(stores):
    await stores.database.write(
        lambda conn: conn.execute(
            meta.insert(), {"name": "master_key_fingerprint", "value": stores.vault.fingerprint}
        )
    )
    return [await settled(stores, address=f"a{number}", name=CANARY) for number in range(5)]


async def opened(stores, vault):
    """Return how many patients' keys open under a vault, and how many clinics'."""
    rows = await stores.database.read(
        lambda conn: conn.execute(
            select(patients.c.id, patients.c.wrapped_key, clinics.c.wrapped_key.label("owner")).join(clinics)
        ).all()
    )
    found = 0
    for row in rows:
        try:
            vault.id_of(PatientKey(ClinicKey(CLINIC, row.owner), row.id, row.wrapped_key))
        except SealBroken:
            continue
        found += 1
    return found


async def test_after_a_rotation_the_new_key_opens_everything_and_the_old_nothing(stores, known):
    done = await rotation_of(under(stores, NEW, OLD)).run()

    assert done == Rotated(clinics=1, patients=5)
    assert (await opened(stores, Vault(NEW)), await opened(stores, Vault(OLD))) == (5, 0)
    fresh = under(stores, NEW)
    await stores.database.read(lambda conn: check_master_key(conn, fresh.vault))
    assert (await fresh.uow.case_of(CLINIC, known[0].patient.id)).patient.name == CANARY


async def test_a_second_rotation_has_nothing_to_do(stores, known):
    await rotation_of(under(stores, NEW, OLD)).run()

    assert await rotation_of(under(stores, NEW, OLD)).run() == Rotated(clinics=0, patients=0)


@pytest.mark.parametrize("commits", range(4))
async def test_a_rotation_that_is_killed_goes_on_where_it_was(stores, known, monkeypatch, commits):
    monkeypatch.setattr(rotation, "BATCH", 2)
    both, left = under(stores, NEW, OLD), commits

    async def write(fn):
        nonlocal left
        if not left:
            raise Killed
        left -= 1
        return await stores.database.write(fn)

    class Dying:
        read = stores.database.read

    dying = Dying()
    dying.write = write
    with pytest.raises(Killed):
        await Rotation(dying, both.vault, both.clinics).run()

    assert await opened(stores, Vault(NEW, OLD)) == 5
    await rotation_of(under(stores, NEW, OLD)).run()
    assert (await opened(stores, Vault(NEW)), await opened(stores, Vault(OLD))) == (5, 0)


async def test_the_record_of_acts_stays_whole(stores, known):
    await Trail(stores.database, stores.vault, stores.clinics).note(CLINIC, act(1))

    await rotation_of(under(stores, NEW, OLD)).run()

    fresh = under(stores, NEW)
    [verdict] = await Trail(fresh.database, fresh.vault, fresh.clinics).verify()
    assert verdict.findings == ()


async def test_whom_a_process_of_before_admits_is_found_and_the_next_rotation_takes_them_along(stores, known):
    await rotation_of(under(stores, NEW, OLD)).run()
    await settled(stores, address="late", name=CANARY)

    both = under(stores, NEW, OLD)
    assert await stores.database.read(lambda conn: left_behind(conn, both.vault)) == 1
    assert (await rotation_of(both).run()).patients == 1
    assert await stores.database.read(lambda conn: left_behind(conn, both.vault)) == 0


async def test_a_key_that_nobody_has_is_said_with_the_mend(stores, known):
    await stores.database.write(
        lambda conn: conn.execute(
            update(clinics).values(wrapped_key=Vault(b"x" * 32).new_clinic_key(CLINIC).wrapped)
        )
    )

    with pytest.raises(SettingError, match="rotate-keys again"):
        await rotation_of(under(stores, NEW, OLD)).run()


async def test_what_staff_are_told_and_what_they_wrote_opens_under_the_new_key_too(stores, known):
    patient = known[0].patient.id
    event = await stores.events.open(CLINIC, patient, now=NOON)
    await stores.events.note(Note(CLINIC, patient, event, "note", CANARY, "mika", NOON))
    await stores.on_call.save(CLINIC, Chain(email="duty@clinic.example"), by="mika", now=NOON)

    await rotation_of(under(stores, NEW, OLD)).run()

    fresh = under(stores, NEW)
    case = await AlertViews(fresh.database, fresh.vault, fresh.clinics).event(CLINIC, event)
    assert [line.text for line in case.log if line.kind == "note"] == [CANARY]
    assert (await fresh.on_call.chain(CLINIC)).email == "duty@clinic.example"


async def test_links_and_drafts_outlive_a_new_master_key(stores, known):
    before = stores.vault.web_key(await stores.clinics.key(CLINIC))

    await rotation_of(under(stores, NEW, OLD)).run()

    fresh = under(stores, NEW)
    assert fresh.vault.web_key(await fresh.clinics.key(CLINIC)) == before
