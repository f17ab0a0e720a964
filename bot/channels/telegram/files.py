"""The file in a Telegram message, if it holds one. Pure."""

from collections.abc import Mapping
from typing import Any, Final

from bot.channels.telegram import reading
from handlers.core.events import FileKind, SentDocument

_FIELDS: Final = (
    # Telegram turns a silent video into an "animation" and repeats it as a document: look there first.
    ("animation", FileKind.VIDEO),
    ("document", FileKind.DOCUMENT),
    ("voice", FileKind.VOICE),
    ("audio", FileKind.AUDIO),
    ("video", FileKind.VIDEO),
    ("video_note", FileKind.VIDEO),
)


def file_in(message: Mapping[str, Any]) -> SentDocument | None:
    """Return the file that `message` holds (of a photo its largest size), or None."""
    found = [(reading.mapping(message.get(field)), kind) for field, kind in _FIELDS]
    found.append((_largest(message.get("photo")), FileKind.PHOTO))
    for file, kind in found:
        if ref := reading.text(file.get("file_id")):
            return _document(ref, kind, file, message)
    return None


def _document(ref: str, kind: FileKind, file: Mapping[str, Any], message: Mapping[str, Any]) -> SentDocument:
    # The link that getFile gives later may have lost name and type: the message's are kept.
    return SentDocument(
        ref=ref,
        kind=kind,
        name=reading.text(file.get("file_name")),
        mime=reading.text(file.get("mime_type")) or ("image/jpeg" if kind is FileKind.PHOTO else ""),
        size=reading.number(file.get("file_size")),
        caption=reading.text(message.get("caption")),
        album=reading.text(message.get("media_group_id")),
    )


def _largest(sizes: Any) -> Mapping[str, Any]:
    pictures = [reading.mapping(size) for size in sizes] if isinstance(sizes, list) else []
    named = [picture for picture in pictures if reading.text(picture.get("file_id"))]
    return max(named, key=_pixels, default={})


def _pixels(picture: Mapping[str, Any]) -> int:
    return (reading.number(picture.get("width")) or 0) * (reading.number(picture.get("height")) or 0)
