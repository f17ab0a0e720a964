"""The console's first page: everything that needs a person, the soonest first."""

from math import ceil
from typing import Annotated, Any, Final
from urllib.parse import parse_qsl, urlencode

from fastapi import APIRouter, Form, Query, Request, Response

from bot.console.access import Right
from bot.console.demo import jumps
from bot.console.desk import HOME, Desk, back_to, own_path
from bot.console.render import Reader
from bot.console.work_lines import grouped, numbers_of
from bot.staff_words import StaffWords
from handlers.core.worklist import Rest, Sort, rest_until
from storage.views.work import PAGE_SIZE, See, Wish
from storage.work_marks import Resting

_ELSEWHERE: Final = (
    (Right.SEE_PATIENTS, "/console/patients"),
    (Right.SETTINGS, "/console/clinic"),
    (Right.LOG, "/console/log"),
    (Right.SEE_ASSIGNED, "/console/assigned"),
)

Item = Annotated[str, Form(pattern=r"^(task|flag|check-in):[0-9A-Za-z_-]{1,80}$")]
Back = Annotated[str, Form(max_length=200)]
Reason = Annotated[str, Form(min_length=3, max_length=300)]
Page = Annotated[int, Query(ge=1, le=10_000)]


class WorkPages:
    """The routes of the worklist."""

    def __init__(self, desk: Desk) -> None:
        """Take the desk."""
        self._desk = desk

    def add_to(self, router: APIRouter) -> None:
        """Add the routes."""
        router.get("/")(self.show)
        router.get("/work/list")(self.listed)
        router.post("/work/take")(self.take)
        router.post("/work/give-back")(self.give_back)
        router.post("/work/snooze")(self.snooze)
        router.post("/work/wake")(self.wake)

    async def show(
        self, request: Request, see: See = "all", sort: Sort | None = None, page: Page = 1
    ) -> Response:
        """Show the list, or what the reader's role opens instead of it."""
        reader = await self._desk.reader(request)
        if not reader.may(Right.TASKS):
            return self._elsewhere(reader)
        values = await self._values(reader, see, sort, page)
        return self._desk.show(reader, "work.html", **values, demo_bar=await jumps(self._desk, reader, None))

    async def listed(
        self, request: Request, see: See = "all", sort: Sort | None = None, page: Page = 1
    ) -> Response:
        """Return the list alone: an open page asks for it by itself when something has changed."""
        reader = await self._desk.watcher(request, Right.TASKS)
        await self._desk.note_again(reader, "page.read", HOME)
        return self._desk.show(reader, "_work_list.html", **await self._values(reader, see, sort, page))

    async def take(self, request: Request, item: Item, back: Back = HOME) -> Response:
        """Note that the reader takes a line."""
        reader = await self._desk.reader(request, Right.TASKS)
        deps = self._desk.deps
        if not await deps.work.marks.take(deps.clinic, item, by=reader.staff_id, now=reader.now):
            return _told(back, "work.too_late")
        await deps.note(self._desk.audit(reader, "work.take", _id_of(item)))
        return _told(back)

    async def give_back(self, request: Request, item: Item, back: Back = HOME) -> Response:
        """Let a line be nobody's again, the reader's own or a colleague's who is not there."""
        reader = await self._desk.reader(request, Right.TASKS)
        deps = self._desk.deps
        if await deps.work.marks.give_back(deps.clinic, item, now=reader.now):
            await deps.note(self._desk.audit(reader, "work.give-back", _id_of(item)))
        return _told(back)

    async def snooze(
        self,
        request: Request,
        item: Item,
        rest: Annotated[Rest, Form()],
        reason: Reason,
        back: Back = HOME,
    ) -> Response:
        """Let a line rest for a while, with a reason; red flags for an hour at most."""
        reader = await self._desk.reader(request, Right.TASKS)
        deps, until = self._desk.deps, rest_until(rest, reader.now, reader.clinic.zone)
        resting = Resting(until, reason.strip(), reader.staff_id)
        if not await deps.work.marks.snooze(deps.clinic, item, resting, now=reader.now):
            return _told(back, "work.not_snoozed")
        await deps.note(self._desk.audit(reader, "work.snooze", _id_of(item)))
        return _told(back, "work.snoozed")

    async def wake(self, request: Request, item: Item, back: Back = HOME) -> Response:
        """End a rest before its time."""
        reader = await self._desk.reader(request, Right.TASKS)
        deps = self._desk.deps
        if await deps.work.marks.wake(deps.clinic, item, now=reader.now):
            await deps.note(self._desk.audit(reader, "work.wake", _id_of(item)))
        return _told(back)

    async def _values(self, reader: Reader, see: See, sort: Sort | None, page: int) -> dict[str, Any]:
        deps = self._desk.deps
        zone, staff = reader.clinic.zone, reader.staff_id
        wish = Wish.of(see, sort, page, now=reader.now, zone=zone, staff=staff)
        found = await deps.work.views.page(deps.clinic, wish)
        numbers = numbers_of(found.tallies, see=see, sort=sort)
        return {
            "groups": grouped(found.items, StaffWords(reader.catalog, reader.clinic.texts)),
            "numbers": numbers,
            "pulse": found.pulse,
            "query": urlencode({"see": see, **({"sort": sort.value} if sort else {}), "page": page}),
            "see": see,
            "sort": sort,
            "page": page,
            "pages": max(1, ceil(numbers.total / PAGE_SIZE)),
        }

    def _elsewhere(self, reader: Reader) -> Response:
        path = next((path for right, path in _ELSEWHERE if reader.may(right)), None)
        if path is not None:
            return back_to(path)
        return self._desk.message(reader, "console.welcome.title", "console.welcome.text")


def _id_of(item: str) -> str:
    return item.partition(":")[2]


def _told(back: str, done: str = "") -> Response:
    """Return to the page as it was filtered, with what is to be said there."""
    path, _, query = own_path(back).partition("?")
    return back_to(path, done, **{name: value for name, value in parse_qsl(query) if name != "done"})
