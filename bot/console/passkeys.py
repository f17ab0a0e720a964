"""Passkeys (WebAuthn): what is asked of an authenticator, and whether its answer holds.

A passkey is two factors in one: the device has it, and asks its owner for a finger, a face or a PIN before it
signs (user verification is required). It signs for this site's name alone, so that there is nothing to type
into a site that only looks like ours. What the device is made by we do not ask (attestation "none").
"""

from collections.abc import Sequence
from dataclasses import dataclass
from ipaddress import ip_address
from typing import Final
from urllib.parse import urlsplit

from cryptography.exceptions import InvalidSignature
from webauthn import (
    base64url_to_bytes,
    generate_authentication_options,
    generate_registration_options,
    options_to_json,
    verify_authentication_response,
    verify_registration_response,
)
from webauthn.helpers import (
    bytes_to_base64url,
    parse_authentication_credential_json,
    parse_client_data_json,
    parse_registration_credential_json,
)
from webauthn.helpers.exceptions import WebAuthnException
from webauthn.helpers.structs import (
    AuthenticationCredential,
    AuthenticatorSelectionCriteria,
    PublicKeyCredentialDescriptor,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)

from bot.console.asked import LASTS, Asked
from bot.console.deps import Console, Session
from storage.passkeys import Passkey
from storage.staff import Member

NEW, SIGN_IN, STEP_UP = "passkey-new", "passkey-sign-in", "passkey-step-up"
"""What an authenticator can be asked for; an answer to one is none to another."""
COPIED: Final = "copied"
REFUSED: Final = "refused"
MOST_NAME: Final = 60
_TIMEOUT: Final = int(LASTS.total_seconds() * 1000)
_VERIFIED: Final = UserVerificationRequirement.REQUIRED
_MALFORMED: Final = (WebAuthnException, InvalidSignature, ValueError, TypeError, KeyError)
"""What the library raises over an answer that nobody's authenticator would give."""


@dataclass(frozen=True, slots=True)
class Proof:
    """Whose passkey signed, and why it counts for nothing: "", COPIED or REFUSED."""

    staff_id: str
    problem: str = ""


def can_have_passkeys(public_url: str) -> bool:
    """Say whether browsers make passkeys for this address: it needs a name, and https except on localhost."""
    parts = urlsplit(public_url)
    name = parts.hostname or ""
    try:
        ip_address(name)
    except ValueError:
        return parts.scheme == "https" or name == "localhost" or name.endswith(".localhost")
    return False


class PasskeyProofs:
    """Asks authenticators and judges what they answer."""

    def __init__(self, deps: Console) -> None:
        """Take the name under which this site is known: that of PUBLIC_URL."""
        parts = urlsplit(deps.public_url)
        self._deps = deps
        self._store = deps.door.passkeys
        self._asked = Asked(deps)
        self._site = parts.hostname or ""
        self._origin = f"{parts.scheme}://{parts.netloc}"

    async def ask_new(self, member: Member, session: Session, clinic_name: str) -> str:
        """Return what makes an authenticator offer a new passkey (JSON of the options)."""
        challenge = await self._asked.ask(NEW, session.key)
        known = await self._store.of(self._deps.clinic, member.id)
        options = generate_registration_options(
            rp_id=self._site,
            rp_name=clinic_name,
            user_id=member.id.encode(),
            user_name=member.email,
            user_display_name=member.name,
            challenge=challenge.encode(),
            timeout=_TIMEOUT,
            authenticator_selection=AuthenticatorSelectionCriteria(
                resident_key=ResidentKeyRequirement.REQUIRED, user_verification=_VERIFIED
            ),
            exclude_credentials=_described(known),
        )
        return options_to_json(options)

    async def learn(self, session: Session, name: str, answer: str) -> bool:
        """Keep the passkey that an authenticator made; False if the answer does not hold."""
        try:
            credential = parse_registration_credential_json(answer)
            challenge = _challenge_in(credential.response.client_data_json)
            if await self._asked.take(challenge, NEW, session.key) is None:
                return False
            made = verify_registration_response(
                credential=credential,
                expected_challenge=challenge.encode(),
                expected_rp_id=self._site,
                expected_origin=self._origin,
                require_user_verification=True,
            )
        except _MALFORMED:
            return False
        new = Passkey(
            id=self._deps.ids.new(),
            staff_id=session.staff_id,
            name=name,
            credential=bytes_to_base64url(made.credential_id),
            public_key=bytes_to_base64url(made.credential_public_key),
            sign_count=made.sign_count,
            created_at=self._deps.now_system(),
        )
        return await self._store.add(self._deps.clinic, new)

    async def ask(self, purpose: str, holder: str, staff_id: str = "") -> str:
        """Return what makes an authenticator sign (JSON): any of this site's passkeys, or a member's own."""
        challenge = await self._asked.ask(purpose, holder)
        own = await self._store.of(self._deps.clinic, staff_id) if staff_id else ()
        options = generate_authentication_options(
            rp_id=self._site,
            challenge=challenge.encode(),
            timeout=_TIMEOUT,
            allow_credentials=_described(own),
            user_verification=_VERIFIED,
        )
        return options_to_json(options)

    async def take(self, purpose: str, holder: str, answer: str) -> Proof:
        """Return whose passkey answered a question of this holder's, and whether that counts."""
        try:
            credential = parse_authentication_credential_json(answer)
            challenge = _challenge_in(credential.response.client_data_json)
            if not holder or await self._asked.take(challenge, purpose, holder) is None:
                return Proof("", REFUSED)
            return await self._judged(credential, challenge)
        except _MALFORMED:
            return Proof("", REFUSED)

    async def _judged(self, credential: AuthenticationCredential, challenge: str) -> Proof:
        clinic = self._deps.clinic
        known = await self._store.by_credential(clinic, bytes_to_base64url(credential.raw_id))
        if known is None or credential.response.user_handle not in {None, known.staff_id.encode()}:
            return Proof("", REFUSED)
        # The count is compared below, where it is kept: then nobody passes twice with one count, and a count
        # that is too low is known to be signed, which is what a copy does and no stranger can.
        signed = verify_authentication_response(
            credential=credential,
            expected_challenge=challenge.encode(),
            expected_rp_id=self._site,
            expected_origin=self._origin,
            credential_public_key=base64url_to_bytes(known.public_key),
            credential_current_sign_count=0,
            require_user_verification=True,
        )
        now = self._deps.now_system()
        is_ahead = await self._store.use(clinic, known.id, signed.new_sign_count, now_system=now)
        return Proof(known.staff_id, "" if is_ahead else COPIED)


def _described(known: Sequence[Passkey]) -> list[PublicKeyCredentialDescriptor]:
    return [PublicKeyCredentialDescriptor(base64url_to_bytes(one.credential)) for one in known]


def _challenge_in(client_data: bytes) -> str:
    return parse_client_data_json(client_data).challenge.decode()
