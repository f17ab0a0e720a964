"""Who speaks in a chat, as compact JSON text and back: what storage seals."""

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from handlers.core.json_values import sparse
from handlers.core.talk import NOBODY, Person, Talk, Waiting
from handlers.core.values import ContactId


def encode_talk(talk: Talk) -> str:
    """Return a talk as a JSON object, or "" where only the bot speaks and nothing waits."""
    if talk == NOBODY:
        return ""
    person = talk.person
    raw = sparse(
        person=[person.staff, person.name, person.since.isoformat()] if person else None,
        until=talk.until.isoformat() if talk.until else None,
        told=list(talk.told),
        waiting=[[one.id, one.contact, one.name, one.text, one.at.isoformat()] for one in talk.waiting],
    )
    return json.dumps(raw, ensure_ascii=False, separators=(",", ":"))


def decode_talk(text: str) -> Talk:
    """Return the talk in a text that `encode_talk` made; raise ValueError for any other."""
    raw: Mapping[str, Any] = json.loads(text) if text else {}
    return Talk(
        person=_person(*raw["person"]) if "person" in raw else None,
        until=datetime.fromisoformat(raw["until"]) if "until" in raw else None,
        told=tuple(ContactId(one) for one in raw.get("told", ())),
        waiting=tuple(_waiting(*one) for one in raw.get("waiting", ())),
    )


def _person(staff: str, name: str, since: str) -> Person:
    return Person(staff, name, datetime.fromisoformat(since))


def _waiting(ident: str, contact: str, name: str, text: str, at: str) -> Waiting:
    return Waiting(ident, ContactId(contact), name, text, datetime.fromisoformat(at))
