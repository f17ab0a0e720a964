"""Envelope encryption: master key → clinic key, patient key (or day key) → AES-256-GCM.

A sealed value is version byte, key id (4 bytes), nonce (12 random bytes), ciphertext and tag. Its
associated data names clinic, table, row, column and version, so that a ciphertext moved to another
place no longer opens. Erasing a patient is destroying their wrapped key.
"""

import hmac
import os
from collections.abc import Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Final, NamedTuple, assert_never

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from handlers.errors import YorisoiError

VERSION: Final = 1
KEY_BYTES: Final = 32
INDEX_BYTES: Final = 16
_KEY_ID: Final = 4
_NONCE: Final = 12
_HEAD: Final = 1 + _KEY_ID + _NONCE
_OPENED_KEYS: Final = 8192
_BACKUPS: Final = "/backups"
"""No clinic's name: a slash stands in none."""


class SealBroken(YorisoiError):
    """A sealed value does not open here: another key, another place, or damage."""


@dataclass(frozen=True, slots=True)
class ClinicKey:
    """A clinic's key, wrapped under the master key."""

    clinic: str
    wrapped: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class PatientKey:
    """A patient's key, wrapped under their clinic's key."""

    owner: ClinicKey
    patient: str
    wrapped: bytes = field(repr=False)

    @property
    def clinic(self) -> str:
        """Return the clinic that the patient belongs to."""
        return self.owner.clinic


@dataclass(frozen=True, slots=True)
class DayKey:
    """A clinic's key for the raw inbox items of one UTC day, wrapped under the clinic's key."""

    owner: ClinicKey
    day: str
    wrapped: bytes = field(repr=False)

    @property
    def clinic(self) -> str:
        """Return the clinic that the key belongs to."""
        return self.owner.clinic


Key = ClinicKey | PatientKey | DayKey


class _Opened(NamedTuple):
    id: bytes
    cipher: AESGCM
    index_key: bytes
    chain_key: bytes


class _Master(NamedTuple):
    raw: bytes
    key: _Opened
    wrappers: dict[str, _Opened]

    @classmethod
    def of(cls, raw: bytes) -> "_Master":
        return cls(raw, _opened(raw), {})

    def of_patients(self, clinic: str) -> _Opened:
        """Return what wraps the keys of a clinic's patients."""
        known = self.wrappers.get(clinic)
        if known is None:
            raw = _derived(self.raw, f"yorisoi patients of {clinic}".encode())
            known = self.wrappers[clinic] = _opened(raw)
        return known


class Vault:
    """Seals and opens values. Holds the master key; opened keys stay in memory, a bounded number.

    A patient's key is wrapped under a key that the master key and the clinic's name give, so that a new
    master key brings every process the new one without asking anybody. (In installations that never changed
    theirs it may be wrapped under the clinic's key itself.)
    """

    def __init__(self, master_key: bytes, *older: bytes) -> None:
        """Take the master key, 32 bytes, and those it is to replace; raise ValueError for other lengths.

        The older ones open what is still under them; nothing new is put there.
        """
        if any(len(key) != KEY_BYTES for key in (master_key, *older)):
            raise ValueError("a master key has 32 bytes")
        self._masters = tuple(_Master.of(key) for key in (master_key, *older))
        self.fingerprints = tuple(fingerprint_of(key) for key in (master_key, *older))
        self.fingerprint = self.fingerprints[0]
        self._known: dict[bytes, tuple[Key, _Opened]] = {}

    def new_clinic_key(self, clinic: str) -> ClinicKey:
        """Make a clinic's key."""
        return ClinicKey(clinic, _seal(self._masters[0].key, _new_key(), _place_of_clinic(clinic)))

    def new_patient_key(self, owner: ClinicKey, patient: str) -> PatientKey:
        """Make a patient's key."""
        place = _place_of_patient(owner.clinic, patient)
        return PatientKey(
            owner, patient, _seal(self._masters[0].of_patients(owner.clinic), _new_key(), place)
        )

    def renewed_clinic_key(self, key: ClinicKey) -> ClinicKey:
        """Return the same key wrapped under the newest master key."""
        place = _place_of_clinic(key.clinic)
        raw = _open(self._master_of(key.wrapped), key.wrapped, place)
        return ClinicKey(key.clinic, _seal(self._masters[0].key, raw, place))

    def renewed_patient_key(self, key: PatientKey) -> PatientKey:
        """Return the same key wrapped under what the newest master key gives."""
        place = _place_of_patient(key.clinic, key.patient)
        raw = _open(self._wrapper_of(key), key.wrapped, place)
        return PatientKey(key.owner, key.patient, _seal(self._masters[0].of_patients(key.clinic), raw, place))

    def newest_ids(self, clinic: str) -> tuple[bytes, bytes]:
        """Return the ids (4 bytes) that a clinic's and its patients' wrapped keys bear after a rotation."""
        return self._masters[0].key.id, self._masters[0].of_patients(clinic).id

    def id_of(self, key: Key) -> bytes:
        """Return the id (4 bytes) that stands in front of everything under this key."""
        return self._opened(key).id

    def new_day_key(self, owner: ClinicKey, day: str) -> DayKey:
        """Make a clinic's key for a UTC day (YYYY-MM-DD)."""
        place = _place(owner.clinic, "day_keys", day, "wrapped_key")
        return DayKey(owner, day, _seal(self._opened(owner), _new_key(), place))

    def seal(self, key: Key, table: str, row_id: str, column: str, value: str | bytes) -> bytes:
        """Return `value` sealed for this one place."""
        plain = value.encode() if isinstance(value, str) else value
        return _seal(self._opened(key), plain, _place(key.clinic, table, row_id, column))

    def open(self, key: Key, table: str, row_id: str, column: str, sealed: bytes) -> bytes:
        """Return what was sealed at this place; raise SealBroken if it was not this key and place."""
        return _open(self._opened(key), sealed, _place(key.clinic, table, row_id, column))

    def seal_text(self, key: Key, table: str, row_id: str, column: str, value: str) -> bytes | None:
        """Return `value` sealed, or None for an empty one: nothing needs no hiding."""
        return self.seal(key, table, row_id, column, value) if value else None

    def open_text(self, key: Key, table: str, row_id: str, column: str, sealed: bytes | None) -> str:
        """Return the text sealed at this place; empty where the column is NULL."""
        return self.open(key, table, row_id, column, sealed).decode() if sealed is not None else ""

    def index(self, key: ClinicKey, purpose: str, *parts: str) -> bytes:
        """Return a keyed hash (16 bytes) by which a value can be found without being readable."""
        message = "\x1f".join((purpose, *parts)).encode()
        return hmac.digest(self._opened(key).index_key, message, "sha256")[:INDEX_BYTES]

    def seal_backup(self, name: str, identity: str) -> bytes:
        """Return what opens a backup, sealed under the newest master key for this one file."""
        return _seal(
            self._masters[0].of_patients(_BACKUPS), identity.encode(), _place("", _BACKUPS, name, "identity")
        )

    def open_backup(self, name: str, sealed: bytes) -> str:
        """Return what opens a backup; raise SealBroken if it was made with none of the master keys here."""
        key = _bearing(sealed, [master.of_patients(_BACKUPS) for master in self._masters])
        return _open(key, sealed, _place("", _BACKUPS, name, "identity")).decode()

    def web_key(self, key: ClinicKey) -> bytes:
        """Return the key (32 bytes) that signs what the clinic's web page gives out."""
        return hmac.digest(self._opened(key).index_key, b"yorisoi web page", "sha256")

    def chain_mac(self, key: ClinicKey, message: bytes) -> bytes:
        """Return the MAC (32 bytes) by which a clinic's record of acts shows every change."""
        return hmac.digest(self._opened(key).chain_key, message, "sha256")

    def _opened(self, key: Key) -> _Opened:
        """Return a key opened; by its wrapped bytes, because hashing a whole key costs more than a seal."""
        found = self._known.get(key.wrapped)
        if found is not None and (found[0] is key or found[0] == key):
            return found[1]
        opened = self._unwrap(key)
        if len(self._known) >= _OPENED_KEYS:
            self._known.clear()
        self._known[key.wrapped] = (key, opened)
        return opened

    def _unwrap(self, key: Key) -> _Opened:
        match key:
            case ClinicKey(clinic, wrapped):
                raw = _open(self._master_of(wrapped), wrapped, _place_of_clinic(clinic))
                return _opened(raw, chains=True)
            case PatientKey(owner, patient, wrapped):
                place = _place_of_patient(owner.clinic, patient)
                return _opened(_open(self._wrapper_of(key), wrapped, place))
            case DayKey(owner, day, wrapped):
                place = _place(owner.clinic, "day_keys", day, "wrapped_key")
                return _opened(_open(self._opened(owner), wrapped, place))
            case unreachable:
                assert_never(unreachable)

    def _master_of(self, wrapped: bytes) -> _Opened:
        return _bearing(wrapped, [master.key for master in self._masters])

    def _wrapper_of(self, key: PatientKey) -> _Opened:
        derived = [master.of_patients(key.clinic) for master in self._masters]
        return _bearing(key.wrapped, [*derived, self._opened(key.owner)])


def fingerprint_of(master_key: bytes) -> str:
    """Return what tells a master key from another without saying anything about it."""
    return sha256(b"yorisoi master key" + master_key).hexdigest()[:32]


def _bearing(wrapped: bytes, keys: Sequence[_Opened]) -> _Opened:
    """Return the key whose id a wrapped key bears; raise SealBroken if it is none of them."""
    found = next((key for key in keys if wrapped[1 : 1 + _KEY_ID] == key.id), None)
    if found is None:
        raise SealBroken("wrapped under another key")
    return found


def _place_of_clinic(clinic: str) -> bytes:
    return _place(clinic, "clinics", clinic, "wrapped_key")


def _place_of_patient(clinic: str, patient: str) -> bytes:
    return _place(clinic, "patients", patient, "wrapped_key")


def _new_key() -> bytes:
    return os.urandom(KEY_BYTES)


def _opened(raw: bytes, *, chains: bool = False) -> _Opened:
    index_key = _derived(raw, b"yorisoi blind index v1")
    chain_key = _derived(raw, b"yorisoi record of acts v1") if chains else b""
    return _Opened(sha256(b"yorisoi key id" + raw).digest()[:_KEY_ID], AESGCM(raw), index_key, chain_key)


def _derived(raw: bytes, purpose: bytes) -> bytes:
    return HKDF(SHA256(), KEY_BYTES, salt=None, info=purpose).derive(raw)


def _place(clinic: str, table: str, row_id: str, column: str) -> bytes:
    return f"{clinic}|{table}|{row_id}|{column}|{VERSION}".encode()


def _seal(key: _Opened, plain: bytes, place: bytes) -> bytes:
    nonce = os.urandom(_NONCE)
    return b"".join((bytes((VERSION,)), key.id, nonce, key.cipher.encrypt(nonce, plain, place)))


def _open(key: _Opened, sealed: bytes, place: bytes) -> bytes:
    if len(sealed) < _HEAD or sealed[0] != VERSION or sealed[1 : 1 + _KEY_ID] != key.id:
        raise SealBroken("sealed under another key")
    nonce = sealed[1 + _KEY_ID : _HEAD]
    try:
        return key.cipher.decrypt(nonce, sealed[_HEAD:], place)
    except InvalidTag:
        raise SealBroken("sealed for another place, or damaged") from None
