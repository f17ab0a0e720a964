"""A person of the clinic speaks in a patient's chat, and the bot is quiet meanwhile (pure).

Who is there, until when their silence may last, who was told, and what they wrote to somebody to whom
nothing can be brought at the moment. After a silence that is too long the bot takes the chat back, so
that nobody waits for a person who has gone.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from handlers.core.frozen import replace
from handlers.core.values import ContactId

WITH_PERSON: Final = "person-here"
"""Why a check-in is held that falls due while a person speaks with the patient."""
HOURS: Final = "talk_hours"
"""The clinic's text that says after how many hours of staff's silence the bot takes a chat back."""
USUAL_HOURS: Final = 8
MOST_HOURS: Final = 72


@dataclass(frozen=True, slots=True)
class Person:
    """Who of the clinic is in the chat: a member of staff, and how the patient sees them called."""

    staff: str
    name: str
    since: datetime


@dataclass(frozen=True, slots=True)
class Waiting:
    """What a person wrote that could not be brought yet: it goes out as soon as the patient is there."""

    id: str
    contact: ContactId
    name: str
    text: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Talk:
    """Who speaks in a patient's chat: a person, or the bot where there is none.

    `until`: the bot takes the chat back then, unless the person writes before. `told`: at which contacts
    it was said that a person is here.
    """

    person: Person | None = None
    until: datetime | None = None
    told: tuple[ContactId, ...] = ()
    waiting: tuple[Waiting, ...] = ()

    def waits_at(self, contact: ContactId) -> tuple[Waiting, ...]:
        """Return what waits to be brought to a contact, in the order in which it was written."""
        return tuple(one for one in self.waiting if one.contact == contact)


NOBODY: Final = Talk()


def longest_silence(texts: Mapping[str, str]) -> timedelta:
    """Return after how long a silence of staff the bot takes a chat back: the clinic's word, or 8 hours."""
    said = texts.get(HOURS, "").strip()
    hours = int(said) if said.isascii() and said.isdecimal() else USUAL_HOURS
    return timedelta(hours=min(max(hours, 1), MOST_HOURS))


def taken(talk: Talk, person: Person, silence: timedelta) -> Talk:
    """Return the talk with this person in it: nobody has been told of them yet."""
    return replace(talk, person=person, until=person.since + silence, told=())


def wrote(talk: Talk, now: datetime, silence: timedelta) -> Talk:
    """Return the talk after a word of the person's: their silence counts anew."""
    return replace(talk, until=now + silence)


def told_at(talk: Talk, contact: ContactId) -> Talk:
    """Return the talk after it was said at a contact who is here."""
    return replace(talk, told=(*talk.told, contact))


def left_waiting(talk: Talk, message: Waiting) -> Talk:
    """Return the talk with one more message that waits; the same one twice waits once."""
    known = {one.id for one in talk.waiting}
    return talk if message.id in known else replace(talk, waiting=(*talk.waiting, message))


def brought(talk: Talk, contact: ContactId) -> Talk:
    """Return the talk after everything that waited was brought to a contact."""
    return replace(talk, waiting=tuple(one for one in talk.waiting if one.contact != contact))


def handed_back(talk: Talk) -> Talk:
    """Return the talk with the bot in it; what waits to be brought still waits."""
    return Talk(waiting=talk.waiting)
