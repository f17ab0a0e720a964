"""Patients who answer by what is asked and not by heart, and have the patience that an outage needs."""

import asyncio
from collections import Counter

import httpx2

from tests.chaos.oracle import NAME
from tests.journeys.on_telegram import OnTelegram
from tests.journeys.on_the_web import JSON, OnTheWeb
from tests.journeys.on_whatsapp import OnWhatsApp
from tests.journeys.story import (
    CLOSING,
    CONSENT,
    DIAGNOSIS,
    HEALTH,
    HOPE,
    INTAKE,
    NAME as IDENTITY,
    OWN_WORDS,
)

PATIENCE = 120.0
"""Seconds: an outage, and then the lease of somebody who died in it."""
PAUSE = 0.3
PILOT = "Test Person"
STEPS = (
    *CONSENT, *IDENTITY, *DIAGNOSIS, "Parkinson's disease", *HEALTH, *HOPE, f"={OWN_WORDS}", "Send now",
)  # fmt: skip
ANSWERS = {
    link: NAME if value == PILOT else value for link, value in INTAKE.items() if link != "hx.cancer_end"
} | {"hx.cancer": "no"}
"""What somebody has answered who followed these steps; NAME is their own."""


def answers_on(channel):
    """Return what somebody with this channel was asked: on the web, not where to go on."""
    return {link: value for link, value in ANSWERS.items() if (channel, link) != ("web", "consent.channel")}


class Script:
    """What is answered to which question: learnt from one walk in calm weather."""

    def __init__(self):
        self.steps = {}

    async def learn(self, person):
        """Walk the whole way once and keep what was answered where."""
        seen = []
        message = person.heard[-1]
        for step in STEPS:
            self.steps.setdefault(question_of(message, seen), []).append(step)
            await _do(person, step, PILOT)
            while step != STEPS[-1] and question_of(message := await person.is_asked(), seen) is None:
                pass  # a summary, with buttons of its own
        await person.hears(CLOSING)

    async def follow(self, person, name):
        """Answer question after question until the intake is sent; what comes twice is answered once."""
        seen, done = [], Counter()
        while not any(CLOSING in message.text for message in person.heard):
            key, step = await self._next(person, seen, done)
            if step:
                done[key] += 1
                await _do(person, step, name)

    async def _next(self, person, seen, done):
        """Return the newest question with a step that fits, once there is one; no step at the end."""

        async def find():
            for message in reversed(person.heard):
                if CLOSING in message.text:
                    return None, ""
                key = question_of(message, seen)
                left = self.steps.get(key, ())[done[key] :]
                if left and (left[0].startswith("=") or message.button(left[0])):
                    return key, left[0]
            await person._listen()
            return None

        return await person.waits_for(find)


def question_of(message, seen):
    """Return which question a message asks: its number, in the so-manieth questionnaire of this person."""
    for button in message.buttons:
        parts = button.data.split(":")
        if parts[0] == "a":
            if parts[1] not in seen:
                seen.append(parts[1])
            return seen.index(parts[1]), parts[2]
    return None


async def _do(person, step, name):
    if step.startswith("="):
        words = step.removeprefix("=")
        await person.says(name if words == PILOT else words)
    else:
        await person.taps(step)


class Patiently:
    """What patients of every channel share here."""

    async def waits_for(self, find):
        """Return what `find` finds; fail when even the greatest patience is over."""
        end = asyncio.get_running_loop().time() + PATIENCE
        while not (found := await find()):
            assert asyncio.get_running_loop().time() < end, f"nothing more came: {self._last()}"
            await asyncio.sleep(0.02)
        return found


class ByTelegram(Patiently, OnTelegram):
    pass


class ByWhatsApp(Patiently, OnWhatsApp):
    pass


class ByWeb(Patiently, OnTheWeb):
    """Sends again what was not stored, under the same id, as the page's script does."""

    def __init__(self, url, statuses):
        super().__init__(url)
        self.url = url
        self.statuses = statuses

    async def arrives(self, invitation):
        link = self.url + invitation[invitation.index("/chat/") :]
        await self._insist("GET", link, 200)
        await self._insist("POST", link, 200)

    async def _post(self, sent):
        await self._insist("POST", "/chat/messages", 202, json=sent, headers=JSON)

    async def _news(self):
        try:
            return await super()._news()
        except httpx2.HTTPStatusError as error:
            self._note(error.response)
            await asyncio.sleep(PAUSE)
            return []

    async def _confirm(self, ids):
        if ids:
            await self._insist("POST", "/chat/receipts", 204, json={"ids": ids}, headers=JSON)

    async def _insist(self, method, path, wanted, **what):
        while True:
            try:
                answer = await self.http.request(method, path, **what)
            except httpx2.TransportError as error:
                self.statuses[type(error).__name__] += 1
            else:
                if answer.status_code == wanted:
                    self.statuses["200"] += 1
                    return
                self._note(answer)
            await asyncio.sleep(PAUSE)

    def _note(self, answer):
        status = str(answer.status_code)
        if status == "503" and not answer.headers.get("Retry-After"):
            status = "503 without Retry-After"
        self.statuses[status] += 1
