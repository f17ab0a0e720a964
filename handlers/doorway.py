"""Who is not let in: a helper whose access is over, a chat that the patient no longer wants to use."""

from handlers import alarms, consents, new_chat
from handlers.approval import is_approved
from handlers.core.buttons import command_data
from handlers.core.case import Reach
from handlers.core.events import Chose, Event, Started
from handlers.core.messages import Choice, Phrase, Say
from handlers.core.values import Purpose
from handlers.decision import Decision
from handlers.heard import says_stop

USE_AGAIN = "use_again"
CLOSED = frozenset({Reach.STOPPED, Reach.ENDED, Reach.ASKED})
"""Nothing is asked and nothing is kept there."""
_AGAIN = Phrase("consent.channel_again")
_EMERGENCY = Choice(command_data("emergency"), Phrase("talk.button.emergency"))


def is_shut(decision: Decision) -> bool:
    """Say whether nothing is heard at this contact."""
    return decision.case.contact.reach in CLOSED


def answer(decision: Decision, event: Event) -> None:
    """Say once and kindly why nothing goes on here; the emergency text is there for everybody."""
    tapped = event.what.data if isinstance(event.what, Chose) else ""
    if tapped == _EMERGENCY.data:
        decision.say(alarms.emergency_card())
    elif decision.case.contact.reach is Reach.ENDED:
        start = Choice(command_data("start"), Phrase("talk.button.start_own"))
        decision.say(Say((Phrase("talk.help_is_over"),), choices=(start,), keys=(_EMERGENCY,)))
    elif says_stop(decision, event):
        # What goes to their other places ends as well: an opt-out counts wherever it is said.
        decision.add(consents.commanded(decision, Purpose.MESSAGES, given=False))
        consents.end_messages(decision)
    elif decision.case.contact.reach is Reach.ASKED:
        new_chat.take(decision, event)
    elif is_approved(decision.case, decision.world) and (
        tapped == command_data(USE_AGAIN) or isinstance(event.what, Started)
    ):
        _use_again(decision)
    else:
        _ask(decision)


def _ask(decision: Decision) -> None:
    """Ask whether the chat is to be used again; while the doctor's signature is missing, nothing is asked."""
    if not is_approved(decision.case, decision.world):
        decision.say(Say((Phrase("talk.not_approved"),), keys=(_EMERGENCY,)))
        return
    again = Choice(command_data(USE_AGAIN), Phrase("talk.button.use_again"))
    decision.say(Say((_AGAIN,), choices=(again,), keys=(_EMERGENCY,)))


def _use_again(decision: Decision) -> None:
    decision.add(consents.said_to(decision, Purpose.CHANNEL, _AGAIN, version=_AGAIN.key, given=True))
    decision.patient(purposes=decision.case.patient.purposes | {Purpose.CHANNEL})
    decision.contact(reach=Reach.ACTIVE)
    consents.release_unreachable(decision)
    go_on = Choice(command_data("continue"), Phrase("talk.button.continue"))
    decision.say(Say((Phrase("talk.channel_used_again"),), choices=(go_on,)))
