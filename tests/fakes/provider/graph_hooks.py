"""Delivering signed webhooks: batched, repeated and out of order on demand, until they are taken."""

import asyncio
import hashlib
import hmac
import json
import random
from contextlib import suppress

import httpx2

FIRST_PAUSE = 0.05
LONGEST_PAUSE = 1.0
PATIENCE = 10.0


class GraphDeliveries:
    """One task per number with a webhook."""

    def __init__(self, stage):
        self._stage = stage
        self._tasks = {}
        self._chance = random.Random(7)

    def start(self, number):
        if number.id not in self._tasks:
            self._tasks[number.id] = asyncio.create_task(self._deliver(number))

    def stop(self):
        for task in self._tasks.values():
            task.cancel()
        self._tasks.clear()

    async def _deliver(self, number):
        pause = FIRST_PAUSE
        async with httpx2.AsyncClient(timeout=PATIENCE) as client:
            while True:
                async with number.changed:
                    await number.changed.wait_for(lambda: number.url and number.updates and not number.held)
                batch = self._chosen(number)
                if await self.post(client, number, envelope(number, batch)):
                    number.updates = [update for update in number.updates if update not in batch]
                    await number.wake()
                    pause = FIRST_PAUSE
                else:
                    await asyncio.sleep(pause)
                    pause = min(pause * 2, LONGEST_PAUSE)

    def _chosen(self, number):
        waiting = list(number.updates)
        if number.shuffle:
            self._chance.shuffle(waiting)
        return waiting[: number.batch]

    async def post(self, client, number, body):
        """Post one body, as often as the number repeats itself; say whether the last was taken."""
        raw = json.dumps(body).encode()
        signature = "sha256=" + hmac.new(number.secret.encode(), raw, hashlib.sha256).hexdigest()
        headers = {"X-Hub-Signature-256": signature, "Content-Type": "application/json"}
        told = ""
        for _ in range(number.copies):
            told = "no answer"
            with suppress(httpx2.HTTPError):
                told = str((await client.post(number.url, content=raw, headers=headers)).status_code)
            await self._stage.ledger.write(
                self._stage.now(), channel="whatsapp", account=number.id, method="webhook", recipient="",
                outbox="", attempt=None, body=body, verdict=told, accepted=told.startswith("2"),
            )  # fmt: skip
        return told.startswith("2")


def envelope(number, updates):
    """Return the updates as one webhook body: messages together, statuses together, changes apart."""
    changes = [update.content for update in updates if update.kind == "change"]
    for kind, name in (("message", "messages"), ("status", "statuses")):
        mine = [update for update in updates if update.kind == kind]
        if not mine:
            continue
        contacts = []
        for update in mine:
            if update.contact and update.contact not in contacts:
                contacts.append(update.contact)
        value = {
            "messaging_product": "whatsapp",
            "metadata": {"display_phone_number": "12025550110", "phone_number_id": number.id},
            name: [update.content for update in mine],
        } | ({"contacts": contacts} if contacts else {})
        changes.append({"field": "messages", "value": value})
    return {
        "object": "whatsapp_business_account",
        "entry": [{"id": number.waba, "changes": [change]} for change in changes],
    }
