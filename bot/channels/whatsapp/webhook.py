"""WhatsApp's webhook: the signature over the raw bytes first, then the commit, and only then 200."""

import hmac
import logging
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from fastapi import APIRouter, Request, Response
from fastapi.responses import PlainTextResponse

from bot.channels.deliveries import delivered_body, store_delivery
from bot.channels.whatsapp.signature import HEADER, claimed, is_signed
from bot.channels.whatsapp.split import split
from bot.receiver import Account, Receiver
from handlers.errors import SettingError

PATH: Final = "/webhooks/whatsapp/{account}"

_CHALLENGE = re.compile(r"[\x21-\x7e]{1,256}", re.ASCII)

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Hook:
    """One number that takes a webhook. Raises SettingError without the secrets that prove its sender.

    `business_account_id` tells whose news of templates and accounts are ours; "" takes any for ours.
    """

    account: Account
    phone_number_id: str
    app_secret: str = field(repr=False)
    verify_token: str = field(repr=False)
    business_account_id: str = ""

    def __post_init__(self) -> None:
        if not (self.app_secret and self.verify_token):
            raise SettingError(
                "YORISOI_WHATSAPP_APP_SECRET and YORISOI_WHATSAPP_VERIFY_TOKEN must be set: "
                "copy both from the app's dashboard"
            )

    def answer(self, query: Mapping[str, str]) -> str | None:
        """Return the challenge that Meta's handshake wants back, or None if its token is not ours."""
        challenge = query.get("hub.challenge", "")
        token = query.get("hub.verify_token", "").encode("utf-8", "surrogateescape")
        is_known = hmac.compare_digest(token, self.verify_token.encode())
        is_asked = query.get("hub.mode") == "subscribe" and _CHALLENGE.fullmatch(challenge)
        return challenge if is_known and is_asked else None


def webhook_router(hooks: Mapping[str, Hook], receiver: Receiver) -> APIRouter:
    """Return the routes that take the webhooks of these accounts, by the account's name."""
    router = APIRouter()

    @router.get(PATH, include_in_schema=False)
    async def shake_hands(account: str, request: Request) -> Response:
        """Prove to Meta that the address is ours: its challenge back, 404 or 403."""
        hook = hooks.get(account)
        if hook is None:
            return Response(status_code=404)
        challenge = hook.answer(request.query_params)
        return Response(status_code=403) if challenge is None else PlainTextResponse(challenge)

    @router.post(PATH, include_in_schema=False)
    async def take(account: str, request: Request) -> Response:
        """Store a delivery: 404, 401, 413 and 503 say why not; what it holds is no other reason."""
        hook = hooks.get(account)
        if hook is None:
            return Response(status_code=404)
        signature = claimed(request.headers.getlist(HEADER))
        body = await delivered_body(request) if signature else b""
        if body is None:
            return Response(status_code=413)
        if not (signature and is_signed(hook.app_secret, body, signature)):
            log.warning("webhook with a wrong signature", extra={"account": account})
            return Response(status_code=401)
        return await _store(hook, receiver, body)

    return router


async def _store(hook: Hook, receiver: Receiver, body: bytes) -> Response:
    name = hook.account.name
    found = split(body, hook.phone_number_id, hook.business_account_id)
    if found.foreign:
        # One app may serve several numbers and business accounts. What is another's is not ours to keep, and
        # 404 makes Meta show the mistake; where some of it is ours, that is kept and the rest counted.
        log.warning("webhook for somebody else", extra={"account": name, "items": found.foreign})
    if not found.pieces:
        return Response(status_code=404)
    return await store_delivery(hook.account, receiver, found.pieces)
