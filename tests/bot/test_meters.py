"""What Prometheus is told: counted at the ports, in words of ours alone."""

import asyncio
from dataclasses import fields, replace

import httpx2
import pytest
from fastapi import FastAPI, Response

from bot.counting import CountWebhooks, counted_channel, counted_stores
from bot.demo import demo_settings
from bot.foundation import foundation
from bot.health import Health
from bot.meters import Meters
from bot.web import make_health
from handlers.core.messages import Body, Outbound
from handlers.core.values import ChannelKind
from handlers.errors import AccountFault, LeaseLost, SendLater, SendUncertain
from handlers.ports import ClaimedFollowUp
from storage.stores import Stores
from tests.scheduler.fake_work import follow_up, pending
from tests.scheduler.fakes import CLINIC, NOON, inbox_row, outbox_row

ITEMS = ["a", "b", "c"]
HELLO = Outbound("o1", 1, "1", Body("Hello"))


class Port:
    """Gives the answer to every call, or raises it."""

    def __init__(self, answer):
        self.answer = answer

    def __getattr__(self, name):
        return self.call

    async def call(self, *_, **__):
        if isinstance(self.answer, BaseException):
            raise self.answer
        return self.answer


@pytest.fixture
def meters():
    return Meters()


def stores(meters, *, answer):
    return counted_stores(Stores(**{field.name: Port(answer) for field in fields(Stores)}), meters)


def visiting(app):
    return httpx2.AsyncClient(transport=httpx2.ASGITransport(app=app), base_url="http://127.0.0.1:8000")


def shown(meters):
    lines = meters.as_text().decode().splitlines()
    figures = dict(line.removeprefix("yorisoi_").rsplit(" ", 1) for line in lines if line[0] != "#")
    return {name: float(number) for name, number in figures.items() if float(number)}


def test_what_is_never_labelled_is_shown_from_the_start(meters):
    text = meters.as_text().decode()

    for name in ("ambiguous", "duplicates_prevented", "lease_stolen", "stale_ack"):
        assert f"yorisoi_{name}_total 0.0" in text


async def test_what_is_delivered_again_is_counted_once_it_is_stored(meters):
    assert await stores(meters, answer=1).inbox.add(ITEMS, now=NOON) == 1

    assert shown(meters) == {"duplicates_prevented_total": 2}


@pytest.mark.parametrize("port", ["inbox", "fetches", "follow_ups"])
async def test_work_whose_lease_ran_out_counts_as_taken_over(meters, port):
    given_back = replace(inbox_row("i", "c"), attempts=2, code="ValueError")
    rows = {
        "inbox": [inbox_row("i", "c"), given_back, replace(inbox_row("i", "c"), attempts=2)],
        "fetches": [pending(), replace(pending(), attempts=2)],
        "follow_ups": [ClaimedFollowUp(CLINIC, follow_up("f"), 2, attempts) for attempts in (1, 2)],
    }

    await getattr(stores(meters, answer=rows[port]), port).claim(limit=3)

    assert shown(meters) == {"lease_stolen_total": 1}


async def test_a_message_found_in_the_middle_of_being_sent_is_ambiguous(meters):
    rows = [outbox_row(), outbox_row(ambiguous_at=NOON)]

    await stores(meters, answer=rows).outbox.claim(CLINIC, ChannelKind.TELEGRAM, "main", now=NOON)

    assert shown(meters) == {"lease_stolen_total": 1, "ambiguous_total": 1}


@pytest.mark.parametrize(
    ("port", "method", "given"),
    [
        ("inbox", "give_back", ()),
        ("follow_ups", "give_back", ()),
        ("fetches", "give_back", ()),
        ("fetches", "store", ("content",)),
        ("outbox", "rest", ()),
    ],
)
async def test_a_result_that_comes_too_late_is_counted(meters, port, method, given):
    assert not await getattr(getattr(stores(meters, answer=False), port), method)("row", *given)

    assert shown(meters) == {"stale_ack_total": 1}


async def test_a_sent_message_that_is_somebody_elses_by_now_is_counted(meters):
    assert not await stores(meters, answer=False).outbox.settle_sent("row", "1", now=NOON)

    assert shown(meters) == {"stale_ack_total": 1}


async def test_a_decision_whose_lease_is_lost_is_counted_and_raised(meters):
    with pytest.raises(LeaseLost):
        await stores(meters, answer=LeaseLost()).uow.save("case", [])

    assert shown(meters) == {"stale_ack_total": 1}


@pytest.mark.parametrize("method", ["postpone", "settle_failed"])
async def test_an_uncertain_send_is_counted(meters, method):
    await getattr(stores(meters, answer=True).outbox, method)("row", uncertain=True)
    await getattr(stores(meters, answer=True).outbox, method)("row", uncertain=False)

    assert shown(meters) == {"ambiguous_total": 1}


@pytest.mark.parametrize(
    ("answer", "verdict"),
    [
        ("7", "sent"),
        (SendLater("429"), "later"),
        (SendUncertain("timeout"), "uncertain"),
        (AccountFault("401"), "account-refused"),
        (asyncio.CancelledError(), "timeout"),
        (ValueError("a patient's word"), "broke"),
    ],
)
async def test_a_send_is_counted_by_what_became_of_it(meters, answer, verdict):
    channel = counted_channel(Port(answer), ChannelKind.TELEGRAM, meters)

    [result] = await asyncio.gather(channel.send(HELLO), return_exceptions=True)

    assert type(result) is type(answer)
    assert shown(meters) == {f'sends_total{{channel="telegram",verdict="{verdict}"}}': 1}


@pytest.mark.parametrize(
    ("path", "status", "told"),
    [
        ("/webhooks/telegram/main", 200, 'channel="telegram",result="stored"'),
        ("/webhooks/whatsapp/main", 401, 'channel="whatsapp",result="forged"'),
        ("/webhooks/whatsapp/Mary-0123", 404, 'channel="whatsapp",result="not-ours"'),
        ("/webhooks/telegram/main", 503, 'channel="telegram",result="not-stored"'),
    ],
)
async def test_a_delivery_is_counted_by_how_it_was_answered(meters, path, status, told):
    app = FastAPI()
    app.add_middleware(CountWebhooks, meters=meters)
    app.post("/{path:path}")(lambda path: Response(status_code=status))

    async with visiting(app) as client:
        await client.post(path)
        await client.get(path)
        await client.post("/chat/start")

    assert shown(meters) == {f"webhooks_total{{{told}}}": 1}


async def test_a_worker_says_how_it_is_and_has_no_pages(tmp_path):
    async with foundation(demo_settings({}, tmp_path)) as base, visiting(make_health(Health(base))) as client:
        await base.stores.inbox.add([], now=NOON)
        paths = ("/healthz", "/readyz", "/metrics", "/", "/chat/", "/console/")
        answers = [(await client.get(path)).status_code for path in paths]
        figures = (await client.get("/metrics")).text

    assert answers == [200, 200, 200, 404, 404, 404]
    assert "yorisoi_inbox_pending 0.0" in figures
    assert "yorisoi_duplicates_prevented_total 0.0" in figures
