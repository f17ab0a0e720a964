"""The web chat: a page for whom no messaging service reaches, and a channel like the others."""

from bot.channels.web.brakes import Brakes
from bot.channels.web.channel import WebChannel
from bot.channels.web.deps import Emails, Identity, Mail, WebChat
from bot.channels.web.drafts import Drafts
from bot.channels.web.hub import Hub
from bot.channels.web.raw import parse
from bot.channels.web.router import chat_routes
from bot.channels.web.tokens import Tokens
from bot.channels.web.uploads import Uploads
from bot.channels.web.visitor import Cookies

__all__ = [
    "Brakes",
    "Cookies",
    "Drafts",
    "Emails",
    "Hub",
    "Identity",
    "Mail",
    "Tokens",
    "Uploads",
    "WebChannel",
    "WebChat",
    "chat_routes",
    "parse",
]
