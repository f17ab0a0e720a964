"""Alerts: the bar that every page polls, who takes one, and what was taken."""

from datetime import timedelta
from typing import Annotated, Final

from fastapi import APIRouter, Form, Request, Response

from bot.console.access import Right
from bot.console.desk import Desk, back_to, own_path
from bot.console.render import Reader
from handlers.core.adverse_event import dues
from handlers.errors import NotFound
from storage.on_call import STAFF_CHAT
from storage.views.alerting import AlertView

_PAGE: Final = "/console/alerts"
CODE_LIFE: Final = timedelta(days=1)

Back = Annotated[str, Form(max_length=200)]


class AlertPages:
    """The routes of alerts."""

    def __init__(self, desk: Desk) -> None:
        """Take the desk."""
        self._desk = desk

    def add_to(self, router: APIRouter) -> None:
        """Add the routes."""
        router.get("/alerts")(self.show)
        router.get("/alerts/bar")(self.bar)
        router.post("/alerts/chat")(self.link_chat)
        router.get("/alerts/{alert}")(self.go)
        router.post("/alerts/{alert}/take")(self.take)

    async def show(self, request: Request) -> Response:
        """Show what waits for somebody, open cases, and what was taken."""
        return await self._page(await self._desk.reader(request, Right.ALERTS))

    async def bar(self, request: Request, shown: str = "") -> Response:
        """Return the bar anew, or 204 where the page shows it already; no session is prolonged by it."""
        reader = await self._desk.watcher(request, Right.ALERTS)
        if reader.alarm.mark == shown:
            return Response(status_code=204)
        if reader.alarm.alerts:
            await self._desk.note_again(reader, "page.read", _PAGE)
        return self._desk.show(reader, "_alarm.html")

    async def go(self, request: Request, alert: str) -> Response:
        """Lead from an alert to its case or its patient: the link that staff get outside."""
        reader = await self._desk.reader(request, Right.ALERTS)
        found = await self._found(alert)
        if not reader.may(Right.SEE_PATIENTS):
            return back_to(_PAGE)
        return back_to(f"/console/patients/{found.patient}")

    async def take(self, request: Request, alert: str, back: Back = "") -> Response:
        """Take an alert: nobody else is told of it. The patient's page comes next, with where they are."""
        reader = await self._desk.reader(request, Right.ALERTS)
        deps, found = self._desk.deps, await self._found(alert)
        is_first = await deps.alerts.take(deps.clinic, found.id, by=reader.staff_id, now=reader.now)
        if is_first:
            await deps.note(self._desk.audit(reader, "alert.take", found.id))
        there = f"/console/patients/{found.patient}" if reader.may(Right.SEE_PATIENTS) else _PAGE
        return back_to(own_path(back) if back else there, "alert.done" if is_first else "alert.too_late")

    async def link_chat(self, request: Request) -> Response:
        """Make a link by which the reader's own Telegram gets alerts, and show it once."""
        reader = await self._desk.reader(request, Right.ALERTS)
        deps = self._desk.deps
        link = await chat_link(self._desk, reader.staff_id)
        await deps.note(self._desk.audit(reader, "alert.chat", reader.staff_id))
        return await self._page(reader, link=link)

    async def _found(self, alert: str) -> AlertView:
        found = await self._desk.deps.alert_views.one(self._desk.deps.clinic, alert)
        if found is None:
            raise NotFound("no such alert")
        return found

    async def _page(self, reader: Reader, link: str | None = None) -> Response:
        deps, clinic = self._desk.deps, reader.clinic
        chats = await deps.on_call.chats(deps.clinic)
        sees = reader.may(Right.SEE_PATIENTS)
        return self._desk.show(
            reader,
            "alerts.html",
            past=await deps.alert_views.past(deps.clinic),
            events=await deps.alert_views.open_events(deps.clinic) if sees else (),
            dues=lambda event: dues(event.learned_at, reader.now, clinic.zone),
            is_linked=reader.staff_id in {chat.staff for chat in chats},
            link=link,
        )


async def chat_link(desk: Desk, subject: str, *, group: bool = False) -> str:
    """Return a one-time link for Telegram that links a chat; empty where there is no bot."""
    deps = desk.deps
    token, now = deps.ids.secret(), deps.now_system()
    url = await deps.team_link(token, group)
    if url:
        await deps.staff.make_link(
            deps.clinic, subject, token, now_system=now, ends_at=now + CODE_LIFE, purpose=STAFF_CHAT
        )
    return url
