"""A thin client of the Graph API: one number's calls, quiet about its token, without any retry."""

import asyncio
from collections.abc import Mapping
from contextlib import AbstractAsyncContextManager
from typing import Any, Final

import httpx2

from bot.channels.loose_json import load, mapping
from bot.channels.whatsapp.faults import Fault, read_fault
from handlers.core.messages import Attached

API: Final = "https://graph.facebook.com"
VERSION: Final = "v26.0"
MOST_IN_FLIGHT: Final = 16
CONNECT_SECONDS: Final = 5.0
ANSWER_SECONDS: Final = 15.0
IDLE_SECONDS: Final = 4.0
"""How long an idle connection is used again: many servers close it after 5 s, and a call that meets
the close is one of which nobody knows whether it arrived."""
MOST_BYTES: Final = 1024 * 1024


UNREACHABLE: Final = (httpx2.HTTPError, TimeoutError)
"""What a connection that broke raises."""


class GraphError(Exception):
    """Meta's no, as codes. The answer's text is not kept: it may hold a number."""

    def __init__(self, fault: Fault) -> None:
        super().__init__(fault.name)
        self.fault = fault


class Graph:
    """One number's access. Nothing is called when it is made: Meta may be away.

    What its methods raise: GraphError for an answer that says no, httpx2.HTTPError or
    TimeoutError for a connection that broke.
    """

    def __init__(
        self,
        phone_number_id: str,
        token: str,
        *,
        api: str = API,
        version: str = VERSION,
        seconds: float = ANSWER_SECONDS,
    ) -> None:
        """Take the number's id and token, another server than Meta's, and how long an answer may take."""
        self.phone_number_id = phone_number_id
        self._seconds = seconds
        self._http = httpx2.AsyncClient(
            base_url=f"{api.rstrip('/')}/{version}/",
            timeout=httpx2.Timeout(seconds, connect=CONNECT_SECONDS, pool=CONNECT_SECONDS),
            transport=httpx2.AsyncHTTPTransport(
                limits=httpx2.Limits(max_connections=MOST_IN_FLIGHT, keepalive_expiry=IDLE_SECONDS),
                retries=0,
            ),
            # No compression: what is counted while a file comes in is what the service itself sent.
            headers={"Authorization": f"Bearer {token}", "Accept-Encoding": "identity"},
        )

    async def post_message(self, payload: Mapping[str, Any], marks: Mapping[str, str]) -> Mapping[str, Any]:
        """Return the answer to one call of /messages, which carries `marks` as headers."""
        return await self._call("POST", f"{self.phone_number_id}/messages", json=payload, headers=marks)

    async def upload(self, file: Attached, marks: Mapping[str, str]) -> Mapping[str, Any]:
        """Return the answer to the upload of a file that a message will name: Meta keeps it for 30 days."""
        form = {"messaging_product": "whatsapp", "type": file.mime}
        files = {"file": (file.name, file.content, file.mime)}
        path = f"{self.phone_number_id}/media"
        return await self._call("POST", path, data=form, files=files, headers=marks)

    async def look_up_file(self, ref: str) -> Mapping[str, Any]:
        """Return what Meta knows of a file: where it lies for five minutes, its size and its sha256."""
        return await self._call("GET", ref, params={"phone_number_id": self.phone_number_id})

    async def look_up_number(self) -> Mapping[str, Any]:
        """Return our own number's id: a question that changes nothing."""
        return await self._call("GET", self.phone_number_id, params={"fields": "id"})

    async def ask(self, path: str, **params: str) -> Mapping[str, Any]:
        """Return what Meta knows of something else: the account's templates, the number's limits."""
        return await self._call("GET", path, params=params)

    async def make(self, path: str, payload: Mapping[str, Any]) -> Mapping[str, Any]:
        """Return the answer to the making of something: a template."""
        return await self._call("POST", path, json=payload)

    def open_file(self, url: str) -> AbstractAsyncContextManager[httpx2.Response]:
        """Start downloading from `url`, which gets our token: whoever calls has checked its host."""
        return self._http.stream("GET", url, follow_redirects=False)

    async def close(self) -> None:
        """Close the connections."""
        await self._http.aclose()

    async def _call(self, method: str, path: str, **how: Any) -> Mapping[str, Any]:
        async with asyncio.timeout(self._seconds), self._http.stream(method, path, **how) as answer:
            return _read(answer, await _content(answer))


async def _content(answer: httpx2.Response) -> bytes:
    """Return an answer's bytes; what is longer than any answer of Meta's is broken off."""
    taken = bytearray()
    async for piece in answer.aiter_raw():
        taken += piece
        if len(taken) > MOST_BYTES:
            raise httpx2.ReadError("the answer is too long")
    return bytes(taken)


def _read(answer: httpx2.Response, content: bytes) -> Mapping[str, Any]:
    """Return a success's object (an unreadable one is empty), or raise GraphError."""
    found = load(content)
    if not answer.is_success or "error" in mapping(found):
        raise GraphError(read_fault(answer.status_code, answer.headers, found))
    return mapping(found)
