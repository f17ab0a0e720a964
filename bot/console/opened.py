"""Where it counts that a patient was opened in an emergency: on the pages of this one patient, to look at."""

from collections.abc import Sequence
from dataclasses import replace
from math import ceil
from typing import Final

from fastapi import Request

from bot.console.access import Right, rights_in_emergency
from bot.console.deps import Console
from bot.console.render import Reader
from storage.openings import Standing

_OF_ONE: Final = "/console/patients/{patient}"
SHOWN: Final = frozenset(
    {
        _OF_ONE,
        *(f"{_OF_ONE}/{page}" for page in ("name", "timeline", "summary", "talk", "talk/live")),
        *(f"{_OF_ONE}/documents/{{document}}{picture}" for picture in ("", "/view")),
    }
)
"""The pages on which an opening shows what is restricted: no list, export, PDF or FHIR to take along."""


async def with_openings(deps: Console, reader: Reader) -> Reader:
    """Return the reader with what they opened in an emergency, and how many openings they have to review."""
    if reader.may(Right.REVIEW_GLASS):
        reader = replace(reader, to_review=await deps.openings.waiting(deps.clinic))
    if reader.session is None or not reader.may(Right.BREAK_GLASS) or reader.may(Right.SEE_SENSITIVE):
        return reader
    now = deps.now_system()
    opened = await deps.openings.standing(deps.clinic, reader.staff_id, now_system=now)
    here = _shown_at(reader.request, opened)
    if here is None:
        return replace(reader, opened=tuple(opened))
    session = replace(reader.session, rights=rights_in_emergency(reader.session.rights))
    left = ceil((here.until - now).total_seconds())
    return replace(reader, opened=tuple(opened), session=session, closes_in=left)


def _shown_at(request: Request, opened: Sequence[Standing]) -> Standing | None:
    """Return the opening that a request's page shows, if it is one of a patient who stands open."""
    patient, route = request.path_params.get("patient"), request.scope.get("route")
    is_page = route is not None and route.path in SHOWN
    return next((one for one in opened if is_page and one.patient == patient), None)
