"""All routes of the console in one router."""

from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Final, Protocol

from fastapi import APIRouter, Depends, Request, Response
from fastapi.staticfiles import StaticFiles

from bot.console.account import AccountPages
from bot.console.alert_pages import AlertPages
from bot.console.case_pages import CasePages
from bot.console.channels import ChannelPages
from bot.console.clinic import ClinicPages
from bot.console.cohort import CohortPage
from bot.console.day_pages import DayPages
from bot.console.delivery import DeliveryPages
from bot.console.demo import DemoPages
from bot.console.deps import Console
from bot.console.desk import Desk, route_class
from bot.console.documents import DocumentPages
from bot.console.duplicates import DuplicatePages
from bot.console.erase_pages import ErasePages
from bot.console.filters import FilterPages
from bot.console.find import FindPages
from bot.console.first_place import FirstPlace
from bot.console.gate import Gate
from bot.console.glass import GlassPages
from bot.console.history import HistoryPages
from bot.console.interpreters import InterpreterPages
from bot.console.invitations import InvitationPages
from bot.console.keeping_page import KeepingPage
from bot.console.live import LivePages
from bot.console.log_page import LogPages
from bot.console.notes import NotePages
from bot.console.oidc_pages import OidcPages
from bot.console.on_call import OnCallPages
from bot.console.overview import OverviewPages
from bot.console.pack_pages import PackPages
from bot.console.pack_words import PackWords
from bot.console.paper_marks import PaperMarks
from bot.console.passkey_pages import PasskeyPages
from bot.console.patient import PatientPage
from bot.console.patients import PatientPages
from bot.console.programme import ProgrammePages
from bot.console.second_step import SecondStep
from bot.console.sign_in import SignIn
from bot.console.staff_pages import StaffPages
from bot.console.summary_pages import SummaryPages
from bot.console.talk_page import TalkPage
from bot.console.text_pages import TextPages
from bot.console.treatment_date import PlanPages
from bot.console.upkeep import UpkeepPages
from bot.console.work import WorkPages
from bot.web_guard import require_same_origin

_STATIC = Path(__file__).parent / "static"


class Pages(Protocol):
    """Some routes of the console."""

    def add_to(self, router: APIRouter) -> None:
        """Add them."""
        ...


_PAGES: Final[tuple[Callable[[Desk], Pages], ...]] = (
    WorkPages,
    LivePages,
    PatientPages,
    FindPages,
    FilterPages,
    AlertPages,
    CasePages,
    PatientPage,
    TalkPage,
    HistoryPages,
    NotePages,
    SummaryPages,
    PlanPages,
    ProgrammePages,
    FirstPlace,
    DocumentPages,
    PaperMarks,
    InvitationPages,
    InterpreterPages,
    DuplicatePages,
    ErasePages,
    GlassPages,
    ClinicPages,
    PackPages,
    PackWords,
    TextPages,
    DayPages,
    KeepingPage,
    DeliveryPages,
    ChannelPages,
    StaffPages,
    OnCallPages,
    LogPages,
    UpkeepPages,
    DemoPages,
    CohortPage,
    OverviewPages,
)


def console_routes(deps: Console) -> APIRouter:
    """Return the router of everything under /console."""
    desk, gate = Desk(deps), Gate(deps)
    second_step = SecondStep(desk, gate)
    router = APIRouter(
        prefix="/console",
        route_class=route_class(desk),
        dependencies=[Depends(require_same_origin)],
        include_in_schema=False,
    )
    doors: tuple[Pages, ...] = (
        SignIn(desk, gate, second_step),
        second_step,
        AccountPages(desk, gate),
        PasskeyPages(desk, second_step),
        OidcPages(desk, second_step),
    )
    for page in (*doors, *(made(desk) for made in _PAGES)):
        page.add_to(router)
    router.get("/static/{path:path}")(_static_file(StaticFiles(directory=_STATIC)))
    return router


def _static_file(files: StaticFiles) -> Callable[[Request, str], Awaitable[Response]]:
    """Return the endpoint of style sheets and scripts: a mount would be lost when the router is included."""

    async def serve(request: Request, path: str) -> Response:
        response = await files.get_response(path, request.scope)
        # Asked for anew each time and mostly answered with 304: nobody works with last week's style.
        response.headers["Cache-Control"] = "no-cache"
        return response

    return serve
