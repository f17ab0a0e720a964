"""Calls to the identity provider: short, without detours, and to no address that leads back to this machine.

The provider's own host may stand anywhere, since the operator names it in a setting; what its documents lead
to is held to the rule of summaries (bot/summaries/reach.py).
"""

import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import urlencode

import httpx2

from bot.oidc.faults import Fault, ProviderFault
from bot.summaries.reach import Target, targets_of
from handlers.errors import SendLater, SendRejected

_SECONDS: Final = 10.0
_MOST_BYTES: Final = 1_000_000


@dataclass(frozen=True, slots=True)
class Call:
    """A GET, or the POST of a form."""

    url: str
    form: Mapping[str, str] | None = None
    authorization: str = ""


async def fetch(call: Call, allowed: Collection[str]) -> Mapping[str, Any]:
    """Return the JSON object that answers a call; raise ProviderFault. `allowed` hosts may stand anywhere."""
    try:
        targets = await targets_of(call.url, allowed)
    except SendRejected as error:
        raise ProviderFault(Fault.OTHER) from error
    except SendLater as error:
        raise ProviderFault(Fault.AWAY) from error
    for target in targets:
        try:
            return _object(await _called(target, call))
        except (httpx2.ConnectError, httpx2.ConnectTimeout):
            continue
        except (httpx2.HTTPError, TimeoutError) as error:
            raise ProviderFault(Fault.AWAY) from error
    raise ProviderFault(Fault.AWAY)


async def _called(target: Target, call: Call) -> bytes:
    headers = {"Accept": "application/json", "Host": target.host}
    if call.authorization:
        headers["Authorization"] = call.authorization
    if call.form is not None:
        headers["Content-Type"] = "application/x-www-form-urlencoded"
    body = None if call.form is None else urlencode(call.form).encode()
    # The certificate is checked against the name, though it is the address that is called.
    async with (
        httpx2.AsyncClient(timeout=_SECONDS, follow_redirects=False, trust_env=False) as client,
        client.stream(
            "GET" if body is None else "POST",
            target.url,
            content=body,
            headers=headers,
            extensions={"sni_hostname": target.name},
        ) as answer,
    ):
        if not answer.is_success:
            raise ProviderFault(Fault.REFUSED if answer.is_client_error and body else Fault.AWAY)
        return await _body(answer)


async def _body(answer: httpx2.Response) -> bytes:
    body = bytearray()
    async for chunk in answer.aiter_bytes():
        body += chunk
        if len(body) > _MOST_BYTES:
            raise ProviderFault(Fault.AWAY)
    return bytes(body)


def _object(body: bytes) -> Mapping[str, Any]:
    try:
        found = json.loads(body)
    except ValueError as error:
        raise ProviderFault(Fault.AWAY) from error
    if not isinstance(found, dict):
        raise ProviderFault(Fault.AWAY)
    return found
