"""What a page of the plan answers while everything is stopped for a patient."""

from collections.abc import Awaitable, Callable
from functools import wraps
from typing import Any, TypeVar, cast

from fastapi import Response

from bot.console.desk import back_to
from handlers.errors import ProgrammeStopped

Route = TypeVar("Route", bound=Callable[..., Awaitable[Response]])


def unless_stopped(route: Route) -> Route:
    """Let a route about a `patient` lead back to their page, which says that everything is stopped."""

    @wraps(route)
    async def answer(*args: Any, **kwargs: Any) -> Response:
        try:
            return await route(*args, **kwargs)
        except ProgrammeStopped:
            return back_to(f"/console/patients/{kwargs['patient']}", "stop.first")

    return cast(Route, answer)
