"""Summaries brought to the clinic over real connections, on each database."""

import hashlib
import hmac
import json
from datetime import timedelta

import pytest

from bot.mail import Mailer
from bot.summaries.carriers import key_of
from bot.summaries.delivery import Courier
from handlers.core.changes import OweSummary
from handlers.core.values import PatientId
from handlers.ports import DeliveryState, Way
from scheduler.clocks import Clocks
from scheduler.summaries import Carrier, DeliveryTiming, SummaryWorker
from scheduler.wake import Wake
from storage.deliveries import DeliveryStore
from tests.console.house import CLINIC, ORIGIN
from tests.console.record import anna, intake
from tests.console.samples import NOW
from tests.fakes.mail_server import FakeSmtp
from tests.summaries.receiving import FakeClinic

P1 = PatientId("p1")
SECRET = "a secret of the clinic's"
HERE = ("127.0.0.1",)


class Post:
    """The worker over a house, whose clock the test moves."""

    def __init__(self, house, mailer=None, group=None, holds=None):
        self.house = house
        self.store = DeliveryStore(house.database, house.vault, house.clinics)
        system = lambda: house.clocks.system  # noqa: E731
        self.courier = Courier(house.clinics, house.console().summaries, mailer, system, ORIGIN, HERE, group)
        clocks = Clocks(house.clocks, system, self._sleep, lambda: 1.0)
        carrier = Carrier("summaries", CLINIC, tuple(Way), self.courier, holds)
        self.worker = SummaryWorker(self.store, carrier, Wake(), clocks, DeliveryTiming())

    async def _sleep(self, seconds):
        raise NotImplementedError

    async def owe(self, way, **config):
        await self.store.save_way(CLINIC, way, config, is_on=True, now=NOW)
        await self.house.add(anna(), *intake(), OweSummary(NOW))

    async def work(self, after=timedelta()):
        self.house.clocks.system += after
        self.worker.alarm.cancel()
        await self.worker.run_once()
        self.worker.alarm.cancel()
        [view] = await self.store.of(CLINIC, P1)
        return view


@pytest.fixture
def post(house):
    return Post(house)


@pytest.fixture
def post_on_each(house_on_each):
    return Post(house_on_each)


async def test_a_webhook_gets_the_bundle_signed_and_the_receipt_is_kept(post):
    async with FakeClinic() as clinic:
        await post.owe(Way.WEBHOOK, url=clinic.url, secret=SECRET)

        view = await post.work()

    [(headers, body)] = clinic.requests
    at, _, told = headers["x-yorisoi-signature"].removeprefix("t=").partition(",v1=")
    assert told == hmac.new(SECRET.encode(), f"{at}.".encode() + body, hashlib.sha256).hexdigest()
    assert json.loads(body)["type"] == "document"
    assert (view.state, view.receipt, view.attempts) == (DeliveryState.DELIVERED, "202", 1)
    assert ("summary.sent.webhook", P1) in await post.house.acts()


async def test_what_the_server_can_not_take_now_is_tried_again_under_the_same_key(post_on_each):
    post = post_on_each
    async with FakeClinic(503, 429, 200) as clinic:
        await post.owe(Way.WEBHOOK, url=clinic.url, secret=SECRET)

        views = [await post.work(after=timedelta(hours=2)) for _ in range(3)]

    assert [view.state for view in views] == ["owed", "owed", "delivered"]
    assert [view.code for view in views] == ["http-503", "http-429", ""]
    assert len({headers["idempotency-key"] for headers, _ in clinic.requests}) == 1


async def test_other_words_have_another_key_and_the_same_words_the_same():
    one, other = ({"identifier": {"value": "default.p1.v1"}, "said": said} for said in "ab")

    keys = [key_of(bundle, str(bundle).encode()) for bundle in (one, dict(one), other)]

    assert keys[0] == keys[1] != keys[2]
    assert all(key.startswith("default.p1.v1.") for key in keys)


async def test_what_is_refused_fails_and_a_person_gets_a_task(post_on_each):
    post = post_on_each
    async with FakeClinic(401) as clinic:
        await post.owe(Way.FHIR, url=clinic.url, token="t")

        view = await post.work()

    record = await post.house.views.record(CLINIC, P1)
    assert (view.state, view.code) == (DeliveryState.FAILED, "http-401")
    assert "summary-undelivered" in {task.kind for task in record.tasks}


async def test_a_fhir_server_gets_a_transaction_that_makes_nobody_twice(post):
    async with FakeClinic(200) as clinic:
        await post.owe(Way.FHIR, url=clinic.url, token="t")

        await post.work()

    [(headers, body)] = clinic.requests
    bundle = json.loads(body)
    assert (bundle["type"], headers["authorization"]) == ("transaction", "Bearer t")
    assert any(one["request"].get("ifNoneExist", "").startswith("identifier=") for one in bundle["entry"])


@pytest.mark.parametrize(("attach", "files"), [("", 0), ("yes", 1)])
async def test_an_email_is_a_link_and_holds_the_pdf_only_where_the_clinic_wants_it(house, attach, files):
    async with FakeSmtp() as server:
        post = Post(house, Mailer(server.url, "Yorisoi <noreply@clinic.example>"))
        await post.owe(Way.EMAIL, to="desk@clinic.example", attach=attach)

        view = await post.work()

    [letter] = server.letters()
    assert view.state == DeliveryState.DELIVERED
    assert f"{ORIGIN}/console/patients/p1/summary" in letter.get_body().get_content()
    assert "Rossi" not in letter.get_body().get_content()
    assert len(list(letter.iter_attachments())) == files


async def test_a_newer_summary_is_brought_even_if_the_one_before_is_just_under_way(post_on_each):
    post = post_on_each
    async with FakeClinic() as clinic:
        await post.owe(Way.WEBHOOK, url=clinic.url, secret=SECRET)
        now = post.house.clocks.system
        lease = timedelta(minutes=3)
        [held] = await post.store.claim(CLINIC, ways=tuple(Way), now_system=now, lease=lease, limit=1)
        await post.store.again(CLINIC, P1, now=NOW)

        settled = await post.store.settle(held, DeliveryState.DELIVERED, now=NOW)
        view = await post.work()

    assert (settled, view.state, len(clinic.requests)) == (False, "delivered", 1)


async def test_nothing_is_brought_without_consent_and_nothing_owed_without_a_way(post):
    async with FakeClinic() as clinic:
        await post.store.save_way(CLINIC, Way.WEBHOOK, {"url": clinic.url}, is_on=True, now=NOW)
        await post.house.add(anna(purposes=frozenset()), OweSummary(NOW))
        view = await post.work()
        await post.store.save_way(CLINIC, Way.WEBHOOK, {"url": clinic.url}, is_on=False, now=NOW)
        await post.house.add(anna("p2", "YR-2042"), OweSummary(NOW))

    assert (view.state, clinic.requests) == (DeliveryState.CANCELLED, [])
    assert await post.store.of(CLINIC, PatientId("p2")) == []
