"""Envelope encryption: master key → clinic key → patient key (or day key) → AES-256-GCM.

A sealed value is version byte, key id (4 bytes), nonce (12 random bytes), ciphertext and tag. Its
associated data names clinic, table, row, column and version, so that a ciphertext moved to another
place no longer opens. Erasing a patient is destroying their wrapped key.
"""

import hmac
import os
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


class Vault:
    """Seals and opens values. Holds the master key; opened keys stay in memory, a bounded number."""

    def __init__(self, master_key: bytes) -> None:
        """Take the master key: 32 bytes; raise ValueError for any other length."""
        if len(master_key) != KEY_BYTES:
            raise ValueError("a master key has 32 bytes")
        self._master = _opened(master_key)
        self.fingerprint = sha256(b"yorisoi master key" + master_key).hexdigest()[:32]
        self._known: dict[bytes, tuple[Key, _Opened]] = {}

    def new_clinic_key(self, clinic: str) -> ClinicKey:
        """Make a clinic's key."""
        return ClinicKey(
            clinic, _seal(self._master, _new_key(), _place(clinic, "clinics", clinic, "wrapped_key"))
        )

    def new_patient_key(self, owner: ClinicKey, patient: str) -> PatientKey:
        """Make a patient's key."""
        place = _place(owner.clinic, "patients", patient, "wrapped_key")
        return PatientKey(owner, patient, _seal(self._opened(owner), _new_key(), place))

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

    def chain_mac(self, key: ClinicKey, message: bytes) -> bytes:
        """Return the MAC (32 bytes) by which a clinic's record of acts shows every change."""
        return hmac.digest(self._opened(key).chain_key, message, "sha256")

    def _opened(self, key: Key) -> _Opened:
        """Return a key opened; by its wrapped bytes, because hashing a whole key costs more than a seal."""
        found = self._known.get(key.wrapped)
        if found is not None and found[0] == key:
            return found[1]
        opened = self._unwrap(key)
        if len(self._known) >= _OPENED_KEYS:
            self._known.clear()
        self._known[key.wrapped] = (key, opened)
        return opened

    def _unwrap(self, key: Key) -> _Opened:
        match key:
            case ClinicKey(clinic, wrapped):
                raw = _open(self._master, wrapped, _place(clinic, "clinics", clinic, "wrapped_key"))
                return _opened(raw, chains=True)
            case PatientKey(owner, patient, wrapped):
                place = _place(owner.clinic, "patients", patient, "wrapped_key")
                return _opened(_open(self._opened(owner), wrapped, place))
            case DayKey(owner, day, wrapped):
                place = _place(owner.clinic, "day_keys", day, "wrapped_key")
                return _opened(_open(self._opened(owner), wrapped, place))
            case unreachable:
                assert_never(unreachable)


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
