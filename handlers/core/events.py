"""What comes in, in our own words: channels.md section 4, whatever the service."""

from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from typing import Final

from handlers.core.frozen import quick
from handlers.core.holder import Holder


@dataclass(frozen=True, slots=True)
class Said:
    """Words that were typed. `reply_to` is the service's id of the message quoted, if any."""

    text: str
    reply_to: str = ""


@quick
@dataclass(frozen=True, slots=True)
class Chose:
    """A tap on one of our buttons. `data` is the button's id as we rendered it.

    `ack` is what the service wants acknowledged (Telegram's callback query id), else empty.
    """

    data: str
    ack: str = ""


@dataclass(frozen=True, slots=True)
class Started:
    """Somebody opened the conversation: /start, a scanned invitation, the web page's button."""

    payload: str = ""
    language: str = ""


class OfStaff:
    """What the clinic's own people do in their chats: no patient is in it."""

    __slots__ = ()


@dataclass(frozen=True, slots=True)
class TeamJoined(OfStaff):
    """A chat or group of the clinic's staff came with a one-time code."""

    code: str


@dataclass(frozen=True, slots=True)
class TeamMoved(OfStaff):
    """A group has another address by now: Telegram made a supergroup of it."""

    address: str


@dataclass(frozen=True, slots=True)
class DayAsked(OfStaff):
    """Somebody asked in a chat or group what the day brings."""


@dataclass(frozen=True, slots=True)
class AlertTaken(OfStaff):
    """Somebody tapped "I take it" under an alert; `person` is the id of who it was, `ack` as in Chose."""

    alert: str
    person: str
    ack: str = ""


class FileKind(StrEnum):
    """How the service sent a file."""

    DOCUMENT = "document"
    PHOTO = "photo"
    VOICE = "voice"
    AUDIO = "audio"
    VIDEO = "video"


SPOKEN: Final = frozenset({FileKind.VOICE, FileKind.AUDIO})
"""Kinds that hold what somebody said, and no paper."""


@dataclass(frozen=True, slots=True)
class SentDocument:
    """A file waiting at the service. Name, type and size are the sender's word, not facts.

    `ref` is what the channel's `fetch` needs (a file id, a media id, a local upload's key).
    """

    ref: str
    kind: FileKind
    name: str = ""
    mime: str = ""
    size: int | None = None
    caption: str = ""
    album: str = ""


@dataclass(frozen=True, slots=True)
class Edited:
    """An earlier message was changed by its sender: never a new answer."""

    message: str
    text: str


@dataclass(frozen=True, slots=True)
class Withdrawn:
    """An earlier message was deleted by its sender."""

    message: str


class Delivery(StrEnum):
    """How far a message of ours got."""

    SENT = "sent"
    DELIVERED = "delivered"
    READ = "read"
    FAILED = "failed"


class Setback(StrEnum):
    """What a failed delivery says about more than this one message."""

    NONE = ""
    GONE = "gone"
    NOT_TODAY = "not-today"
    WINDOW_CLOSED = "window-closed"
    PASSING = "passing"
    """The service was in trouble, or too much came at once."""
    TEMPLATE = "template"
    """The template is not taken as it is."""
    ACCOUNT = "account"
    """The account is refused: it says nothing about this message."""


@dataclass(frozen=True, slots=True)
class Receipt:
    """The service's word on a message of ours, by its id there or our outbox id."""

    provider_id: str
    state: Delivery
    outbox_id: str = ""
    code: str = ""
    setback: Setback = Setback.NONE


@dataclass(frozen=True, slots=True)
class ContactStopped:
    """The person blocked us or cannot be reached any more."""

    reason: str


@dataclass(frozen=True, slots=True)
class ContactResumed:
    """The person unblocked us."""


@dataclass(frozen=True, slots=True)
class AddressChanged:
    """The person's address at the service changed."""

    previous: str
    current: str
    there: Holder | None = None
    """Who is known at the current one already: no service says it, the inbox looks."""


@dataclass(frozen=True, slots=True)
class Unusable:
    """Something that we thank for but cannot use: a sticker, a place, a poll, a group."""

    kind: str


@dataclass(frozen=True, slots=True)
class Fetched:
    """Our own word that a file came in or could not be had (from the fetch worker)."""

    document_id: str
    stored: bool
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Unread:
    """Our own word that something from this chat could not be worked on, and stands before staff."""


@dataclass(frozen=True, slots=True)
class TooManyFiles:
    """Our own word that our page took no more files of them today: they were told there."""


class About(StrEnum):
    """Which side of a template the service speaks of."""

    STATUS = "status"
    QUALITY = "quality"
    CATEGORY = "category"


@dataclass(frozen=True, slots=True)
class TemplateNews:
    """The service's word on one of our templates, in one language: from now on `about` is `now`.

    `now` and `reason` are the service's own words (PAUSED, MARKETING; FIRST_PAUSE), never a sentence.
    """

    name: str
    language: str
    about: About
    now: str
    reason: str = ""


@dataclass(frozen=True, slots=True)
class AccountNews:
    """The service's word on our account there: in the field `about` it says `now`.

    `stops`: nothing that we send will be taken until a person has mended it. `lifts`: that is over.
    """

    about: str
    now: str
    reason: str = ""
    stops: bool = False
    lifts: bool = False


@dataclass(frozen=True, slots=True)
class Other:
    """Stored and counted, answered with silence."""

    kind: str


Happening = (
    Said
    | Chose
    | Started
    | SentDocument
    | Edited
    | Withdrawn
    | Receipt
    | ContactStopped
    | ContactResumed
    | AddressChanged
    | Unusable
    | Fetched
    | Unread
    | TooManyFiles
    | TemplateNews
    | AccountNews
    | TeamJoined
    | TeamMoved
    | AlertTaken
    | DayAsked
    | Other
)


@quick
@dataclass(frozen=True, slots=True)
class Event:
    """One happening at one address, with the service's own id and time for it.

    `message_id` is the provider's id of the message; unique only within the conversation.
    `sender_name` is the profile name if the service gave one (never trusted, never logged).
    """

    message_id: str
    at: datetime
    what: Happening
    sender_name: str = ""
    aliases: tuple[str, ...] = ()
    written_from: str = ""
    """The address that it came from: another than the contact's where the service knows them by several."""


NO_TIME = datetime(1970, 1, 1, tzinfo=UTC)
"""The `at` of an event that came without a time of its own (Telegram's taps): use the time of receipt."""
