"""What is asked of WhatsApp now and then: how our templates stand, and how many people a day."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from bot.channels.loose_json import mapping, text
from bot.channels.whatsapp.client import Graph, GraphError
from bot.channels.whatsapp.templates import (
    APPROVED,
    MISSING,
    Amiss,
    Found,
    Wanted,
    amiss,
    creation,
    found_in,
    next_page,
    wanted,
)
from bot.foundation import Foundation
from bot.template_watch import ACCOUNT, Warned, plan_of, warnings_at
from handlers.core.changes import NoteNews
from handlers.core.templates import needed
from handlers.core.tiers import limit_in
from handlers.core.values import ChannelKind, ContactPoint
from storage.channel_news import note_changes
from storage.daily_people import DailyPeople
from storage.held import for_templates
from storage.standing_tasks import StandingTasks

LIMIT_FIELDS: Final = ("whatsapp_business_manager_messaging_limit", "messaging_limit_tier")
"""Since October 2025 the limit is the portfolio's; the older name is the number's own."""

NEEDED: Final = "template-needed"
"""The kind of task that stands for a template which planned contacts need and which can't be sent."""

ASKED: Final = "asked"
"""The reason that stands beside what Meta answered, where it told nothing by itself."""

_LIST_FIELDS: Final = "name,language,status,category,quality_score,components"
_PAGE: Final = "100"
_UNKNOWN_FIELD: Final = 100
_MOST_PAGES: Final = 20


@dataclass(frozen=True, slots=True)
class Row:
    """How one template stands, and what was done: `code` is Meta's reason where it was refused."""

    name: str
    language: str
    status: str
    category: str
    why: Amiss | None
    created: bool = False
    code: str = ""


@dataclass(frozen=True, slots=True)
class Upkeep:
    """Asks through one number's client; raises what that raises, GraphError and what breaks connections."""

    base: Foundation
    graph: Graph
    account: str = ACCOUNT

    async def sync(self, *, make: bool = True) -> list[Row]:
        """Look at every template of the protocol, `make` those that are missing, keep how all stand."""
        found = {(one.name, one.language): one for one in await self._listed()}
        rows = [
            await self._one(one, found.get((one.name, one.language)), make=make) for one in self._wanted()
        ]
        await self._keep(rows, found)
        return rows

    async def watch(self) -> None:
        """Look at the templates, and let a task stand for each that the plan needs and that is amiss."""
        base, now = self.base, self.base.clock.now()
        rows = await self.sync(make=False)
        await self.let_go(rows)
        warned = await warnings_at(
            base.stores.database, self.base.clinic, plan_of(base.around), now, self.account
        )
        notes = {_task_key(one): f"{one.name} ({one.language}): {one.why}" for one in warned}
        stores = base.stores
        tasks = StandingTasks(stores.database, stores.vault, stores.clinics)
        await tasks.stand(self.base.clinic, NEEDED, notes, frozenset(map(_task_key, rows)), now=now)

    async def look_up_limit(self) -> int | None:
        """Ask how many people a day may be written to first, and keep it; None if Meta says nothing."""
        for field in LIMIT_FIELDS:
            limit = limit_in(await self._field(field))
            if limit is not None:
                place = (self.base.clinic, ChannelKind.WHATSAPP, self.account)
                await daily_people(self.base).set_limit(*place, limit, now=self.base.clock.now())
                return limit
        return None

    async def _field(self, name: str) -> str:
        """Return a word that Meta has for our number; "" where its version does not know the field."""
        try:
            answer = await self.graph.ask(self.graph.phone_number_id, fields=name)
        except GraphError as error:
            if error.fault.code != _UNKNOWN_FIELD:
                raise
            return ""
        return text(answer.get(name))

    def _wanted(self) -> list[Wanted]:
        around = self.base.around
        kinds = needed(links_only=ChannelKind.WHATSAPP in around.links_only)
        return wanted(around.catalogs, around.catalogs.languages(), kinds)

    async def _listed(self) -> list[Found]:
        path = f"{self.base.settings.whatsapp_business_account_id}/message_templates"
        found: list[Found] = []
        after: dict[str, str] = {}
        for _ in range(_MOST_PAGES):
            answer = await self.graph.ask(path, fields=_LIST_FIELDS, limit=_PAGE, **after)
            found += found_in(answer)
            if not (cursor := next_page(answer)):
                break
            after = {"after": cursor}
        return found

    async def _one(self, template: Wanted, found: Found | None, *, make: bool) -> Row:
        why = amiss(template, found)
        if found is not None:
            return Row(template.name, template.language, found.status, found.category, why)
        if not make:
            return Row(template.name, template.language, MISSING, "", why)
        path = f"{self.base.settings.whatsapp_business_account_id}/message_templates"
        try:
            answer = mapping(await self.graph.make(path, creation(template)))
        except GraphError as error:
            return Row(template.name, template.language, MISSING, "", why, code=error.fault.name)
        status, category = text(answer.get("status")) or "PENDING", text(answer.get("category"))
        why = None if status == APPROVED else Amiss.PENDING
        return Row(template.name, template.language, status, category, why, created=True)

    async def let_go(self, rows: Iterable[Row]) -> None:
        """Let what is held for a template go at the next look, if one of `rows` is in order."""
        if all(row.why is not None for row in rows):
            return
        await self.base.stores.database.write(
            lambda conn: for_templates(conn, self.base.clinic, ChannelKind.WHATSAPP, self.account)
        )

    async def _keep(self, rows: Sequence[Row], found: Mapping[tuple[str, str], Found]) -> None:
        """Add what is new to what webhooks tell: the newest word on a template holds."""
        now, ids = self.base.clock.now(), self.base.ids
        notes = [
            NoteNews(ids.new(), row.name, row.language, about, word, ASKED, now)
            for row in rows
            for about, word in (
                ("status", row.status),
                ("category", row.category),
                ("quality", _quality(found, row)),
            )
            if word
        ]
        clinic, point = self.base.clinic, ContactPoint(ChannelKind.WHATSAPP, self.account, "")
        await self.base.stores.database.write(lambda conn: note_changes(conn, clinic, point, notes))


def _task_key(one: Row | Warned) -> str:
    return f"{NEEDED}:{one.name}:{one.language}"


def daily_people(base: Foundation) -> DailyPeople:
    """Return the count of whom the accounts have written to first."""
    return DailyPeople(base.stores.database, base.stores.vault, base.stores.clinics)


def _quality(found: Mapping[tuple[str, str], Found], row: Row) -> str:
    known = found.get((row.name, row.language))
    return known.quality if known else ""


def is_well(rows: Iterable[Row]) -> bool:
    """Say whether every template can be sent, or was asked for and waits for its approval."""
    return all(row.why in {None, Amiss.PENDING} for row in rows)
