"""One Telegram update → one event (channels.md section 4). Pure; never raises for content."""

import re
from collections.abc import Mapping
from typing import Any, Final

from bot.channels.telegram import reading
from bot.channels.telegram.files import file_in
from handlers.core.events import (
    NO_TIME,
    AlertTaken,
    Chose,
    ContactResumed,
    ContactStopped,
    DayAsked,
    Edited,
    Event,
    Happening,
    Other,
    Said,
    Started,
    TeamJoined,
    TeamMoved,
    Unusable,
)
from handlers.team import TAKE, TEAM, TODAY

COMMANDS: Final = frozenset(
    {"menu", "help", "language", "change", "continue", "resume", "person", "emergency", "privacy", "file"}
)
"""Commands that mean a button's press; any other, like /back or /skip, is read as its word."""

_COMMAND = re.compile(r"/([A-Za-z0-9_]{1,32})(?:@\w{1,64})?(?:\s+(.*))?", re.DOTALL)
_PAYLOAD = re.compile(r"[A-Za-z0-9_-]{1,64}")

_UNUSABLE: Final = (
    "sticker",
    "location",
    "venue",
    "contact",
    "poll",
    "dice",
    "game",
    "story",
    "checklist",
    "paid_media",
    "gift",
    "invoice",
)

_BLOCKED: Final = frozenset({"kicked", "left"})


def parse(raw: bytes) -> Event:
    """Return the event in one update."""
    update = reading.load(raw)
    kind = reading.kind_of(update)
    content = reading.mapping(update.get(kind))
    return Event(
        message_id=_message_id(kind, content),
        at=reading.moment(content.get("edit_date")) or reading.moment(content.get("date")) or NO_TIME,
        what=_what(kind, content),
        sender_name=_name(reading.mapping(content.get("from"))),
    )


def _what(kind: str, content: Mapping[str, Any]) -> Happening:
    if kind not in reading.KINDS:
        return Other(kind or "unreadable")
    if not reading.is_private(reading.chat_of(kind, content)):
        return _in_a_group(kind, content)
    match kind:
        case "message":
            return _message(content)
        case "edited_message":
            return _edited(content)
        case "callback_query":
            return _tap(content)
        case _:
            return _membership(content)


def _message(message: Mapping[str, Any]) -> Happening:
    if words := reading.text(message.get("text")):
        return _said(words, message)
    if file := file_in(message):
        return file
    kind = next((name for name in _UNUSABLE if name in message), "")
    return Unusable(kind) if kind else Other("message")


def _said(words: str, message: Mapping[str, Any]) -> Happening:
    quoted = reading.mapping(message.get("reply_to_message"))
    reply_to = reading.identity(quoted.get("message_id"))
    command = _COMMAND.fullmatch(words.strip())
    if command is None:
        return Said(words, reply_to)
    name, rest = command[1].lower(), (command[2] or "").strip()
    if name == "start":
        return _team(rest) or Started(_payload(rest), _language(message))
    if name == TODAY:
        return DayAsked()
    # Whatever follows STOP, it is a wish to stop; after another command it is words to be heard.
    if name == "stop" or (name in COMMANDS and not rest):
        return Chose(f"c:{name}")
    return Said(f"{name} {rest}" if rest else name, reply_to)


def _team(payload: str) -> TeamJoined | None:
    is_ours = payload.startswith(TEAM) and _PAYLOAD.fullmatch(payload)
    return TeamJoined(payload.removeprefix(TEAM)) if is_ours else None


def _payload(rest: str) -> str:
    return rest if _PAYLOAD.fullmatch(rest) else ""


def _language(message: Mapping[str, Any]) -> str:
    return reading.text(reading.mapping(message.get("from")).get("language_code"))


def _edited(message: Mapping[str, Any]) -> Happening:
    words = reading.text(message.get("text")) or reading.text(message.get("caption"))
    return Edited(message=reading.identity(message.get("message_id")), text=words)


def _tap(query: Mapping[str, Any]) -> Happening:
    data = reading.text(query.get("data"))
    if data.startswith(TAKE):
        person = reading.identity(reading.mapping(query.get("from")).get("id"))
        return AlertTaken(data.removeprefix(TAKE), person, ack=reading.identity(query.get("id")))
    return Chose(data, ack=reading.identity(query.get("id"))) if data else Other("callback_query")


def _membership(change: Mapping[str, Any]) -> Happening:
    status = reading.text(reading.mapping(change.get("new_chat_member")).get("status"))
    if status in _BLOCKED:
        return ContactStopped("blocked")
    return ContactResumed() if status == "member" else Other("my_chat_member")


def _in_a_group(kind: str, content: Mapping[str, Any]) -> Happening:
    """Only what a person does there, or our being added to it, deserves a word; staff may have one."""
    if found := _of_staff(kind, content):
        return found
    status = reading.text(reading.mapping(content.get("new_chat_member")).get("status"))
    is_quiet = kind == "edited_message" or status in _BLOCKED or not reading.chat_of(kind, content)
    is_quiet = is_quiet or "migrate_from_chat_id" in content
    return Other("group") if is_quiet else Unusable("group")


def _of_staff(kind: str, content: Mapping[str, Any]) -> Happening | None:
    if kind == "callback_query":
        tapped = _tap(content)
        return tapped if isinstance(tapped, AlertTaken) else None
    if moved := reading.identity(content.get("migrate_to_chat_id")):
        return TeamMoved(moved)
    command = _COMMAND.fullmatch(reading.text(content.get("text")).strip()) if kind == "message" else None
    match command[1].lower() if command is not None else "":
        case "start" if command is not None:
            return _team((command[2] or "").strip())
        case name if name == TODAY:
            return DayAsked()
        case _:
            return None


def _message_id(kind: str, content: Mapping[str, Any]) -> str:
    # A tap has an id of its own; the message it carries is ours, and many taps share it.
    return reading.identity(content.get("id" if kind == "callback_query" else "message_id"))


def _name(person: Mapping[str, Any]) -> str:
    names = (reading.text(person.get("first_name")), reading.text(person.get("last_name")))
    return " ".join(name for name in names if name)
