"""Warnings weeks ahead: a template that the plan will need, and that WhatsApp would not send."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from bot.channels.whatsapp.templates import Amiss, amiss_in, code_of
from bot.surroundings import Surroundings
from handlers.core.templates import needed_for
from handlers.core.values import ChannelKind
from storage.channel_news import Standing, standings
from storage.engine import Database
from storage.planned_templates import Planned, planned_until

AHEAD: Final = timedelta(weeks=8)
"""So early: WhatsApp takes up to a day for a new template, and a clinic needs time to write one."""

ACCOUNT: Final = "main"


@dataclass(frozen=True, slots=True)
class Warned:
    """A template that is amiss: in Meta's code of a language, from when on, and for how many people."""

    name: str
    language: str
    why: Amiss
    first_at: datetime
    people: int


@dataclass(frozen=True, slots=True)
class Plan:
    """What decides which template is sent: what WhatsApp may carry, and whose language is spoken."""

    links_only: bool
    languages: Sequence[str]
    default_language: str = "en"
    notices: frozenset[str] = frozenset()
    """The steps that say something and ask nothing."""


def plan_of(around: Surroundings) -> Plan:
    """Return what decides it in this installation."""
    languages = around.catalogs.languages()
    notices = frozenset(step.id for step in around.protocol.steps if not step.questionnaire)
    return Plan(ChannelKind.WHATSAPP in around.links_only, languages, notices=notices)


async def warnings_at(
    database: Database, clinic: str, plan: Plan, now: datetime, account: str = ACCOUNT
) -> list[Warned]:
    """Return what is amiss for the contacts that are planned, the soonest first."""
    planned = await database.read(lambda conn: planned_until(conn, clinic, now + AHEAD, plan.notices))
    told = await database.read(lambda conn: standings(conn, clinic, ChannelKind.WHATSAPP, account))
    return warnings(planned, told, plan)


def warnings(planned: Sequence[Planned], told: Sequence[Standing], plan: Plan) -> list[Warned]:
    """Return a warning for every planned template that can't be sent as it stands. Pure."""
    known = {(one.subject, one.language, one.about): one.now for one in told}
    needed: dict[tuple[str, str], Planned] = {}
    for one in sorted(planned, key=lambda one: one.first_at, reverse=True):
        needed[_template(one, plan)] = one
    found = (_warned(name, code, one, known) for (name, code), one in needed.items())
    return sorted(filter(None, found), key=lambda one: one.first_at)


def _template(planned: Planned, plan: Plan) -> tuple[str, str]:
    kind = needed_for(planned.need, links_only=plan.links_only)
    language = planned.language if planned.language in plan.languages else plan.default_language
    return kind.name, code_of(language)


def _warned(
    name: str, code: str, planned: Planned, known: Mapping[tuple[str, str, str], str]
) -> Warned | None:
    why = amiss_in(known.get((name, code, "status"), ""), known.get((name, code, "category"), ""))
    return None if why is None else Warned(name, code, why, planned.first_at, planned.people)
