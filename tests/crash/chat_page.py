"""A patient on the chat page, whose browser lives in the process of the product: both die together.

What the browser keeps (its cookie, whether the address is proven) lies in a file; the id of each
message is made from what it answers, so that a page that comes back says the same once more.
"""

import asyncio
import json
import os
import re
import signal
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path
from uuid import NAMESPACE_URL, uuid5

import httpx2
from sqlalchemy import text

from bot.app import Roles, run
from bot.demo import DEFAULT_CLINIC
from bot.desk_commands import enrol
from bot.foundation import foundation
from bot.front_chat import web_point
from bot.settings import read_settings
from tests.crash.people import CODES, QUESTIONS, YES
from tests.fakes.mail_server import FakeSmtp
from tests.journeys.papers import PHOTO

JSON = {"Accept": "application/json"}
PROOF = re.compile(r"/chat/e/\S+")
PATIENCE = 60
LOOK = 0.05
"""Seconds between two looks; nothing is waited for at the service, so that no look is a long one."""

COOKIE = "yorisoi-chat"
DAYS = timedelta(days=32)
"""Since the treatment: the first check-in, after a month, is due. It has to be day at the clinic."""

WAITING = "SELECT count(*) FROM inbox WHERE state = 'new'"
OPENED = (
    "SELECT o.state FROM outbox o JOIN follow_ups f ON f.clinic_id = o.clinic_id AND f.outbox_id = o.id"
    " WHERE f.patient_id = :patient"
)
TOLD = "SELECT told_at FROM web_emails WHERE patient_id = :patient"
ENDED = {"sent", "delivered", "unknown"}
TASKS = "SELECT count(*) FROM tasks WHERE patient_id = :patient AND kind = :kind"
FILES = "SELECT count(*) FROM documents WHERE patient_id = :patient"
ANSWERS = (
    "SELECT count(*) FROM answers a JOIN responses r ON r.clinic_id = a.clinic_id AND r.id = a.response_id"
    " WHERE r.patient_id = :patient AND r.status = 'completed'"
)


def visit(environment, token, invitation):
    """Answer the intake; give an e-mail address and prove it if this patient has one."""
    asyncio.run(_visit(environment, token, invitation))


def go_unseen(environment, token):
    """Have a check-in due now, and see that an e-mail tells of it, or a task does."""
    asyncio.run(_go_unseen(environment, token))


def has_email(token):
    """Say whether this patient gives an e-mail address."""
    return int(token) % 2 == 0


async def _visit(environment, token, invitation):
    kept = _Kept(environment, token)
    async with _served(environment) as (base, mail, browser):
        if not kept.cookie:
            begun = await browser.post(f"/chat/i/{invitation}")
            assert begun.url.path == "/chat/", begun.url.path
            kept.keep(cookie=browser.cookies[COOKIE])
        browser.cookies.set(COOKIE, kept.cookie)
        await _answer_all(browser, token)
        await _upload(browser, token)
        if has_email(token) and not kept.proven:
            asked = await browser.post("/chat/email", data={"email": f"{token}@patient.example"})
            assert asked.status_code == 200, asked.status_code
            proof = PROOF.search(mail.letters()[-1].get_content())[0]
            proven = await browser.post(proof)
            assert proven.status_code == 200, proven.status_code
            kept.keep(proven=True)
        async with asyncio.timeout(PATIENCE):
            while await _first(base, WAITING):  # noqa: ASYNC110 - nobody tells
                await asyncio.sleep(0.02)
        patient = await _patient(base, kept)
        answers = await _first(base, ANSWERS, patient=patient.id)
        assert answers == len(QUESTIONS), f"{answers} answers of the chat page's patient"
        files = await _first(base, FILES, patient=patient.id)
        assert files == 1, f"{files} files of the chat page's patient"


async def _answer_all(browser, token):
    """Answer every question that the page shows, until none is left."""
    said = set()
    async with asyncio.timeout(PATIENCE):
        while len(said) < len(QUESTIONS):
            await asyncio.sleep(LOOK)
            shown = await browser.get("/chat/messages", headers=JSON)
            lines = [line for line in shown.json()["lines"] if line["from"] == "clinic"]
            for line in lines:
                link_id = next((one for words, one in QUESTIONS.items() if words in line["text"]), None)
                if "Start" in _labels(line):
                    await _post(browser, f"{token}/start/{line['id']}", data=_labels(line)["Start"])
                elif link_id is not None and link_id not in said:
                    said.add(link_id)
                    await _post(browser, f"{token}/{link_id}", **_said(link_id, line, token))


async def _upload(browser, token):
    """Send a file; a page that comes back sends the same once more."""
    words = {"id": str(uuid5(NAMESPACE_URL, f"{token}/file"))}
    file = {"file": ("photo.png", PHOTO, "image/png")}
    answer = await browser.post("/chat/files", data=words, files=file, headers=JSON)
    assert answer.status_code == 202, answer.status_code


def _said(link_id, line, token):
    if link_id == "note":
        return {"text": f"The words of page {token}"}
    code = CODES[YES[link_id]]
    return {"data": next(data for label, data in _labels(line).items() if CODES.get(label) == code)}


def _labels(line):
    return {key["label"].removeprefix("✓ "): key["data"] for key in (*line["choices"], *line["keys"])}


async def _post(browser, name, **sent):
    kind = "text" if "text" in sent else "choice"
    sent = {"id": str(uuid5(NAMESPACE_URL, name)), "kind": kind, **sent}
    answer = await browser.post("/chat/messages", json=sent, headers=JSON)
    assert answer.status_code == 202, answer.status_code


async def _go_unseen(environment, token):
    kept = _Kept(environment, token)
    async with _served(environment) as (base, mail, _):
        patient = await _patient(base, kept)
        date = base.clock.now() - DAYS
        await enrol(base, patient.code, "infusion", f"{date:%Y-%m-%dT%H:%M}", "Asia/Tokyo")
        state = ""
        async with asyncio.timeout(PATIENCE):
            while state not in ENDED:
                state = await _first(base, OPENED, patient=patient.id)
                await asyncio.sleep(0.05)
        kind = "unknown-send" if state == "unknown" else "waits-on-page"
        tasks = await _first(base, TASKS, patient=patient.id, kind=kind)
        told = await _first(base, TOLD, patient=patient.id)
        is_seen = tasks == 1 or (kept.proven and (mail.messages or told))
        assert is_seen, f"nobody saw a check-in that is {state}: {tasks} tasks"


async def _patient(base, kept):
    case = await base.stores.uow.case_at(DEFAULT_CLINIC, web_point(kept.address))
    return case.patient


async def _first(base, sql, **values):
    return await base.stores.database.read(lambda conn: conn.scalar(text(sql), values))


@asynccontextmanager
async def _served(environment):
    """Run the whole product here, with a mail server, and end it in peace."""
    async with FakeSmtp() as mail:
        more = {"YORISOI_SMTP_URL": mail.url, "YORISOI_SMTP_FROM": "Clinic <no-reply@clinic.example>"}
        settings = read_settings({**environment, **more})
        ready = asyncio.Event()
        async with foundation(settings, serves=True) as base:
            running = asyncio.create_task(run(base, Roles(), ready))
            await ready.wait()
            headers = {"Origin": settings.public_url}
            async with httpx2.AsyncClient(
                base_url=settings.public_url, headers=headers, follow_redirects=True
            ) as browser:
                yield base, mail, browser
            os.kill(os.getpid(), signal.SIGTERM)
            await running


class _Kept:
    """What a browser keeps on its disk."""

    def __init__(self, environment, token):
        self._path = Path(environment["YORISOI_CLOCK_FILE"]).parent / f"page-{token}.json"
        self._values = json.loads(self._path.read_text()) if self._path.exists() else {}

    @property
    def cookie(self):
        return self._values.get("cookie", "")

    @property
    def address(self):
        return self.cookie.partition(".")[0]

    @property
    def proven(self):
        return self._values.get("proven", False)

    def keep(self, **values):
        """Write it down, whole or not at all."""
        self._values |= values
        new = self._path.with_suffix(".new")
        new.write_text(json.dumps(self._values))
        new.rename(self._path)
