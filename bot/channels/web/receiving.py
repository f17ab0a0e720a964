"""One uploaded file: from the stream of a form into a sealed file of ours."""

import asyncio
import re
from typing import Final

from fastapi import Request

from bot.channels.web.forms import ITEM_ID
from bot.channels.web.multipart import BadForm, FileTooLarge, FormReader, Received, form_limit
from bot.channels.web.uploads import Upload, Uploads
from bot.web_guard import declared_length
from handlers.core.events import FileKind, SentDocument
from handlers.core.file_kinds import is_taken

_BATCH: Final = 256 * 1024
_NAME_CHARACTERS: Final = 200
_KINDS: Final = {"image": FileKind.PHOTO, "audio": FileKind.AUDIO, "video": FileKind.VIDEO}


class WrongKind(Exception):
    """The file is none of what is taken."""


async def receive_file(request: Request, uploads: Uploads, limit_bytes: int) -> tuple[str, SentDocument]:
    """Return the page's id for the file, and the file; FileTooLarge, WrongKind, BadForm: nothing is kept."""
    if declared_length(request) > form_limit(limit_bytes):
        raise FileTooLarge
    upload = await asyncio.to_thread(uploads.begin)
    with upload:
        received = await _read(request, upload, limit_bytes)
        item_id = received.fields.get("id", "")
        if not re.match(ITEM_ID, item_id) or upload.size == 0:
            raise BadForm
        if not is_taken(upload.head, received.name):
            raise WrongKind
        ref = await asyncio.to_thread(upload.finish)
    return item_id, _document(received, ref, upload.size)


async def _read(request: Request, upload: Upload, limit_bytes: int) -> Received:
    reader = FormReader(request.headers.get("content-type", ""), upload.write, limit_bytes=limit_bytes)
    waiting = bytearray()
    async for chunk in request.stream():
        waiting += chunk
        # Larger pieces mean fewer hops to the thread that seals and writes.
        if len(waiting) >= _BATCH:
            await asyncio.to_thread(reader.feed, bytes(waiting))
            waiting.clear()
    await asyncio.to_thread(reader.feed, bytes(waiting))
    return reader.finish()


def _document(received: Received, ref: str, size: int) -> SentDocument:
    kind = _KINDS.get(received.mime.partition("/")[0], FileKind.DOCUMENT)
    # Some browsers send the whole path; nothing but the last part is anybody's business.
    name = re.split(r"[\\/]", received.name)[-1][-_NAME_CHARACTERS:]
    return SentDocument(ref=ref, kind=kind, name=name, mime=received.mime[:100], size=size)
