"""Hooks where a process of the product speaks to a service: before the call, and when it has its answer."""

from contextlib import asynccontextmanager

import aiosmtplib
import httpx
import httpx2

from bot.channels.whatsapp.client import Graph
from tests.crash.sites import on_the_stack

OPENING = ("http:bot.channels.whatsapp.client:Graph.open_file",)


def hook_services(trap):
    """Hook every client of this process."""
    _hook_http(httpx.AsyncClient, trap)
    _hook_http(httpx2.AsyncClient, trap)
    _hook_opening(trap)
    _hook_mail(trap)


def _hook_http(client, trap):
    send = client.send

    async def watched(self, request, **how):
        sites = on_the_stack("http")
        if not sites:
            return await send(self, request, **how)
        is_poll = "getUpdates" in str(request.url)
        asked = is_poll and b"offset" in request.content
        is_work = True if asked or _carries(request) else None
        trap.hit(sites, "called", is_work=is_work)
        answer = await send(self, request, **how)
        if is_poll and b'"result":[]' not in answer.content:
            is_work = True
        trap.hit(sites, "answered", is_work=is_work)
        return answer

    client.send = watched


def _hook_opening(trap):
    """The function that opens a file has returned when the call is made: it is on no stack then."""
    open_file = Graph.open_file

    @asynccontextmanager
    async def watched(self, url):
        trap.hit(OPENING, "called", is_work=True)
        async with open_file(self, url) as answer:
            trap.hit(OPENING, "answered", is_work=True)
            yield answer

    Graph.open_file = watched


def _hook_mail(trap):
    data = aiosmtplib.SMTP.data

    async def watched(self, message, **how):
        sites = on_the_stack("http")
        trap.hit(sites, "called", is_work=True)
        answer = await data(self, message, **how)
        trap.hit(sites, "answered", is_work=True)
        return answer

    aiosmtplib.SMTP.data = watched


def _carries(request):
    """Say whether the call is part of handing over a message."""
    return "X-Outbox-Id" in request.headers
