"""Telegram's webhook: the secret first, then the bytes, then the commit, and only then 200."""

import asyncio
import hmac
import itertools
import logging
import re
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import Final

from fastapi import APIRouter, Request, Response
from telegram import Bot

from bot.channels.deliveries import delivered_body, store_delivery
from bot.channels.telegram import reading
from bot.channels.telegram.faults import translated
from bot.channels.telegram.pausing import LONGEST_PAUSE_SECONDS, pause_after
from bot.channels.telegram.split import split
from bot.receiver import Account, Receiver
from handlers.errors import AccountFault, SendError, SettingError

HEADER: Final = "X-Telegram-Bot-Api-Secret-Token"
MOST_CONNECTIONS: Final = 10

_SECRET = re.compile(r"[A-Za-z0-9_-]{32,256}")

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Hook:
    """One account that takes a webhook. Raises SettingError without a secret that is hard to guess."""

    account: Account
    bot_id: str
    secret: str = field(repr=False)

    def __post_init__(self) -> None:
        if not _SECRET.fullmatch(self.secret):
            raise SettingError(
                "YORISOI_TELEGRAM_WEBHOOK_SECRET must be set for TELEGRAM_MODE=webhook: "
                "32 to 256 of the characters A-Z a-z 0-9 _ -"
            )

    def knows(self, header: str) -> bool:
        """Say whether `header` is our secret, in the same time whatever it is."""
        return hmac.compare_digest(header.encode("utf-8", "surrogateescape"), self.secret.encode())


def webhook_router(hooks: Mapping[str, Hook], receiver: Receiver) -> APIRouter:
    """Return the route that takes the updates of these accounts, by the account's name."""
    router = APIRouter()

    @router.post("/webhooks/telegram/{account}", include_in_schema=False)
    async def take(account: str, request: Request) -> Response:
        """Store one update: 404, 403, 413 and 503 say why not; what it holds is never a reason."""
        hook = hooks.get(account)
        if hook is None:
            return Response(status_code=404)
        if not hook.knows(request.headers.get(HEADER, "")):
            log.warning("webhook with a wrong secret", extra={"account": account})
            return Response(status_code=403)
        body = await delivered_body(request)
        if body is None:
            return Response(status_code=413)
        return await store_delivery(hook.account, receiver, split(body, hook.bot_id))

    return router


async def set_webhook(bot: Bot, url: str, secret: str) -> None:
    """Tell Telegram where to deliver; what waits there stays. Raise SendError."""
    with translated():
        await bot.set_webhook(
            url,
            secret_token=secret,
            max_connections=MOST_CONNECTIONS,
            allowed_updates=list(reading.KINDS),
        )


async def keep_trying_to_set_webhook(
    bot: Bot,
    url: str,
    secret: str,
    *,
    on_fault: Callable[[AccountFault], Awaitable[None]],
    on_well: Callable[[], Awaitable[None]],
    sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
) -> None:
    """Return once the webhook is set: Telegram may be away while we start, and that stops nobody.

    `on_fault` is told each time that the account itself is refused, `on_well` when it is set.
    """
    for failures in itertools.count():
        try:
            await set_webhook(bot, url, secret)
        except AccountFault as fault:
            await on_fault(fault)
            await sleep(LONGEST_PAUSE_SECONDS)
        except SendError as error:
            log.warning("webhook not set: %s", error.code)
            await sleep(pause_after(failures))
        else:
            await on_well()
            return
