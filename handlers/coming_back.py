"""Coming back to the intake after a long silence: where they stand, in one line, and the open question."""

from datetime import datetime, timedelta

from handlers.core.case import Case
from handlers.core.messages import Phrase
from handlers.core.moving import path_of
from handlers.core.path import progress
from handlers.core.questionnaire import ItemType
from handlers.decision import Decision
from handlers.scenes import questionnaire_of, scene_of

AWAY = timedelta(hours=6)
LONG = timedelta(days=7)
_OWN_WORDS = frozenset({ItemType.STRING, ItemType.TEXT})


def is_back(case: Case, now: datetime) -> bool:
    """Say whether nothing was heard of the patient for a long time, on any channel."""
    heard = [c.last_heard_at for c in (case.contact, *case.others) if c.last_heard_at is not None]
    return bool(heard) and now - max(heard) > LONG


def was_away(decision: Decision) -> bool:
    """Say whether nothing was heard at this contact for some hours."""
    heard = decision.case.contact.last_heard_at
    return heard is not None and decision.now - heard > AWAY


def is_greeting(decision: Decision) -> bool:
    """Say whether words after a long silence would be taken for an answer that they may not be.

    Whoever writes "hello, I am back" has not told us their name: a question for own words is put again.
    """
    response, asked = decision.case.open_response(), decision.dialogue.asked
    if response is None or response.follow_up or asked is None:
        return False
    item = questionnaire_of(decision.world.protocol, response).by_link_id.get(asked.link_id)
    return item is not None and item.type in _OWN_WORDS and not item.options


def recap(decision: Decision) -> None:
    """Put into one line before the open question how far they are; nothing where another thing was said."""
    response, asked = decision.case.open_response(), decision.dialogue.asked
    if response is None or response.follow_up or asked is None or not response.answers:
        return
    scene = scene_of(decision, response, "")
    number, total = progress(scene.questionnaire, path_of(scene), response.answers)
    title = Phrase(f"{scene.questionnaire.id}#title", default=scene.questionnaire.title)
    values: dict[str, str | Phrase] = {"answered": str(number - 1), "total": str(total), "part": title}
    decision.lead_in(Phrase("talk.recap_part", values), about=asked.link_id)
