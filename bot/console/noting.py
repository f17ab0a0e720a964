"""What is a line in the record of acts: what staff do, and whatever of patients is handed out to them."""

from http import HTTPStatus

from fastapi import Request, Response

from bot.console.deps import Console
from bot.console.lately import Lately
from bot.console.render import Reader
from handlers.core.changes import Audit


class Noting:
    """Writes the lines."""

    def __init__(self, deps: Console) -> None:
        """Take what the console was given."""
        self.deps = deps
        self._lately = Lately(deps.now_system)

    def audit(self, reader: Reader, action: str, subject: str) -> Audit:
        """Return the record of what the reader does now."""
        reader.request.state.noted = True
        return Audit(reader.staff_id, action, subject, self.deps.clock.now())

    async def note(self, reader: Reader, action: str, subject: str) -> None:
        """Write down what the reader does now."""
        act = self.audit(reader, action, subject)
        await self.deps.note(act)
        if reader.session is not None:
            self._lately.keep(reader.session.key, act)

    async def note_again(self, reader: Reader, action: str, subject: str) -> None:
        """Write down what an open page is handed by itself, unless its session was noted for it lately."""
        reader.request.state.noted = True
        if reader.session is None or not self._lately.knows(reader.session.key, action, subject):
            await self.note(reader, action, subject)

    def shows_nobody(self, reader: Reader) -> None:
        """Let a page that asks again by itself leave no line, while it shows nothing of patients yet."""
        reader.request.state.noted = True

    async def note_reading(self, request: Request, response: Response) -> None:
        """Write down that a page was handed out, unless its route has done so in words of its own."""
        reader: Reader | None = getattr(request.state, "reader", None)
        if reader is None or hasattr(request.state, "noted") or not _is_page(request, response):
            return
        patient = request.path_params.get("patient")
        if patient is not None:
            await self.note(reader, "patient.read", patient)
        else:
            await self.note(reader, "page.read", request.scope["route"].path)


def _is_page(request: Request, response: Response) -> bool:
    """Say whether something was handed out: also a form that comes back with what is wrong in it."""
    if request.method == "GET":
        return response.status_code == HTTPStatus.OK
    return response.status_code >= HTTPStatus.BAD_REQUEST or response.status_code == HTTPStatus.OK
