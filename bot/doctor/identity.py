"""What the doctor sees of the clinic's identity provider: whether it answers, and by which name."""

from collections.abc import Callable
from datetime import datetime

from bot.doctor.findings import Finding, note, ok, red
from bot.oidc.access import provider_of
from bot.oidc.faults import ProviderFault
from bot.settings import Settings


async def look_at_identity(settings: Settings, now_system: Callable[[], datetime]) -> list[Finding]:
    """Return how the identity provider stands, and nothing where there is none."""
    provider = provider_of(settings, now_system)
    if provider is None:
        return []
    try:
        await provider.endpoints()
    except ProviderFault as broken:
        return [red(f"oidc_{broken.fault}", issuer=settings.oidc_issuer)]
    if not settings.oidc_second_step:
        return [ok("oidc_ready", issuer=settings.oidc_issuer), note("oidc_second_step")]
    return [ok("oidc_ready", issuer=settings.oidc_issuer)]
