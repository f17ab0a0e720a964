"""What the doctor sees of WhatsApp: what it may carry and why, the day's limit, templates that are amiss."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Final

from bot.doctor.findings import Finding, note, ok, red
from bot.settings import Settings, WhatsAppContent
from bot.surroundings import DEFAULT_PACK
from bot.template_watch import ACCOUNT, Plan, Warned, warnings_at
from handlers.core.tiers import UNLIMITED, usable
from handlers.core.values import ChannelKind, ClinicId
from handlers.errors import PackError
from locales import health_words
from storage.daily_people import Usage, usage_at
from storage.engine import Database
from storage.protocols import pack_folder, read_pack

SOON: Final = timedelta(weeks=1)
"""A template that is amiss and needed so soon must be mended now."""

ALMOST: Final = 0.8
"""From this share of a day's places on, it is worth a note."""


def look_at_whatsapp(settings: Settings) -> Iterator[Finding]:
    """Yield what WhatsApp may carry here, with the policy behind the choice."""
    if not settings.has_whatsapp:
        return
    if settings.whatsapp_content is WhatsAppContent.LINK:
        yield ok("whatsapp_link")
    else:
        yield note("whatsapp_full")
    if not settings.whatsapp_business_account_id:
        yield note("whatsapp_no_account")


def look_at_name(settings: Settings, clinic_short: str) -> Iterator[Finding]:
    """Yield a finding where the name that stands in every template tells of an illness."""
    if not settings.has_whatsapp:
        return
    said = [
        word for language in health_words.languages() for word in health_words.find(clinic_short, language)
    ]
    if said:
        yield red("whatsapp_name", word=said[0])


async def look_at_day(
    database: Database, settings: Settings, now: datetime, clinic: ClinicId, account: str = ACCOUNT
) -> list[Finding]:
    """Return how full a number's day is, and which templates of planned contacts are amiss."""
    if not settings.has_whatsapp:
        return []
    links_only = settings.whatsapp_content is WhatsAppContent.LINK
    plan = Plan(links_only, _languages(settings))
    warned = await warnings_at(database, clinic, plan, now, account)
    found = [template_finding(one, now) for one in warned] or [ok("templates_well")]
    place = (clinic, ChannelKind.WHATSAPP, account)
    return [day_finding(await database.read(lambda conn: usage_at(conn, *place, now))), *found]


def _languages(settings: Settings) -> tuple[str, ...]:
    try:
        return tuple(read_pack(pack_folder(str(settings.pack or DEFAULT_PACK))).languages)
    except PackError:
        return ()


def day_finding(usage: Usage) -> Finding:
    """Return how full a day is; one that is almost full is worth a note."""
    if usage.limit >= UNLIMITED:
        return ok("whatsapp_day_open", used=str(usage.used))
    words = {"used": str(usage.used), "limit": str(usage.limit), "waiting": str(usage.waiting)}
    is_full = usage.used + usage.waiting >= ALMOST * usable(usage.limit)
    return (note if is_full else ok)("whatsapp_day", **words)


def template_finding(one: Warned, now: datetime) -> Finding:
    """Return what is amiss with a template; red where it is needed soon."""
    tell = red if one.first_at - now < SOON else note
    words = {"template": one.name, "language": one.language, "people": str(one.people)}
    return tell(f"template_{one.why}", first=f"{one.first_at:%Y-%m-%d}", **words)
