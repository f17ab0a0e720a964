"""How the clinic wants its summaries brought: e-mail, its group on Telegram, a webhook, a FHIR server."""

import re
from collections.abc import Mapping, Sequence
from typing import Final
from urllib.parse import urlsplit

from fastapi import APIRouter, Request, Response

from bot.console.access import Right
from bot.console.desk import Desk, back_to
from bot.console.render import Reader
from bot.summaries.group import CHAT, NO_GROUP
from bot.summaries.reach import is_refused_host
from handlers.core.values import PatientId
from handlers.errors import NotFound
from handlers.ports import Way
from storage.on_call import Chat

_ADDRESS: Final = re.compile(r"[^\s@<>\",;:\\()\[\]]+@[^\s@<>\",;:\\()\[\]]+\.[^\s@<>\",;:\\()\[\]]{2,}")
_FIELDS: Final[Mapping[Way, tuple[str, ...]]] = {
    Way.EMAIL: ("to", "attach"),
    Way.TELEGRAM: (CHAT,),
    Way.WEBHOOK: ("url", "secret"),
    Way.FHIR: ("url", "token"),
}
_SCHEMES: Final = {True: ("https",), False: ("https", "http")}
"""Which schemes an address may have, in production and elsewhere."""
_SECRET: Final = frozenset({"secret", "token"})
"""What is never shown again; left empty in the form it stays as it is."""

_EXPLAINED: Final = frozenset({"401", "403", "chat-not-found", "no-telegram", NO_GROUP})
"""The reasons of a group's that are said in words; any other is shown as the service gave it."""


class DeliveryPages:
    """The routes of the ways to the clinic."""

    def __init__(self, desk: Desk) -> None:
        """Take the desk."""
        self._desk = desk

    def add_to(self, router: APIRouter) -> None:
        """Add the routes."""
        router.get("/delivery")(self.show)
        router.post("/delivery/{way}")(self.save)
        router.post("/patients/{patient}/summary/again")(self.again)

    async def show(self, request: Request) -> Response:
        """Show the ways, without their secrets."""
        reader = await self._desk.reader(request, Right.SETTINGS)
        return await self._page(reader)

    async def save(self, request: Request, way: str) -> Response:
        """Keep one way; a webhook's secret is made here and shown this once."""
        reader = await self._desk.reader(request, Right.SETTINGS)
        kind, deps = _way(way), self._desk.deps
        form = {name: str(value).strip()[:500] for name, value in (await request.form()).items()}
        known = (await deps.deliveries.ways(deps.clinic)).get(kind, {})
        config = {name: form.get(name) or _kept(name, known) for name in _FIELDS[kind]}
        is_on = form.get("on") == "yes"
        if is_on and (problem := self._problem(kind, config, await self._groups())):
            return await self._page(reader, problem=problem)
        made = deps.ids.secret() if kind is Way.WEBHOOK and not config["secret"] else ""
        config |= {"secret": made} if made else {}
        await deps.deliveries.save_way(deps.clinic, kind, config, is_on=is_on, now=reader.now)
        await deps.note(self._desk.audit(reader, "delivery.save", kind.value))
        return await self._page(reader, secret=made) if made and is_on else back_to("/console/delivery")

    async def again(self, request: Request, patient: str) -> Response:
        """Bring a patient's summary once more by every way."""
        reader = await self._desk.reader(request, Right.TASKS)
        deps = self._desk.deps
        record = await deps.views.record(deps.clinic, PatientId(patient))
        await deps.deliveries.again(deps.clinic, record.patient.id, now=reader.now)
        await deps.note(self._desk.audit(reader, "delivery.again", record.patient.id))
        return back_to(f"/console/patients/{patient}/summary")

    async def _groups(self) -> Sequence[Chat]:
        """Return the linked groups of the whole clinic."""
        chats = await self._desk.deps.on_call.chats(self._desk.deps.clinic)
        return [chat for chat in chats if chat.is_group and not chat.staff]

    def _problem(self, way: Way, config: Mapping[str, str], groups: Sequence[Chat]) -> str:
        """Return the key of what is wrong, or nothing: health data leaves encrypted, and away from here."""
        if way is Way.EMAIL:
            return "" if _ADDRESS.fullmatch(config["to"]) else "console.delivery.wrong_address"
        if way is Way.TELEGRAM:
            is_linked = config[CHAT] in {group.id for group in groups}
            return "" if is_linked else "console.delivery.no_group"
        deps = self._desk.deps
        try:
            url = urlsplit(config["url"])
            is_whole = bool(url.hostname) and url.scheme in _SCHEMES[deps.production]
        except ValueError:
            is_whole = False
        if not is_whole:
            return "console.delivery.wrong_url"
        is_refused = is_refused_host(url.hostname or "", deps.delivery_hosts)
        return "console.delivery.refused_host" if is_refused else ""

    async def _page(self, reader: Reader, *, problem: str = "", secret: str = "") -> Response:
        deps = self._desk.deps
        ways = await deps.deliveries.ways(deps.clinic)
        shown = {
            way.value: {name: value for name, value in ways.get(way, {}).items() if name not in _SECRET}
            for way in Way
        }
        return self._desk.show(
            reader,
            "delivery.html",
            status=400 if problem else 200,
            problem=problem,
            secret=secret,
            ways=shown,
            secret_kept={way.value for way, known in ways.items() if _SECRET & known.keys()},
            on={way.value for way in ways},
            groups=await self._groups(),
            standing=await deps.deliveries.standing(deps.clinic),
            reason=reason,
        )


def reason(way: str, code: str) -> str:
    """Return the key of the words that say why a way stands still; empty where the code is all we know."""
    return f"console.delivery.code.{code}" if way == Way.TELEGRAM and code in _EXPLAINED else ""


def _way(name: str) -> Way:
    if name not in set(Way):
        raise NotFound("no such way")
    return Way(name)


def _kept(name: str, known: Mapping[str, str]) -> str:
    return known.get(name, "") if name in _SECRET else ""
