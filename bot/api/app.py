"""The API as an application of its own, below /api/v1."""

from fastapi import APIRouter, FastAPI

from bot.api.cases import Cases
from bot.api.deps import Api
from bot.api.find import Find
from bot.api.invitations import Invitations
from bot.api.limits import BodyLimit
from bot.api.merging import Merging
from bot.api.notes import Notes
from bot.api.overview import Numbers
from bot.api.papers import Papers
from bot.api.patients import Patients
from bot.api.plan import Plan
from bot.api.problems import MEDIA, ProblemShape, add_problems
from bot.api.talk import Talk
from bot.api.tasks import Tasks
from bot.api.upkeep import Upkeep
from bot.api.work import Work

PLACE = "/api/v1"
_REFUSALS = {
    400: "the body is no JSON",
    401: "no token, or one that opens nothing",
    403: "the token lacks the scope",
    404: "no such thing",
    409: "the patient answered in the same moment, or something must be done first",
    413: "the body is too large",
    422: "fields are missing or wrong",
    429: "too many requests",
    503: "the database is away, or numbers are still being counted: try again",
}


def make_api(api: Api) -> FastAPI:
    """Return the application; its description in OpenAPI is at /openapi.json, for everybody."""
    app = FastAPI(
        title="Yorisoi",
        version="1",
        description="What staff do in the console, for programs. Every call is a line in the record of acts.",
        docs_url=None,
        redoc_url=None,
        redirect_slashes=False,
    )
    shape = {MEDIA: {"schema": ProblemShape.model_json_schema()}}
    router = APIRouter(
        responses={status: {"description": said, "content": shape} for status, said in _REFUSALS.items()}
    )
    kinds = (
        Find,
        Patients,
        Plan,
        Tasks,
        Work,
        Papers,
        Notes,
        Talk,
        Cases,
        Merging,
        Upkeep,
        Numbers,
        Invitations,
    )
    for routes in (kind(api) for kind in kinds):
        routes.add_to(router)
    app.include_router(router)
    add_problems(app)
    app.add_middleware(BodyLimit)
    return app
