"""Every route of the application, from its route table: looking changes nothing, strangers change nothing."""

import re
from types import SimpleNamespace

import httpx2
import pytest
from sqlalchemy import select
from starlette.routing import Mount

from bot.channels.telegram.webhook import webhook_router as telegram
from bot.channels.whatsapp.webhook import webhook_router as whatsapp
from bot.console.step_up import STEP_UP
from bot.demo import DEFAULT_CLINIC, demo_settings, make_clinic
from bot.foundation import foundation
from bot.front_chat import make_web_chat
from bot.front_console import make_console
from bot.health import Health
from bot.staff_door import first_link
from bot.web import make_web
from bot.web_guard import CONTENT_POLICY
from handlers.core.case import Case, Contact
from handlers.core.changes import AddPatient
from handlers.core.values import ChannelKind, ContactId, ContactPoint
from storage.tables import metadata
from tests.browser.every_page import unlisted
from tests.console.record import anna, intake
from tests.console.samples import NOW

ORIGIN = "https://clinic.example"
CALLED_BY_SERVICES = {"/webhooks/telegram/{account}", "/webhooks/whatsapp/{account}"}
"""Each checks a signature or a secret of its own, and comes from no browser."""
HANGING = {"/chat/events", "/chat/messages"}
"""They answer a patient's open page for as long as it is open; to a stranger they say 401 at once."""
NO_TOKEN = 401
"""What programs hear without a token (bot/api): no browser brings one along by itself."""
OPEN = {
    *("/", "/healthz", "/readyz", "/metrics", "/api/v1/openapi.json"),
    *("/console/sign-in", "/console/enter/{token}", "/console/static/{path:path}", "/console/oidc/back"),
    *("/chat/", "/chat/emergency", "/chat/email", "/chat/static/{name}"),
    *("/chat/i/{token}", "/chat/r/{token}", "/chat/e/{token}", "/upload/{token}", "/upload/at/{link}"),
    *("/mine/", "/mine/i/{token}", "/mine/data.json", "/mine/data.pdf", "/mine/files/{document}"),
    "/webhooks/whatsapp/{account}",
    *HANGING,
}
"""What a stranger may look at. A new page that is not here must lead a stranger to the door."""
WRITTEN_BY_LOOKING = {"audit", "audit_heads"}
"""The record of acts is what looking does write."""
IDS = {
    "patient": "p1",
    "document": "d-p1",
    "name": "chat.css",
    "path": "console.css",
    "account": "main",
    "number": "1",
}
INLINE = re.compile(r"<script(?![^>]*(src=|application/json))|<style| style=| on[a-z]+=", re.IGNORECASE)


@pytest.fixture
async def site(tmp_path):
    """The whole application of a demo behind https, with a patient in it."""
    settings = demo_settings({"YORISOI_PUBLIC_URL": ORIGIN}, tmp_path)
    async with foundation(settings) as base:
        await make_clinic(base)
        await _add_patient(base)
        hooks = tuple(make({}, None) for make in (telegram, whatsapp))
        chat = await make_web_chat(base, "Sample Clinic")
        console = make_console(base, SimpleNamespace(team=no_bot, of=no_ways), chat.hub)
        chat.hub.close()  # the stream of the worklist would never end
        app = make_web(base, chat, console, SimpleNamespace(routers=hooks), Health(base))
        yield SimpleNamespace(base=base, app=app, routes=list(flat(app.routes)))


async def no_bot(*_):
    return ""


async def no_ways(*_):
    return ()


async def _add_patient(base):
    contact = Contact(ContactId("c-p1"), ContactPoint(ChannelKind.WEB, "main", "p1"), last_heard_at=NOW)
    case = Case(await base.stores.clinics.get(DEFAULT_CLINIC), anna(), contact, is_new=True)
    await base.stores.uow.save(case, [AddPatient(anna(), contact), *intake()])


def flat(routes, place=""):
    """Yield method and path of the routes of an application, of the routers in it and of what is mounted."""
    for route in routes:
        if (inner := getattr(route, "original_router", None)) is not None:
            yield from flat(inner.routes, place)
        elif isinstance(route, Mount):
            yield from flat(route.routes, place + route.path)
        else:
            yield from ((method, place + route.path) for method in route.methods)


def visitor_of(site, **headers):
    transport = httpx2.ASGITransport(app=site.app)
    return httpx2.AsyncClient(transport=transport, base_url=ORIGIN, headers=headers)


async def administrator_of(site):
    """Return the browser of somebody who may do everything, as in a demo."""
    browser = visitor_of(site, **{"sec-fetch-site": "same-origin"})
    await browser.post((await first_link(site.base)).removeprefix(ORIGIN))
    return browser


def addresses(site, *methods):
    """Return each route of these methods with an address of it."""
    return [
        (method, path, re.sub(r"{(\w+)(:path)?}", lambda name: IDS.get(name[1], "none"), path))
        for method, path in site.routes
        if method in methods
    ]


async def rows(site):
    """Return all that the database holds, but for what looking may write."""
    tables = [table for table in metadata.sorted_tables if table.name not in WRITTEN_BY_LOOKING]
    return await site.base.stores.database.read(
        lambda conn: {table.name: sorted(map(repr, conn.execute(select(table)))) for table in tables}
    )


async def test_a_stranger_sees_only_what_is_listed_here(site):
    stranger, seen = visitor_of(site), set()
    for method, path, address in addresses(site, "GET"):
        answer = await stranger.request(method, address)
        if answer.headers.get("location") != "/console/sign-in" and answer.status_code != NO_TOKEN:
            seen.add(path)

    assert seen == OPEN


async def test_looking_changes_nothing_whoever_looks(site):
    people = [visitor_of(site), await administrator_of(site)]
    before = await rows(site)

    changed = []
    for method, path, address in addresses(site, "GET"):
        for who in people:
            await who.request(method, address)
        if await rows(site) != before:
            changed.append(path)
            before = await rows(site)

    assert changed == []


async def test_no_other_site_changes_anything_in_our_name(site):
    administrator = await administrator_of(site)
    before = await rows(site)

    taken = {
        path
        for way, path, address in addresses(site, "POST", "PUT", "DELETE", "PATCH")
        for sent_by in ("cross-site", "same-site", "none")
        if (await administrator.request(way, address, headers={"sec-fetch-site": sent_by})).status_code
        not in {403, NO_TOKEN}
    }

    assert taken == CALLED_BY_SERVICES
    assert await rows(site) == before


async def test_every_answer_is_guarded(site):
    administrator = await administrator_of(site)
    found = [
        (path, flaw)
        for method, path, address in sorted(addresses(site, "GET", "POST"), key=ends_last)
        for flaw in flaws(path, await administrator.request(method, address))
    ]

    assert found == []


def ends_last(asked):
    """Sort what is looked at first, and what ends the session last."""
    method, path, _ = asked
    return method, path in {"/console/sign-out", "/console/account/sessions/all"}


def flaws(path, answer):
    """Yield what is wrong with an answer's headers, or with its page."""
    headers = answer.headers
    usual = (
        "x-content-type-options",
        "cross-origin-opener-policy",
        "referrer-policy",
        "strict-transport-security",
    )
    yield from (name for name in usual if name not in headers)
    if "content-disposition" in headers:
        if "sandbox" not in headers["content-security-policy"]:
            yield "a file without a sandbox"
    elif headers["content-security-policy"] != CONTENT_POLICY:
        yield headers["content-security-policy"]
    if headers["cache-control"] != "no-store" and "/static/" not in path:
        yield headers["cache-control"]
    if headers.get("content-type", "").startswith("text/html") and (inline := INLINE.search(answer.text)):
        yield inline[0]
    yield from (cookie for cookie in headers.get_list("set-cookie") if not is_guarded(cookie))


def is_guarded(cookie):
    """Say whether a cookie is kept from scripts, plain http, and other hosts if it opens anything."""
    parts = set(cookie.split("; "))
    is_bound = cookie.startswith(("__Host-", "yorisoi-console-language="))
    return is_bound and {"Secure", "HttpOnly", "Path=/"} <= parts


def test_the_policy_lets_no_inline_script_or_style_run():
    assert "unsafe" not in CONTENT_POLICY
    assert "nonce" not in CONTENT_POLICY
    assert {"default-src 'none'", "script-src 'self'", "style-src 'self'"} <= set(CONTENT_POLICY.split("; "))


async def test_whatever_asks_again_who_is_there_is_a_route(site):
    assert set(STEP_UP) <= set(site.routes)


async def test_every_page_is_looked_at_by_the_judge_of_pages(site):
    assert unlisted(site.routes) == ([], [])
