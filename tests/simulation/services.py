"""Two services as the product's ports see them: a Channel that takes, and deliveries that come in.

Both stand outside the product: what they took is in the ledger whatever becomes of the process that
handed it over. Raises the real errors of handlers.errors, as bot/channels/*/faults.py does.
"""

import json
from datetime import datetime, timedelta

from bot.receiver import Account, Piece
from handlers.core.events import (
    About,
    AlertTaken,
    Chose,
    Delivery,
    Event,
    Receipt,
    Said,
    Started,
    TemplateNews,
)
from handlers.core.values import ChannelKind, ClinicId
from handlers.errors import ContactGone, SendLater, SendUncertain, TemplateRefused, WindowClosed
from tests.simulation.ledger import Attempt, Item
from tests.simulation.loop import OUTSIDE, OWNER, START

CLINIC = ClinicId("default")
ANSWER_SECONDS = 30
"""How long a service waits for an acknowledgement before it delivers again."""

WINDOW = timedelta(hours=24).total_seconds()
WEEK = 7 * 86_400
_BATCH = 40
_NOBODYS = frozenset({"receipt", "news"})
"""What a service tells by itself: nobody wrote it."""

_RECEIPTS = 0.2
"""For how many messages a service tells what became of them: they cost as much as answers."""

_ERRORS = {
    "outage": lambda _: SendLater("not-connected", free=True),
    "connect-error": lambda _: SendLater("not-connected", free=True),
    "throttled": lambda rng: SendLater("429", after=timedelta(seconds=rng.randint(1, 40)), free=True),
    "server-error": lambda _: SendLater("service"),
    "dropped-no-reply": lambda _: SendUncertain("no-answer"),
    "gone": lambda _: ContactGone("403"),
    "closed": lambda _: WindowClosed("131047"),
    "no-template": lambda _: WindowClosed("no-template"),
    "template-paused": lambda _: TemplateRefused("132015", alone=True),
}
FREE = frozenset({"outage", "connect-error", "throttled"})
"""Verdicts that burn no attempt."""


class Service:
    """One messenger: the product's channel to it, and its own queue of updates for the product."""

    def __init__(self, kind, world):
        self.kind = kind
        self.account = Account(CLINIC, kind, "main")
        self._world = world
        self._loop = world.loop
        self._faults = world.faults
        self._ledger = world.ledger
        self._wire = []
        self._updates = []
        self._numbers = {}
        self._armed = False
        self.is_whatsapp = kind is ChannelKind.WHATSAPP

    # --- what the product calls (handlers.ports.Channel) -----------------------------------------

    async def send(self, message):
        owner, person = OWNER.get(), self._world.phone(int(message.address))
        verdict = self._verdict(person, message)
        attempt = Attempt(message.outbox_id, person.number, self._loop.time(), owner, verdict)
        person.keep(self._ledger, message, attempt)
        if verdict == "stopped" and self._faults.rng.random() < 0.5:
            await self._world.stop(owner)  # before a byte has left: whoever wakes up sends all the same
        future = self._loop.create_future()
        if verdict == "killed-in-flight" and self._faults.rng.random() < 0.3:
            self._world.kill(owner)  # before a byte has left
            return await future
        self._put_on_wire(attempt, message, future)
        return await future

    def fetch(self, ref, *, limit_bytes):
        raise NotImplementedError

    async def probe(self):
        """Answer a harmless question, or not (scheduler.account.Account.probe)."""
        if self.kind in self._faults.out:
            raise SendLater("not-connected", free=True)

    def _verdict(self, person, message):
        if person.blocked:
            return "gone"
        if self.is_whatsapp and message.window_open and self._loop.time() - person.wrote_at > WINDOW:
            return "closed"
        if self.is_whatsapp and not message.window_open and message.body.template is None:
            return "no-template"
        if self.is_whatsapp and not message.window_open and self._faults.paused:
            self._faults.fired["template-paused"] += 1
            return "template-paused"
        verdict = self._faults.verdict(self.kind, person)
        return "taken" if verdict == "blocked" and person.never_blocks else verdict

    def _put_on_wire(self, attempt, message, future):
        """Let a message travel: alone by a drawn time, or all of this moment together."""
        if self._faults.plan.careful or attempt.verdict == "slow":
            seconds = self._faults.rng.uniform(0.02, 0.4)
            if attempt.verdict == "slow":
                seconds = self._faults.rng.uniform(2, 30)
            self._loop.call_later(seconds, self._arrive, attempt, message, future, context=OUTSIDE)
            return
        self._wire.append((attempt, message, future))
        if len(self._wire) == 1:
            self._loop.call_later(0.1, self._arrive_together, context=OUTSIDE)

    def _arrive_together(self):
        wire, self._wire = self._wire, []
        for attempt, message, future in wire:
            self._arrive(attempt, message, future)

    def _arrive(self, attempt, message, future):
        verdict, person = attempt.verdict, self._world.phone(attempt.person)
        if verdict == "blocked":
            person.blocked = True
            verdict = attempt.verdict = "gone"
        if verdict in _ERRORS:
            _fail(future, _ERRORS[verdict](self._faults.rng))
            return
        self._ledger.accept(attempt, self._loop.time())
        number = self._numbers[person.number] = self._numbers.get(person.number, 0) + 1
        self._reply(attempt, future, f"{number}")
        self._loop.call_soon(person.hear, message.body, context=OUTSIDE)
        if self.is_whatsapp:
            self._send_receipts(message, person, str(number))

    def _reply(self, attempt, future, provider_id):
        match attempt.verdict:
            case "accepted-no-reply":
                _fail(future, SendUncertain("no-answer"))
            case "killed-in-flight":
                self._killed(attempt.owner, future, provider_id)
            case "stopped":
                self._world.freeze(attempt.owner)
                _succeed(future, provider_id)
            case _:
                _succeed(future, provider_id)

    def _killed(self, owner, future, provider_id):
        """Kill between the service's taking and the product's writing it down."""
        if self._faults.rng.random() < 0.5:
            self._world.kill(owner)
            return
        _succeed(future, provider_id)
        self._loop.call_later(self._faults.rng.choice((0, 0.001)), self._world.kill, owner, context=OUTSIDE)

    # --- what the product is brought -------------------------------------------------------------

    def _send_receipts(self, message, person, provider_id):
        rates, rng = self._faults.plan.rates, self._faults.rng
        if rng.random() > (_RECEIPTS if self._faults.plan.careful else _RECEIPTS / 10):
            return
        states = [Delivery.SENT, Delivery.DELIVERED, Delivery.READ][: rng.randint(1, 3)]
        shuffled = "receipts-shuffled" in rates and self._faults.active
        for place, state in enumerate(states):
            delay = rng.uniform(0, 3 * 86_400) if shuffled else 1 + 60 * place
            if shuffled:
                self._faults.fired["receipts-shuffled"] += 1
            outbox_id = message.outbox_id if rng.random() < 0.7 else ""
            said = {"k": "receipt", "i": provider_id, "s": state.value, "o": outbox_id}
            self.post(person, f"status-{provider_id}-{state}", said, ("receipt", outbox_id, state), delay)

    def tell_news(self, number):
        """Tell the account that a template is in order again."""
        first = next(person for person in self._world.people if person.service is self)
        said = {"k": "news", "w": "APPROVED"}
        self.post(first, f"news-{number}", said, ("news",))

    def post(self, person, name, said, meaning, delay=0.0):
        """Let something come in from a person's phone (or about it) after `delay` seconds."""
        now = self._loop.time()
        key = f"{person.number}-{name}"
        raw = json.dumps({**said, "n": key, "t": now}).encode()
        item = self._ledger.items[key] = Item(key, self, person.number, raw, meaning, now)
        person.wrote_at = now if said["k"] not in _NOBODYS else person.wrote_at
        if self._faults.happens("delayed"):
            delay += self._faults.rng.uniform(0, WEEK)
        elif self._faults.happens("reordered"):
            delay += self._faults.rng.uniform(0, 600)
        self._bring_after(delay, item)
        if self._faults.happens("redelivered"):
            again = self._faults.rng.choice((0, 1, 60, 3_600, 86_400, WEEK))
            self._bring_after(delay + self._faults.rng.random() * again, item)
        return key

    def _bring_after(self, delay, item):
        if delay > 0:
            self._loop.call_later(delay, self._bring, item, context=OUTSIDE)
        else:
            self._bring(item)

    def _bring(self, item):
        self._updates.append(item)
        if not self._armed:
            self._armed = True
            self._loop.call_soon(self._deliver, context=OUTSIDE)

    def _deliver(self):
        self._armed = False
        updates, self._updates = self._updates, []
        size = self._faults.rng.randint(1, 4) if self._faults.plan.careful else _BATCH
        for start in range(0, len(updates), size):
            self._hand_over(updates[start : start + size], 0)

    def _hand_over(self, items, failures):
        """Call a webhook; whatever is not acknowledged comes again."""
        process = self._world.web()
        wait = min(5 * 2**failures, 3_600)
        if process is None or self._faults.happens("refused-hook"):
            self._loop.call_later(wait, self._hand_over, items, failures + 1, context=OUTSIDE)
            return
        timer = self._loop.call_later(
            ANSWER_SECONDS + wait, self._hand_over, items, failures + 1, context=OUTSIDE
        )
        process.context.run(self._loop.create_task, self._hook(process, items, timer, (wait, failures + 1)))

    async def _hook(self, process, items, timer, again):
        pieces = [Piece(item.key, str(item.person), item.raw) for item in items]
        try:
            await process.receiver.take(self.account, pieces)
        except Exception:  # noqa: BLE001  what the webhook answers with 503
            timer.cancel()
            self._loop.call_later(again[0], self._hand_over, items, again[1], context=OUTSIDE)
            return
        timer.cancel()
        for item in items:
            item.times += 1
            if item.acked is None:
                item.acked = self._loop.time()
                self._ledger.note(item.acked, item.key)
                if item.meaning[0] == "receipt" and item.meaning[1]:
                    self._ledger.receipts[item.meaning[1]].add(item.meaning[2])


def parse(raw):
    """Understand an item of either service (handlers.ports.Parser)."""
    said = json.loads(raw)
    at = START + timedelta(seconds=said["t"])
    return Event(said["n"], at, _what(said))


def _what(said):
    match said["k"]:
        case "start":
            return Started(said.get("c", ""))
        case "take":
            return AlertTaken(said["a"], said["p"])
        case "tap":
            return Chose(said["d"])
        case "news":
            return TemplateNews("checkin_start_v1", "en", About.STATUS, said["w"])
        case "receipt":
            return Receipt(said["i"], Delivery(said["s"]), said["o"])
        case _:
            return Said(said["x"])


def seconds(moment: datetime) -> float:
    """Return a moment as seconds of the simulation."""
    return (moment - START).total_seconds()


def _fail(future, error):
    if not future.done():
        future.set_exception(error)


def _succeed(future, provider_id):
    if not future.done():
        future.set_result(provider_id)
