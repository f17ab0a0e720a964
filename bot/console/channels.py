"""The services through which patients are reached, and how they stand."""

from fastapi import APIRouter, Request, Response

from bot.console.access import Right
from bot.console.desk import Desk


class ChannelPages:
    """The route of the channels."""

    def __init__(self, desk: Desk) -> None:
        """Take the desk."""
        self._desk = desk

    def add_to(self, router: APIRouter) -> None:
        """Add the route."""
        router.get("/channels")(self.show)

    async def show(self, request: Request) -> Response:
        """Show how the services stand."""
        reader = await self._desk.reader(request, Right.UPKEEP)
        whatsapp = self._desk.deps.whatsapp
        standing = None if whatsapp is None else await whatsapp(reader.now)
        return self._desk.show(reader, "channels.html", whatsapp=standing)
