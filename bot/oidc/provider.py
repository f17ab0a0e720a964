"""The clinic's identity provider: where it leads, and whom it names.

Nothing of it is kept between two sign-ins, which are a few dozen a day: a key that it changed holds at once.
"""

import base64
import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final
from urllib.parse import quote_plus, urlencode, urlsplit

from bot.oidc.calls import Call, fetch
from bot.oidc.faults import Fault, ProviderFault
from bot.oidc.tokens import Expected, Identity, identity_in

_DISCOVERY: Final = "/.well-known/openid-configuration"
_FRESH: Final = timedelta(minutes=5)
"""How long ago somebody may have shown the provider who they are, where that is asked again."""


@dataclass(frozen=True, slots=True)
class Access:
    """What the operator set: the provider, who we are to it, and which of its marks are a second step."""

    issuer: str
    client: str
    secret: str
    second_step: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Endpoints:
    """Where the provider's documents lead."""

    issuer: str
    authorize: str
    token: str
    keys: str
    takes_basic: bool


@dataclass(frozen=True, slots=True)
class Question:
    """One sign-in under way: where the browser comes back, and what ties the answer to it."""

    back: str
    state: str
    nonce: str
    verifier: str


class Provider:
    """One identity provider."""

    def __init__(self, access: Access, now_system: Callable[[], datetime]) -> None:
        """Take what the operator set, and the system's clock, which tokens are compared with."""
        self._access = access
        self._now = now_system
        self._allowed = (urlsplit(access.issuer).hostname or "",)

    async def endpoints(self) -> Endpoints:
        """Return where the provider leads, asked anew; raise ProviderFault."""
        found = await fetch(Call(self._access.issuer.rstrip("/") + _DISCOVERY), self._allowed)
        issuer = found.get("issuer")
        if not isinstance(issuer, str) or issuer.rstrip("/") != self._access.issuer.rstrip("/"):
            raise ProviderFault(Fault.OTHER)
        methods = found.get("token_endpoint_auth_methods_supported", ["client_secret_basic"])
        return Endpoints(
            issuer=issuer,
            authorize=self._address(found, "authorization_endpoint"),
            token=self._address(found, "token_endpoint"),
            keys=self._address(found, "jwks_uri"),
            takes_basic=isinstance(methods, list) and "client_secret_basic" in methods,
        )

    async def way_in(self, question: Question, *, again: bool) -> str:
        """Return the address at which the browser's owner shows who they are; `again`: though they have."""
        there = (await self.endpoints()).authorize
        asked = {
            "response_type": "code",
            "client_id": self._access.client,
            "redirect_uri": question.back,
            "scope": "openid email",
            "state": question.state,
            "nonce": question.nonce,
            "code_challenge": _hashed(question.verifier),
            "code_challenge_method": "S256",
            **({"prompt": "login", "max_age": "0"} if again else {}),
        }
        return f"{there}{'&' if '?' in there else '?'}{urlencode(asked)}"

    async def identity(self, question: Question, code: str) -> Identity:
        """Return whom the provider names for a code; raise ProviderFault."""
        there = await self.endpoints()
        form = {
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": question.back,
            "code_verifier": question.verifier,
        }
        answer = await fetch(self._signed(there, form), self._allowed)
        token = answer.get("id_token")
        if not isinstance(token, str):
            raise ProviderFault(Fault.TOKEN)
        keys = await fetch(Call(there.keys), self._allowed)
        expected = Expected(there.issuer, self._access.client, question.nonce, self._now())
        return identity_in(token, keys, expected)

    def has_second_step(self, identity: Identity) -> bool:
        """Say whether the provider says that it asked for two proofs, in a word that the operator set."""
        return bool(identity.marks & self._access.second_step)

    def is_fresh(self, identity: Identity) -> bool:
        """Say whether they showed the provider just now who they are."""
        return identity.shown_at is not None and self._now() - identity.shown_at <= _FRESH

    def _signed(self, there: Endpoints, form: Mapping[str, str]) -> Call:
        client, secret = self._access.client, self._access.secret
        if not there.takes_basic:
            return Call(there.token, {**form, "client_id": client, "client_secret": secret})
        pair = f"{quote_plus(client)}:{quote_plus(secret)}".encode()
        return Call(there.token, form, f"Basic {base64.b64encode(pair).decode()}")

    def _address(self, found: Mapping[str, Any], name: str) -> str:
        """Return an address of the provider's document; never one that is open where the provider is not."""
        address = found.get(name)
        if not isinstance(address, str):
            raise ProviderFault(Fault.OTHER)
        schemes = {"https", urlsplit(self._access.issuer).scheme}
        if urlsplit(address).scheme not in schemes or not urlsplit(address).hostname:
            raise ProviderFault(Fault.OTHER)
        return address


def _hashed(verifier: str) -> str:
    digest = hashlib.sha256(verifier.encode()).digest()
    return base64.urlsafe_b64encode(digest).rstrip(b"=").decode()
