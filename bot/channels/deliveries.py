"""What the webhooks of all services share: a body within limits, a store before the answer."""

import logging
from collections.abc import Sequence

from fastapi import Request, Response
from starlette.requests import ClientDisconnect

from bot.receiver import Account, Piece, Receiver
from bot.web_guard import COME_BACK

log = logging.getLogger(__name__)

MOST_BYTES = 3 * 1024 * 1024
"""Meta's largest delivery (channels.md 3.2); Telegram's are far smaller."""


async def delivered_body(request: Request) -> bytes | None:
    """Return the body, or None as soon as it is longer than it may be."""
    body = bytearray()
    try:
        async for piece in request.stream():
            body += piece
            if len(body) > MOST_BYTES:
                return None
    except ClientDisconnect:
        return None
    return bytes(body)


async def store_delivery(account: Account, receiver: Receiver, pieces: Sequence[Piece]) -> Response:
    """Store all pieces and answer 200 after the commit; 503 makes the service deliver again."""
    try:
        await receiver.take(account, pieces)
    except Exception as error:  # noqa: BLE001  whatever the database's fault is, the service must repeat
        # Not log.exception: the error's own text may hold the body.
        log.error("delivery not stored: %s", type(error).__name__, extra={"account": account.name})  # noqa: TRY400
        return Response(status_code=503, headers=COME_BACK)
    return Response(status_code=200)
