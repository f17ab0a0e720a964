"""One Telegram update → one inbox item under its dedupe key (channels.md section 5). Pure.

The keys are digests: a chat's id is an address and stands readable nowhere.
"""

import hashlib
import json
from collections.abc import Mapping
from typing import Any

from bot.channels.telegram import reading
from bot.receiver import Piece


def split(raw: bytes, bot_id: str) -> list[Piece]:
    """Return the item in one webhook body; what cannot be read has only its hash as key."""
    return [piece_of(reading.load(raw), raw, bot_id)]


def split_batch(updates: list[Any], bot_id: str) -> list[Piece]:
    """Return the items of one answer to `getUpdates`, in their order."""
    return [piece_of(reading.mapping(update), json.dumps(update).encode(), bot_id) for update in updates]


def piece_of(update: Mapping[str, Any], raw: bytes, bot_id: str) -> Piece:
    """Return the item of one update, which came as `raw`."""
    kind = reading.kind_of(update)
    content = reading.mapping(update.get(kind))
    chat = reading.identity(reading.chat_of(kind, content).get("id"))
    key = _key(kind, content, chat, bot_id) or _whole(update, raw, bot_id)
    return Piece(dedupe_key=key, conversation=chat or key, raw=raw)


def _key(kind: str, content: Mapping[str, Any], chat: str, bot_id: str) -> str:
    """Return the key of what happened, whatever update it came in; "" if a part of it is missing."""
    message = reading.identity(content.get("message_id"))
    parts: tuple[str, ...]
    match kind:
        case "message":
            parts = (chat, message)
        case "edited_message":
            parts = (chat, message, reading.identity(content.get("edit_date")))
        case "callback_query":
            parts = (reading.identity(content.get("id")), "tap")
        case "my_chat_member":
            status = reading.text(reading.mapping(content.get("new_chat_member")).get("status"))
            parts = (chat, reading.identity(content.get("date")), status)
        case _:
            return ""
    return _digest(kind, bot_id, *parts) if all(parts) else ""


def _whole(update: Mapping[str, Any], raw: bytes, bot_id: str) -> str:
    # After a silent week Telegram draws the next update_id at random: the body's hash tells the
    # new one from an old one with the same id.
    body = hashlib.sha256(_canonical(update) if update else raw).hexdigest()
    update_id = reading.identity(update.get("update_id"))
    return _digest("update", bot_id, update_id, body) if update_id else f"raw:{body}"


def _canonical(update: Mapping[str, Any]) -> bytes:
    return json.dumps(update, sort_keys=True).encode()


def _digest(kind: str, *parts: str) -> str:
    return f"{kind}:{hashlib.sha256(json.dumps(parts).encode()).hexdigest()}"
