"""My permissions: what somebody agreed to, each on its own, with a button to take it back."""

from handlers import consents, withdrawing
from handlers.core.buttons import command_data
from handlers.core.messages import Choice, Phrase, Say
from handlers.core.values import ChannelKind, Purpose
from handlers.decision import Decision

_VOICE = Phrase("consent.voice_note")
_DOORS = (
    Choice(command_data("privacy"), Phrase("talk.button.privacy")),
    Choice(command_data("continue"), Phrase("talk.button.continue")),
)


def show(decision: Decision) -> None:
    """Show each purpose with its state; tapping one that holds leads to taking it back.

    On our own page nobody is asked about the channel.
    """
    held, channel = decision.case.patient.purposes, decision.case.contact.point.channel
    if not held:
        decision.say(Say((Phrase("talk.consents_none"),), keys=_DOORS))
        return
    lines = [
        Phrase("talk.consent_line", {"purpose": name_of(purpose), "state": _state(held=purpose in held)})
        for purpose in Purpose
        if purpose in held or purpose is not Purpose.CHANNEL or channel is not ChannelKind.WEB
    ]
    buttons = tuple(
        Choice(command_data("take_back", purpose.value), name_of(purpose))
        for purpose in Purpose
        if purpose in held
    )
    decision.say(Say((Phrase("talk.consents"), *lines), choices=buttons, keys=_DOORS))


def name_of(purpose: Purpose) -> Phrase:
    """Return what a purpose is called in the chat."""
    return Phrase(f"talk.purpose.{purpose.value}")


def take_back(decision: Decision, argument: str) -> bool:
    """Ask whether the consent named is to be taken back; False if it does not hold (any more)."""
    purpose = next((p for p in decision.case.patient.purposes if p.value == argument), None)
    if purpose is not None:
        decision.say(withdrawing.ask_whether(decision, purpose))
    return purpose is not None


def ask_for_voice(decision: Decision) -> None:
    """Say that a voice note was not kept, and ask whether voice notes may be."""
    choices = (
        Choice(command_data("voice", "yes"), Phrase("talk.button.voice_yes")),
        Choice(command_data("voice", "no"), Phrase("talk.button.voice_no")),
    )
    decision.say(Say((_VOICE,), choices=choices))


def answer_for_voice(decision: Decision, *, given: bool) -> None:
    """Keep the yes or no about voice notes; a file that came before it is not there any more."""
    decision.add(consents.said_to(decision, Purpose.VOICE, _VOICE, version=_VOICE.key, given=given))
    held = decision.case.patient.purposes - {Purpose.VOICE}
    decision.patient(purposes=held | {Purpose.VOICE} if given else held)
    decision.tell("talk.voice_allowed" if given else "talk.voice_refused")


def _state(*, held: bool) -> Phrase:
    return Phrase("talk.consent_yes" if held else "talk.consent_no")
