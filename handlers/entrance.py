"""Where only invited people may begin: what a stranger hears, and that nothing of theirs is kept.

Whoever is known goes on, and so does whoever comes by an invitation, the open one of the clinic's site too.
A stranger is no patient: one fixed answer a day says how to ask the clinic. Help is for everybody: danger
words and the button bring the emergency numbers. The web chat asks for the link at its own door.
"""

from collections.abc import Mapping
from datetime import timedelta
from typing import Final

from handlers.approval import EMERGENCY_LINE, is_approved
from handlers.core.buttons import command_data
from handlers.core.case import Case
from handlers.core.changes import Change, Level, SettleInbox, TurnAway
from handlers.core.events import Chose, Edited, Event, Said, SentDocument, Started, Unusable
from handlers.core.frozen import replace
from handlers.core.messages import Choice, Phrase, Say
from handlers.core.understanding.scripts import language_by_letters
from handlers.core.values import ChannelKind
from handlers.decision import Decision
from handlers.dispatch import GROUPS
from handlers.heard import command_heard, says_stop
from handlers.languages import offered
from handlers.neutral import carries_links_only
from handlers.ports import InboxRow
from handlers.wording import Wording
from handlers.world import World

ENTRANCE: Final = "entrance"
INVITED, ANYBODY = "invited", "anybody"
"""What a clinic may choose: who may begin. What it says goes before the setting."""

AGAIN: Final = timedelta(days=1)
HELP_AGAIN: Final = timedelta(minutes=1)

_EMERGENCY: Final = Choice(command_data("emergency"), Phrase("talk.button.emergency"))
_SPOKEN: Final = Said | Chose | Started | SentDocument | Edited | Unusable
_CLOSED_ON: Final = frozenset({ChannelKind.TELEGRAM, ChannelKind.WHATSAPP})


def invited_only(texts: Mapping[str, str], *, usual: bool) -> bool:
    """Say whether a clinic with these texts lets only invited people begin."""
    chosen = texts.get(ENTRANCE)
    return chosen == INVITED if chosen in {INVITED, ANYBODY} else usual


def is_shut(case: Case, event: Event, world: World) -> bool:
    """Say whether an event comes from a stranger whom this clinic does not let begin."""
    if not case.is_new or case.invited or case.contact.point.channel not in _CLOSED_ON:
        return False
    what = event.what
    is_of_group = isinstance(what, Unusable) and what.kind in GROUPS
    is_spoken = isinstance(what, _SPOKEN) and not is_of_group
    return is_spoken and invited_only(case.clinic.texts, usual=world.invited_only)


def turn_away(decision: Decision, event: Event, row: InboxRow) -> list[Change]:
    """Return what follows: an answer that is said so often at most, and the row without a word in it."""
    settle = SettleInbox(row.id, row.fence, keep=False, kind=type(event.what).__name__)
    text = _words(event)
    tag = event.what.language if isinstance(event.what, Started) else language_by_letters(text)
    decision.patient(language=offered(decision, tag))
    danger = decision.world.protocol.danger.loudest(text)
    wants_help = command_heard(decision, event)[0] == "emergency"
    if danger is None and not wants_help:
        if says_stop(decision, event):
            return [settle]
        return [_said(decision, event, _neutral(), "neutral", AGAIN), settle]
    return [_said(decision, event, _help(decision, danger), "help", HELP_AGAIN), settle]


def _said(decision: Decision, event: Event, say: Say, kind: str, every: timedelta) -> TurnAway:
    body = Wording(decision.case, decision.world).body(say)
    ack = event.what.ack if isinstance(event.what, Chose) else ""
    return TurnAway(replace(body, ack=ack), kind, decision.now, every)


def _neutral() -> Say:
    return Say((Phrase("entrance.only_invited"), EMERGENCY_LINE), keys=(_EMERGENCY,))


def _help(decision: Decision, danger: Level | None) -> Say:
    """Return the clinic's emergency text; in its place the product's line, where that may not go out."""
    is_free = is_approved(decision.case, decision.world)
    is_card = is_free and not carries_links_only(decision.case, decision.world)
    card = Phrase("cards.emergency") if is_card else EMERGENCY_LINE
    line = (Phrase("entrance.crisis_line"),) if danger is Level.CRISIS and is_card else ()
    return Say((card, *line), keys=(_EMERGENCY,), card=True)


def _words(event: Event) -> str:
    match event.what:
        case Said(text=text) | Edited(text=text) | SentDocument(caption=text):
            return text
        case _:
            return ""
