"""A one-time code that can't be used at this address: said in words, and the code stays as it was."""

from handlers.core.buttons import command_data
from handlers.core.events import Event, Started
from handlers.core.messages import Choice, Phrase, Say
from handlers.core.pending import Misplaced
from handlers.decision import Decision
from handlers.world import World

_GO_ON = Choice(command_data("continue"), Phrase("talk.button.continue"))


def answer(decision: Decision, event: Event) -> bool:
    """Say what can be done with a code that is of no use here; False where there is none."""
    case, what = decision.case, event.what
    if case.misplaced is Misplaced.NOT or not isinstance(what, Started):
        return False
    links = "\n".join(_elsewhere(decision.world, what.payload, case.contact.point.channel))
    text = Phrase(f"codes.{case.misplaced.value}", {"links": links})
    decision.say(Say((text,), keys=(_GO_ON,)), resend_if_uncertain=False)
    return True


def _elsewhere(world: World, code: str, here: str) -> tuple[str, ...]:
    """Return every link that carries the code, but the one into this channel."""
    here_too = world.doors.get(here, "").replace("{code}", code)
    return tuple(link for link in world.links(code) if link != here_too)
