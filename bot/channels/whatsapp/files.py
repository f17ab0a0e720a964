"""The file in a WhatsApp message, if it holds one. Pure."""

from collections.abc import Mapping
from typing import Any, Final

from bot.channels.loose_json import identity, mapping, number, text
from bot.channels.whatsapp.refs import ref_of
from handlers.core.events import FileKind, SentDocument

KINDS: Final[Mapping[str, FileKind]] = {
    "image": FileKind.PHOTO,
    "document": FileKind.DOCUMENT,
    "audio": FileKind.AUDIO,
    "voice": FileKind.VOICE,
    "video": FileKind.VIDEO,
}


def file_in(kind: str, message: Mapping[str, Any]) -> SentDocument | None:
    """Return the file that a message of this type holds, or None if it names none."""
    file = mapping(message.get(kind))
    ident = identity(file.get("id"))
    if not ident:
        return None
    return SentDocument(
        ref=ref_of(ident, file.get("sha256")),
        kind=FileKind.VOICE if file.get("voice") is True else KINDS[kind],
        name=text(file.get("filename")),
        mime=text(file.get("mime_type")),
        size=number(file.get("file_size")),
        caption=text(file.get("caption")),
    )
