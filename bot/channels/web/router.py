"""All addresses under /chat/, in one table, those of the page for files, and of one's own data."""

from fastapi import APIRouter, Depends, Response

from bot.channels.web.data_page import DataPage
from bot.channels.web.deps import WebChat
from bot.channels.web.desk import Desk
from bot.channels.web.email import Email
from bot.channels.web.entry import Entry
from bot.channels.web.pages import Pages
from bot.channels.web.stream import Stream
from bot.channels.web.talk import Talk
from bot.channels.web.upload_page import UploadPage
from bot.web_guard import require_same_origin


def chat_routes(chat: WebChat) -> APIRouter:
    """Return the routes of the web chat; whatever changes something must come from a page of ours."""
    desk = Desk(chat, Pages(chat))
    uploading = UploadPage(chat, desk.pages, chat.drafts)
    entry, stream = Entry(desk), Stream(desk)
    talk, email = Talk(desk, entry, stream), Email(desk, entry)
    router = APIRouter(dependencies=[Depends(require_same_origin)], default_response_class=Response)
    for path, endpoint, method in (
        ("/chat/", talk.page, "GET"),
        ("/chat/messages", talk.message, "POST"),
        ("/chat/files", talk.file, "POST"),
        ("/chat/receipts", talk.displayed, "POST"),
        ("/chat/events", stream.events, "GET"),
        ("/chat/messages", stream.poll, "GET"),
        ("/chat/start", entry.start, "POST"),
        ("/chat/i/{token}", entry.invitation, "GET"),
        ("/chat/i/{token}", entry.accept, "POST"),
        ("/chat/r/{token}", entry.return_page, "GET"),
        ("/chat/r/{token}", entry.come_back, "POST"),
        ("/chat/identity", entry.identify, "POST"),
        ("/chat/leave", entry.leave, "POST"),
        ("/chat/emergency", entry.emergency, "GET"),
        ("/chat/email", email.page, "GET"),
        ("/chat/email", email.ask, "POST"),
        ("/chat/e/{token}", email.proof, "GET"),
        ("/chat/e/{token}", email.prove, "POST"),
        ("/chat/static/{name}", desk.pages.static, "GET"),
    ):
        router.add_api_route(path, endpoint, methods=[method], response_model=None, include_in_schema=False)
    router.include_router(uploading.routes())
    if chat.own is not None:
        router.include_router(DataPage(chat, desk.pages, chat.own).routes())
    return router
