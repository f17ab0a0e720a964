"""The ways to the clinic: e-mail, a signed webhook, a FHIR server; each gives a receipt or raises."""

import hashlib
import hmac
import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

import httpx2

from bot.mail import Attachment, Mailer
from bot.summaries.paper import Sheet
from bot.summaries.printed import pdf_of
from bot.summaries.reach import Target, targets_of
from handlers.core.bundle.transaction import transaction
from handlers.errors import SendLater, SendRejected, SendUncertain

SIGNATURE: Final = "X-Yorisoi-Signature"
"""`t=<seconds since 1970>,v1=<hex HMAC-SHA256 of "t.body" under the clinic's secret>`."""
IDEMPOTENCY: Final = "Idempotency-Key"
FHIR_JSON: Final = "application/fhir+json"
_SECONDS: Final = 30.0
_PASSING: Final = frozenset({408, 409, 423, 425, 429})
_MOST_RECEIPT: Final = 200


@dataclass(frozen=True, slots=True)
class Letter:
    """What an e-mail says: no word about health, no name, a link into the console."""

    subject: str
    text: str


async def by_mail(mailer: Mailer | None, config: Mapping[str, str], sheet: Sheet, letter: Letter) -> str:
    """Send the letter, with the PDF only where the clinic turned that on; return the receipt."""
    if mailer is None:
        raise SendRejected("no-mail-server")
    attached = None
    if config.get("attach") == "yes":
        attached = Attachment(f"{sheet.summary.code}.pdf", "application", "pdf", await pdf_of(sheet))
    await mailer.send(config.get("to", ""), letter.subject, letter.text, attached)
    return "accepted"


async def by_webhook(
    config: Mapping[str, str], bundle: Mapping[str, Any], now: datetime, *, allowed: Collection[str]
) -> str:
    """Post the document Bundle, signed; the same key for each try of the same words. Return the receipt."""
    body = json.dumps(bundle, ensure_ascii=False).encode()
    headers = {
        "Content-Type": FHIR_JSON,
        IDEMPOTENCY: key_of(bundle, body),
        SIGNATURE: signature(config.get("secret", ""), body, now),
    }
    return await _post(config.get("url", ""), body, headers, allowed)


async def by_fhir(config: Mapping[str, str], bundle: Mapping[str, Any], *, allowed: Collection[str]) -> str:
    """Post the resources as a transaction to a FHIR server's base; return the receipt."""
    body = json.dumps(transaction(bundle), ensure_ascii=False).encode()
    headers = {"Content-Type": FHIR_JSON, "Accept": FHIR_JSON, "X-Request-Id": key_of(bundle, body)}
    if token := config.get("token"):
        headers["Authorization"] = f"Bearer {token}"
    return await _post(config.get("url", ""), body, headers, allowed)


def key_of(bundle: Mapping[str, Any], body: bytes) -> str:
    """Return what makes a summary known again: patient, version, and what it says.

    A file that was judged meanwhile makes no new version, and yet it is news.
    """
    return f"{bundle['identifier']['value']}.{hashlib.sha256(body).hexdigest()[:16]}"


def signature(secret: str, body: bytes, now: datetime) -> str:
    """Return the signature of a body at a time: whoever has the secret can check both."""
    at = int(now.timestamp())
    digest = hmac.new(secret.encode(), f"{at}.".encode() + body, hashlib.sha256).hexdigest()
    return f"t={at},v1={digest}"


async def _post(url: str, body: bytes, headers: Mapping[str, str], allowed: Collection[str]) -> str:
    """Post to the first of a host's addresses that answers; `allowed` hosts may stand anywhere."""
    answer = None
    for target in await targets_of(url, allowed):
        try:
            answer = await _called(target, body, headers)
            break
        except (httpx2.ConnectError, httpx2.ConnectTimeout):
            continue
        except (httpx2.HTTPError, TimeoutError) as error:
            raise SendUncertain("broken-off") from error
    if answer is None:
        raise SendLater("connect")
    return _receipt(answer)


async def _called(target: Target, body: bytes, headers: Mapping[str, str]) -> httpx2.Response:
    # The certificate is checked against the name, though it is the address that is called.
    async with httpx2.AsyncClient(timeout=_SECONDS, follow_redirects=False, trust_env=False) as client:
        return await client.post(
            target.url,
            content=body,
            headers={**headers, "Host": target.host},
            extensions={"sni_hostname": target.name},
        )


def _receipt(answer: httpx2.Response) -> str:
    if answer.is_success:
        return f"{answer.status_code} {answer.headers.get('location', '')}".strip()[:_MOST_RECEIPT]
    code = f"http-{answer.status_code}"
    if answer.status_code in _PASSING or answer.is_server_error:
        raise SendLater(code, after=_wait(answer.headers.get("retry-after", "")))
    raise SendRejected(code)


def _wait(retry_after: str) -> timedelta | None:
    return timedelta(seconds=min(int(retry_after), 3600)) if retry_after.isdecimal() else None
