"""The identity provider that the settings name."""

from collections.abc import Callable
from datetime import datetime

from bot.oidc.provider import Access, Provider
from bot.settings import Settings


def provider_of(settings: Settings, now_system: Callable[[], datetime]) -> Provider | None:
    """Return the clinic's identity provider, or None where the settings name none."""
    if not settings.oidc_issuer or settings.oidc_client_secret is None:
        return None
    access = Access(
        settings.oidc_issuer,
        settings.oidc_client_id,
        settings.oidc_client_secret.get_secret_value(),
        frozenset(settings.oidc_second_step),
    )
    return Provider(access, now_system)
