"""Going on at another device or in another app: a one-time link, and a short recap there."""

from handlers.core import step as engine
from handlers.core.buttons import command_data
from handlers.core.messages import Choice, Phrase, Say
from handlers.decision import Decision
from handlers.scenes import scene_of
from handlers.together import links_of
from handlers.ways import code_for


def offer(decision: Decision) -> None:
    """Give the links by which the same person goes on elsewhere; each code works once."""
    code = code_for(decision, contact=decision.case.contact.id)
    back = Choice(command_data("continue"), Phrase("talk.button.stay"))
    text = Phrase("talk.elsewhere", {"links": links_of(decision, code)})
    decision.say(Say((text,), keys=(back,)), resend_if_uncertain=False)


def recap(decision: Decision) -> None:
    """Tell somebody who comes in at another place how far the open part has come."""
    response = decision.case.open_response()
    lines = engine.numbered(scene_of(decision, response, "")) if response else []
    if response is None or not lines:
        return
    _, item, slot = lines[-1]
    last = engine.summary_line(scene_of(decision, response, ""), item, slot)
    decision.tell("talk.recap", count=str(len(lines)), last=last)
