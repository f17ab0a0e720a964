"""Many messages in a moment from one person: each is taken, and they are answered together.

Only what brings nothing forward counts: an answer, a file or a yes may come as fast as somebody can tap, and
is answered as ever. The level is by how many such messages somebody is ahead of one in two seconds. Signs of
danger and cards are never held back.
"""

from datetime import timedelta
from typing import Final

from handlers.core.buttons import command_data
from handlers.core.case import Contact, Dialogue
from handlers.core.changes import (
    AddDocument,
    CloseResponse,
    PutAnswer,
    RecordConsent,
    SetReach,
    StartResponse,
)
from handlers.core.messages import Choice, Phrase, Say
from handlers.decision import Decision

EVERY: Final = timedelta(seconds=2)
MOST: Final = 20
_HIGHEST: Final = 2 * MOST
"""So that whoever stops is answered again within a minute and a half."""
_FORWARD: Final = (PutAnswer, RecordConsent, StartResponse, CloseResponse, AddDocument, SetReach)


def collapse(decision: Decision, before: Contact) -> None:
    """Say nothing more to somebody who floods us, but for one line; `before` is the contact before this."""
    heard = before.last_heard_at
    # a clock that was put back says nothing of how fast somebody writes
    gap = EVERY if heard is None or heard > decision.now else decision.now - heard
    was = before.dialogue.burst
    if gap >= EVERY and not was:
        return
    level = max(0, was - gap // EVERY)
    if gap < EVERY and not _goes_forward(decision, before.dialogue):
        level = min(level + 1, _HIGHEST)
        if level > MOST and not decision.is_alarmed:
            decision.hush(_line() if was <= MOST else None)
    if level != decision.dialogue.burst:
        decision.talk(burst=level)


def _goes_forward(decision: Decision, before: Dialogue) -> bool:
    """Say whether a message was an answer, or a step towards one: a page of a list, a tick, a "right"."""
    if any(isinstance(change, _FORWARD) for change in decision.loose_changes()):
        return True
    return _place(decision.dialogue) != _place(before)


def _place(dialogue: Dialogue) -> tuple[object, ...]:
    at = (dialogue.response, dialogue.asked, dialogue.page, dialogue.picked)
    return (*at, dialogue.confirm, dialogue.revising, dialogue.menu)


def _line() -> Say:
    names = ("continue", "emergency")
    keys = tuple(Choice(command_data(name), Phrase(f"talk.button.{name}")) for name in names)
    return Say((Phrase("talk.too_many"),), keys=keys)
