"""What stands on the page of a patient's chat: who speaks, what was said, and how to write to them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Any, Final

from bot.console.health import health_of
from bot.console.paperwork import MessageLine, message_lines
from bot.console.people import helper_names
from bot.console.quick_replies import quick_replies
from bot.console.render import Reader, local_time
from handlers import talking
from handlers.core.case import FollowUpState
from handlers.core.contact_time import next_allowed
from handlers.core.talk import WITH_PERSON, Talk
from handlers.core.values import ChannelKind, Purpose
from handlers.decision import Decision
from handlers.whereabouts import zone_now
from handlers.wording import language_of
from storage.views.models import MessageView

BOT: Final = "bot"
YOU: Final = "you"
OTHER: Final = "other"


@dataclass(frozen=True, slots=True)
class Place:
    """One contact that staff may write to: what it is called, and whether only a template reaches it now."""

    id: str
    channel: ChannelKind
    name: str
    is_away: bool


def live_values(decision: Decision, said: Sequence[MessageView], reader: Reader) -> dict[str, Any]:
    """Return what changes while the page is open; `mark` changes with it."""
    lines, talk = message_lines(said, reader), decision.case.patient.talk
    held = sum(
        one.state is FollowUpState.HELD and one.reason == WITH_PERSON for one in decision.case.follow_ups
    )
    return {
        "patient": decision.case.patient,
        "lines": lines,
        "talk": talk,
        "speaks": _speaks(talk, reader),
        "held": held,
        "mark": _mark(lines, talk, held),
    }


def room_values(decision: Decision, reader: Reader) -> dict[str, Any]:
    """Return who the patient is, how they can be reached, and what stands beside the box to write in."""
    case, now = decision.case, decision.now
    language, zone = language_of(case, decision.world), zone_now(case, now)
    people = case.people()
    names = helper_names(people, reader.catalog)
    return {
        "healths": health_of(people, now),
        "helpers": names,
        "places": [
            Place(one.id, one.point.channel, names.get(one.id, ""), talking.is_away(one, now))
            for one in talking.places(decision)
        ],
        "may_come": talking.may_come(decision),
        "has_agreed": Purpose.HEALTH in case.patient.purposes,
        "wants_messages": Purpose.MESSAGES in case.patient.purposes,
        "spoken": language,
        "there": zone,
        "night": local_time(now, zone) if next_allowed(now, zone) > now else "",
        "replies": quick_replies(reader.deps.catalogs, language, reader.catalog, _texts(decision)),
    }


def _texts(decision: Decision) -> Mapping[str, str]:
    texts = decision.case.clinic.texts
    return {**texts, "clinic_short": texts.get("clinic_short") or decision.case.clinic.name}


def _speaks(talk: Talk, reader: Reader) -> str:
    if talk.person is None:
        return BOT
    return YOU if talk.person.staff == reader.staff_id else OTHER


def _mark(lines: Sequence[MessageLine], talk: Talk, held: int) -> str:
    told = repr((lines, talk, held))
    return sha256(told.encode()).hexdigest()[:12]
