"""What the Bot API refuses (channels.md 2.1, 2.4): names, lengths, counts."""

import json
import re

from tests.fakes.provider.stage import Refused

_SEND = {
    "business_connection_id", "chat_id", "message_thread_id", "disable_notification", "protect_content",
    "allow_paid_broadcast", "message_effect_id", "reply_parameters", "reply_markup",
}  # fmt: skip
PARAMETERS = {
    "getMe": set(),
    "sendMessage": _SEND | {"text", "parse_mode", "entities", "link_preview_options"},
    "sendDocument": _SEND
    | {"document", "thumbnail", "caption", "parse_mode", "caption_entities"},
    "sendChatAction": {"business_connection_id", "chat_id", "message_thread_id", "action"},
    "answerCallbackQuery": {"callback_query_id", "text", "show_alert", "url", "cache_time"},
    "editMessageReplyMarkup": {
        "business_connection_id", "chat_id", "message_id", "inline_message_id", "reply_markup",
    },
    "deleteMessage": {"chat_id", "message_id"},
    "getFile": {"file_id"},
    "getUpdates": {"offset", "limit", "timeout", "allowed_updates"},
    "setWebhook": {
        "url", "certificate", "ip_address", "max_connections", "allowed_updates", "drop_pending_updates",
        "secret_token",
    },
    "deleteWebhook": {"drop_pending_updates"},
    "getWebhookInfo": set(),
    "setMyCommands": {"commands", "scope", "language_code"},
}  # fmt: skip
BUTTON = {"text", "callback_data", "url", "icon_custom_emoji_id", "style"}
ACTIONS = {"typing", "upload_photo", "upload_document", "find_location", "choose_sticker"}
MEGABYTE = 1024 * 1024


def bad(description, **parameters):
    return Refused(400, f"Bad Request: {description}", **parameters)


def check_names(method, params):
    if method not in PARAMETERS:
        raise Refused(404, "Not Found")
    unknown = set(params) - PARAMETERS[method]
    if unknown:
        raise bad(f"unknown parameters {sorted(unknown)}")


def integer(params, name, default=None):
    value = params.get(name, default)
    if value is None:
        raise bad(f"{name} is empty")
    try:
        return int(value)
    except (TypeError, ValueError):
        raise bad(f"{name} is no number") from None


def structure(params, name):
    """Return a parameter that is JSON: decoded in a JSON body, a string in a form."""
    value = params.get(name)
    if not isinstance(value, str):
        return value
    try:
        return json.loads(value)
    except ValueError:
        raise bad(f"can't parse {name} JSON object") from None


def boolean(params, name):
    return str(params.get(name, "")).lower() in {"true", "1"}


def text(params, name, limit, empty, long):
    value = params.get(name, "")
    if not isinstance(value, str):
        raise bad(f"{name} must be a string")
    try:
        units = len(value.encode("utf-16-le")) // 2
    except UnicodeEncodeError:
        raise bad("strings must be encoded in UTF-8") from None
    if empty and not value.strip():
        raise bad(empty)
    if units > limit:
        raise bad(long)
    return value


def keyboard(params):
    """Return the rows of an inline keyboard, or none."""
    markup = structure(params, "reply_markup")
    if markup is None:
        return []
    if not isinstance(markup, dict) or set(markup) - {"inline_keyboard"}:
        raise bad("object expected as reply markup")
    rows = markup.get("inline_keyboard", [])
    buttons = [button for row in rows for button in row]
    if len(buttons) > 100 or any(len(row) > 8 for row in rows):
        raise bad("reply markup is too long")
    for button in buttons:
        _check_button(button)
    return rows


def _check_button(button):
    if set(button) - BUTTON:
        raise bad(f"unknown fields {sorted(set(button) - BUTTON)} of a button")
    if not str(button.get("text", "")).strip():
        raise bad("BUTTON_TEXT_INVALID")
    if "url" not in button and not 1 <= len(button.get("callback_data", "").encode()) <= 64:
        raise bad("BUTTON_DATA_INVALID")


def secret(params):
    value = params.get("secret_token", "")
    if value and not re.fullmatch(r"[A-Za-z0-9_-]{1,256}", value):
        raise bad("secret token contains unallowed characters")
    return value


def commands(params):
    found = structure(params, "commands") or []
    for command in found:
        if not re.fullmatch(r"[a-z0-9_]{1,32}", command.get("command", "")):
            raise bad("BOT_COMMAND_INVALID")
        if not 1 <= len(command.get("description", "")) <= 256:
            raise bad("BOT_COMMAND_DESCRIPTION_INVALID")
    if len(found) > 100:
        raise bad("BOT_COMMANDS_TOO_MUCH")
    return found
