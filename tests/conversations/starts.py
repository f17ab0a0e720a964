"""Where a conversation may stand when anything begins to happen: walked to once, then copied."""

import asyncio
from datetime import timedelta

from handlers.core.events import Chose, Started
from handlers.core.values import ChannelKind
from tests.conversations.house import PEOPLE, House
from tests.conversations.said import answer
from tests.handlers.paths import ABOUT, CONSENT, END, HEALTH, ON_THE_PAGE, TO_CONSENT

ONE, TWO = PEOPLE
MOST = 400
CHANNELS = (ChannelKind.WEB, ChannelKind.WHATSAPP, ChannelKind.TELEGRAM)
STARTS = (
    ("consented", ChannelKind.WHATSAPP),
    ("submitted", ChannelKind.TELEGRAM),
    ("treated", ChannelKind.WHATSAPP),
    ("together", ChannelKind.WEB),
    ("new", ChannelKind.TELEGRAM),
    ("consented", ChannelKind.WEB),
)
ALL = tuple((name, channel) for name in ("submitted", "whole", "treated", "together") for channel in CHANNELS)
"""For the long form: each of these takes a while to walk to."""


class Starts:
    """Houses to begin from, by the place in the conversation and the channel."""

    def __init__(self, folder):
        self._folder = folder
        self._kept = {}
        self._loop = asyncio.new_event_loop()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self._loop.run_until_complete(self._loop.shutdown_default_executor())
        self._loop.close()

    def at(self, name, channel=ChannelKind.WEB):
        """Return a house of its own that stands there."""
        place = (name, channel)
        if place not in self._kept:
            folder = self._folder / f"{name}-{channel}"
            folder.mkdir()
            house = House(self._loop, folder, channel).begin()
            WAYS[name](house)
            self._kept[place] = (house, house.kept())
        house, kept = self._kept[place]
        return house.again(kept)


def consented(house):
    """All consents are given; the name is asked."""
    house.take(ONE, Started(language="en"))
    steps = [step for step in TO_CONSENT if step != "English"]
    walk(house, *steps, *(ON_THE_PAGE if house.channel is ChannelKind.WEB else CONSENT))


def submitted(house):
    """The first part is sent; the next is offered."""
    consented(house)
    walk(house, *ABOUT, *HEALTH, *END)


def whole(house):
    """Every part is done, by somebody who always taps the first answer."""
    submitted(house)
    for _ in range(MOST):
        body = house.past.heard[ONE][-1]
        if not (body.choices or any(key.data.endswith(":skip") for key in body.keys)):
            return
        house.take(ONE, answer(house, ONE, 0))


def treated(house):
    """The treatment was a month ago, and the check-in has been opened."""
    submitted(house)
    house.treat(ONE, 31)
    house.clock.time += timedelta(hours=30)
    house.due()


def together(house):
    """A helper has come in beside the patient, and the intake goes on."""
    consented(house)
    house.take(ONE, Chose("c:invite_helper"))
    house.take(TWO, Started(house.past.codes[-1], "en"))
    walk(house, "=Test Helper", "Son or daughter", who=TWO)


def walk(house, *steps, who=ONE):
    """Say (a step that begins with "=") or tap each step."""
    for step in steps:
        if step.startswith("="):
            house.say(who, step[1:])
        else:
            house.tap(who, button(house, who, step))


def button(house, who, label):
    """Return the id of the newest button with this label."""
    for body in reversed(house.past.heard[who]):
        for one in (*body.choices, *body.keys):
            if one.label == label:
                return one.data
    raise AssertionError(f"no button {label!r}; last: {house.past.heard[who][-1]}")


WAYS = {
    "new": lambda house: None,
    "consented": consented,
    "submitted": submitted,
    "whole": whole,
    "treated": treated,
    "together": together,
}
