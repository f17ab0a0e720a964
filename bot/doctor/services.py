"""How the doctor asks each kind of service: a question that changes nothing and sends nothing.

No token, no secret and no foreign address stands in what comes back.
"""

from datetime import UTC, timedelta
from typing import Final
from urllib.parse import urlsplit

from telegram import WebhookInfo

from bot.channels.loose_json import mapping, text
from bot.channels.telegram.connection import Connection
from bot.channels.telegram.faults import ANSWERS_BADLY, translate
from bot.channels.whatsapp.client import UNREACHABLE, Graph, GraphError
from bot.channels.whatsapp.faults import decide
from bot.doctor.findings import Finding, note, ok, red
from bot.mail import Mailer
from bot.settings import Settings, TelegramMode, plain
from bot.whatsapp_line import whatsapp_graph
from handlers.errors import AccountFault, SendError, SettingError
from storage.shelves import Bucketful, knock

TELEGRAM: Final = "Telegram"
WHATSAPP: Final = "WhatsApp"
_LONGEST: Final = 120
"""Characters of Telegram's own words about a webhook."""


async def ask_telegram(settings: Settings, account: str, seconds: float) -> list[Finding]:
    """Ask a bot who it is, and in webhook mode what Telegram knows of its webhook."""
    try:
        connection = Connection(
            plain(settings.telegram_bot_token), api=settings.telegram_api_base_url, seconds=seconds
        )
    except SettingError as error:
        return [red("service_setting", channel=TELEGRAM, account=account, reason=str(error))]
    try:
        await connection.bot.get_me()
        found = [_reached(TELEGRAM, account)]
        if settings.telegram_mode is TelegramMode.WEBHOOK:
            found.append(webhook_finding(await connection.bot.get_webhook_info(), settings, account))
    except ANSWERS_BADLY as error:
        return [_missed(TELEGRAM, account, translate(error))]
    finally:
        await connection.close()
    return found


def webhook_finding(info: WebhookInfo, settings: Settings, account: str) -> Finding:
    """Return how a bot's webhook stands: ours or not, how many updates wait, what went wrong last."""
    if not info.url:
        return red("webhook_none", account=account)
    if info.url != f"{settings.public_url.rstrip('/')}/webhooks/telegram/{account}":
        return red("webhook_other", account=account, host=urlsplit(info.url).hostname or "?")
    values = {"account": account, "pending": str(info.pending_update_count)}
    if info.last_error_date is None:
        return ok("webhook", **values)
    values["since"] = f"{info.last_error_date.astimezone(UTC):%Y-%m-%d %H:%M} UTC"
    values["reason"] = _without_secrets(info.last_error_message or "", settings)
    return (red if info.pending_update_count else note)("webhook_failed", **values)


async def ask_whatsapp(settings: Settings, account: str) -> list[Finding]:
    """Ask Meta for our own number, and whether the business account's messages go to any app."""
    graph = whatsapp_graph(settings)
    try:
        await graph.look_up_number()
        found = [_reached(WHATSAPP, account)]
        if settings.whatsapp_business_account_id:
            found.append(await _subscription(graph, settings, account))
    except GraphError as error:
        return [_missed(WHATSAPP, account, decide(error.fault))]
    except UNREACHABLE:
        return [red("service_away", channel=WHATSAPP, account=account, code="no-answer")]
    finally:
        await graph.close()
    return found


async def _subscription(graph: Graph, settings: Settings, account: str) -> Finding:
    """Return which apps Meta delivers to; the id of our own is told nowhere, so only that there are some."""
    try:
        told = await graph.ask(f"{settings.whatsapp_business_account_id}/subscribed_apps")
    except GraphError as error:
        return note("subscription_unknown", account=account, code=error.fault.name)
    apps = told.get("data")
    if not isinstance(apps, list):
        return note("subscription_unknown", account=account, code="unreadable-answer")
    if not apps:
        return red("subscription_none", account=account)
    elsewhere = [where for app in apps if (where := text(mapping(app).get("override_callback_uri")))]
    ours = f"{settings.public_url.rstrip('/')}/webhooks/whatsapp/{account}"
    if elsewhere and ours not in elsewhere:
        host = urlsplit(elsewhere[0]).hostname or "?"
        return red("subscription_other", account=account, host=host)
    return ok("subscription", account=account, count=str(len(apps)))


async def ask_mail(settings: Settings, seconds: float) -> list[Finding]:
    """Greet the mail server and sign in; no message is sent."""
    if settings.smtp_url is None:
        return []
    try:
        mailer = Mailer(plain(settings.smtp_url), settings.smtp_from, timeout_seconds=seconds)
        return [ok("mail") if await mailer.knock() else note("mail_in_clear")]
    except AccountFault as error:
        return [red("mail_refused", code=error.code)]
    except SendError as error:
        return [red("mail_away", code=error.code)]
    except SettingError as error:
        return [red("mail_setting", reason=str(error))]


async def ask_bucket(settings: Settings, seconds: float) -> list[Finding]:
    """Ask the bucket for a file that nobody has; a folder was looked at already."""
    match await knock(settings.storage_url, timedelta(seconds=seconds)):
        case None:
            return []
        case Bucketful.THERE:
            return [ok("bucket")]
        case Bucketful.SHUT:
            return [note("bucket_shut")]
        case Bucketful.MISSING:
            return [red("bucket_missing")]
        case Bucketful.AWAY:
            return [red("bucket_away")]


def _reached(channel: str, account: str) -> Finding:
    return ok("service_reached", channel=channel, account=account)


def _missed(channel: str, account: str, error: SendError) -> Finding:
    values = {"channel": channel, "account": account, "code": error.code}
    return red("service_refused" if isinstance(error, AccountFault) else "service_away", **values)


def _without_secrets(told: str, settings: Settings) -> str:
    for secret in settings.secrets():
        told = told.replace(secret, "…")
    return " ".join(told.split())[:_LONGEST]
