"""What an identity provider signed: read by joserfc, and believed only if every word of it is for us and now.

joserfc (BSD) is what Authlib's own author took the signatures of Authlib out into: typed, of `cryptography`
alone, and without a network of its own, so that every call leaves by our port. Authlib would bring a client
that calls by itself.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final

from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet

from bot.oidc.faults import Fault, ProviderFault

ALGORITHMS: Final = ("RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512")
"""Signatures with a key that the provider alone has: "none" and shared secrets are not among them."""
_FORGIVEN_SECONDS: Final = 60
"""How far the provider's clock may be from ours."""


@dataclass(frozen=True, slots=True)
class Expected:
    """What a token must say: who signed it, for whom, in answer to what, and when that is."""

    issuer: str
    client: str
    nonce: str
    now: datetime


@dataclass(frozen=True, slots=True)
class Identity:
    """Whom the provider knows: by `subject` for good; `marks` are how it knows (its amr and acr)."""

    issuer: str
    subject: str
    email: str
    marks: frozenset[str]
    shown_at: datetime | None
    """When they last showed the provider who they are, if it says so."""


def identity_in(token: str, keys: Mapping[str, Any], expected: Expected) -> Identity:
    """Return whom an ID token names, signed with one of the provider's `keys` (JWKS); raise ProviderFault."""
    try:
        known = KeySet.import_key_set({"keys": list(keys["keys"])})
        claims = jwt.decode(token, known, algorithms=list(ALGORITHMS)).claims
        _registry(expected).validate(claims)
    except (JoseError, ValueError, TypeError, KeyError) as error:
        raise ProviderFault(Fault.TOKEN) from error
    if not _is_for(claims, expected.client):
        raise ProviderFault(Fault.TOKEN)
    email = claims.get("email")
    if claims.get("email_verified") is not True or not isinstance(email, str) or not email.strip():
        raise ProviderFault(Fault.UNVERIFIED)
    return Identity(
        issuer=expected.issuer,
        subject=claims["sub"],
        email=email.strip().casefold(),
        marks=frozenset((*_words(claims.get("amr")), *_words(claims.get("acr")))),
        shown_at=_moment(claims.get("auth_time")),
    )


def _registry(expected: Expected) -> jwt.JWTClaimsRegistry:
    return jwt.JWTClaimsRegistry(
        now=int(expected.now.timestamp()),
        leeway=_FORGIVEN_SECONDS,
        iss={"essential": True, "value": expected.issuer},
        aud={"essential": True, "value": expected.client},
        nonce={"essential": True, "value": expected.nonce},
        sub={"essential": True},
        exp={"essential": True},
        iat={"essential": True},
    )


def _is_for(claims: Mapping[str, Any], client: str) -> bool:
    """Say whether a token is for us alone, or names us among its readers as the one that asked for it."""
    if "azp" in claims:
        return bool(claims["azp"] == client)
    audience = claims["aud"]
    return isinstance(audience, str) or len(audience) == 1


def _words(said: Any) -> Sequence[str]:
    if isinstance(said, str):
        return (said,)
    return [one for one in said if isinstance(one, str)] if isinstance(said, list) else ()


def _moment(seconds: Any) -> datetime | None:
    if isinstance(seconds, bool) or not isinstance(seconds, int):
        return None
    try:
        return datetime.fromtimestamp(seconds, UTC)
    except (OverflowError, OSError, ValueError):
        return None
