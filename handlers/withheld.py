"""Questions that a channel must not carry: they wait on our own page, and a link leads there.

Which these are stands in the questionnaires (the extension `notOn`): money is not spoken of in WhatsApp,
and a passport goes through no chat. The conversation goes on here without them.
"""

from collections.abc import Iterator

from handlers.core.case import Response, ResponseStatus
from handlers.core.frozen import replace
from handlers.core.messages import Phrase, Say
from handlers.core.moving import path_of
from handlers.core.path import is_asked
from handlers.core.turn import Turn
from handlers.core.values import Slot
from handlers.decision import Decision
from handlers.scenes import live_parts, questionnaire_of, scene_of
from handlers.ways import page_link

_TOLD = "on-our-page"
"""Stands in Dialogue.seen once the link was given in this part."""


def notice(decision: Decision, response: Response, turn: Turn) -> None:
    """Give the link to our page, once a part, as soon as the path has passed a question left out here."""
    is_about_now = response.status is ResponseStatus.IN_PROGRESS and turn.dialogue.revising is None
    if not is_about_now or _TOLD in turn.dialogue.seen:
        return
    if any(_left_out(decision, response, before=turn.dialogue.asked)):
        decision.talk(seen=(*turn.dialogue.seen, _TOLD))
        _give_link(decision)


def offer(decision: Decision) -> bool:
    """Give the link to our page where finished parts have questions left that only it may ask."""
    parts = live_parts(decision.case, decision.world.protocol)
    waits = any(any(_left_out(decision, part.response, before=None)) for part in parts)
    if waits:
        _give_link(decision)
    return waits


def _give_link(decision: Decision) -> None:
    link = page_link(decision, contact=decision.case.contact.id)
    decision.say(Say((Phrase("talk.only_on_our_page", {"link": link}),)), resend_if_uncertain=False)


def _left_out(decision: Decision, response: Response, *, before: Slot | None) -> Iterator[str]:
    """Yield the open questions that this channel must not carry, those on the path before a slot."""
    channel = decision.case.contact.point.channel
    withheld = questionnaire_of(decision.world.protocol, response).withheld.get(channel, frozenset())
    if not withheld:
        return
    scene = scene_of(decision, response, "")
    for item, slot in path_of(replace(scene, unasked=scene.unasked - withheld)):
        if slot == before:
            return
        if item.link_id in withheld and is_asked((item, slot)) and slot not in response.answers:
            yield item.link_id
