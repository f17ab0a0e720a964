"""Our own word to staff that somebody sends more files than are taken in a day."""

from hashlib import sha256

from bot.channels.web.deps import WebChat
from handlers.core.internal import too_many_item
from handlers.core.values import ContactPoint
from handlers.ports import Incoming


async def note_too_many(chat: WebChat, point: ContactPoint) -> None:
    """Let staff know, once a day, that no more files of somebody were taken."""
    now = chat.clock.now()
    said = f"{point.channel}\0{point.account}\0{point.address}\0{now:%Y-%m-%d}"
    ident = sha256(said.encode()).hexdigest()[:32]
    item = Incoming(
        clinic=chat.clinic,
        channel=point.channel,
        account=point.account,
        dedupe_key=f"too-many:{ident}",
        conversation=point.address,
        raw=too_many_item(ident, at=now),
        at=now,
    )
    await chat.inbox.add([item], now=now)
