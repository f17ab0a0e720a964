"""A chat that carries links only: whatever is written there is answered with the way to our page.

Nothing of it is kept. Only danger words are heard (that happens before), and what the patient may
always say: STOP, a person, emergency, another language.
"""

from typing import Final

from handlers import commands, openings
from handlers.core.buttons import command_data
from handlers.core.case import Reach, Stage
from handlers.core.changes import SpendInvitation
from handlers.core.events import Chose, Event, Started
from handlers.core.messages import Choice, Phrase, Say
from handlers.core.values import Language, Purpose
from handlers.decision import Decision
from handlers.labels import is_stop
from handlers.languages import offered
from handlers.neutral import carries_links_only, clinic_short, link_doors
from handlers.trembling import is_repeat, remember
from handlers.ways import page_link

OPEN: Final = frozenset({"stop", "emergency", "language", "person", "resume"})
"""Commands that are obeyed here as everywhere."""

_KEYS: Final = tuple(
    Choice(command_data(name), Phrase(f"talk.button.{name}")) for name in ("person", "emergency")
)
_TO_THE_PAGE: Final = frozenset({"start", "continue"})


def is_here(decision: Decision) -> bool:
    """Say whether this contact is at a channel that carries links only."""
    return carries_links_only(decision.case, decision.world)


def take(decision: Decision, event: Event, heard: tuple[str, str], typed: str) -> None:
    """Answer with a link; `heard` is the command that was typed or tapped, and its argument.

    STOP counts wherever it is `typed`, under a picture too.
    """
    name, argument = ("stop", "") if is_stop(decision, typed) else heard
    follow_up, what = _tapped_opening(event)
    if is_repeat(decision, event):
        return
    remember(decision, event)
    if isinstance(event.what, Started):
        _welcome(decision, event.what)
    elif name == "resume" and Purpose.HEALTH not in decision.case.patient.purposes:
        _give(decision, "link.waits")
    elif name in OPEN:
        commands.COMMANDS[name](decision, argument)
    elif what in {"later", "stop", *openings.SNOOZES}:
        openings.choose(decision, follow_up, what, event.message_id)
    elif name == "later":
        decision.tell("talk.later_it_is")
    elif decision.case.is_new:
        _give(decision, "link.welcome")
    else:
        _give(decision, "link.waits" if what or name in _TO_THE_PAGE else "link.not_here")


def came_in(decision: Decision, language: Language | None) -> bool:
    """Take somebody who comes to our page by a chat's link; say whether it was their first visit.

    News go on coming to the chat. On the first visit the questions begin at once.
    """
    case, doors = decision.case, link_doors(decision.case, decision.world)
    if any(one.reach is Reach.ACTIVE and one.preferred for one in doors):
        decision.contact(preferred=False)
    if not doors or len(doors) < len(case.others) or case.patient.stage is not Stage.NEW:
        return False
    decision.patient(stage=Stage.INTAKE, language=case.patient.language or language)
    commands.go_on(decision, "")
    return True


def _welcome(decision: Decision, started: Started) -> None:
    case = decision.case
    if case.joins or case.invited:
        decision.add(SpendInvitation(started.payload, decision.world.now_system))
        # Staff made that link for this very patient.
        decision.talk(doubt=None)
    if case.patient.language is None:
        decision.patient(language=offered(decision, started.language))
    _give(decision, "link.welcome")


def _give(decision: Decision, key: str) -> None:
    """Say a text with a fresh link for whoever writes here."""
    link = page_link(decision, contact=decision.case.contact.id)
    values = {"link": link, "clinic_short": clinic_short(decision.case)}
    decision.say(Say((Phrase(key, values),), keys=_KEYS), resend_if_uncertain=False)


def _tapped_opening(event: Event) -> tuple[str, str]:
    """Return the follow-up whose opening was tapped, and what was tapped; empty where it was none."""
    data = event.what.data if isinstance(event.what, Chose) else ""
    kind, _, rest = data.partition(":")
    name, _, what = rest.partition(":")
    return (name, what) if kind == "f" and what in openings.TAPS else ("", "")
