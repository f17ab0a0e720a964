"""A person in a chat, whatever the channel: hears, says, taps, sends a file."""

import re
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import ClassVar

from tests.journeys.effort import Effort
from tests.journeys.waiting import until

PREFERRED = (
    "None of these",
    "No change",
    "A little",
    "A little better",
    "No help, but slow",
    "No",
    "None",
    "Not at all",
    "Skip",
    *("どれもない", "どれもありません", "変わらない", "少し", "少し良くなった"),
    *("いいえ", "なし", "全くない", "まったくない", "とばす"),
)
"""What somebody taps in a check-in that brings no alarm, where it is offered; else the first choice."""
MOST_TAPS = 90


@dataclass(frozen=True)
class Tapable:
    """A button as one channel knows it: its words, its id, and the message it hangs on."""

    label: str
    data: str
    picked: bool = False
    message: object = None


@dataclass(frozen=True)
class Heard:
    """One message of the clinic's side."""

    id: object
    text: str
    buttons: tuple[Tapable, ...] = ()

    def labels(self):
        return [button.label for button in self.buttons]

    def button(self, label):
        return next((button for button in self.buttons if button.label == label), None)


@dataclass
class Person:
    """Somebody with one of the channels in hand. A channel gives `_news`, `_say`, `_tap` and `_send`.

    `_read` counts what `hears` has given out, `_answered` where the newest question can begin.
    """

    heard: list = field(default_factory=list)
    unasked: ClassVar = frozenset()
    """Steps of the story that this channel leaves out: what it knows already, what makes no sense there."""
    effort: Effort = field(default_factory=Effort)
    """What their hands have done so far."""
    _read: int = 0
    _answered: int = 0

    async def hears(self, fragment="", **how):
        """Return the next message that holds `fragment`; those before it count as heard."""
        return await self._next(lambda message: fragment in message.text, f"{fragment!r} was said", **how)

    async def is_asked(self, fragment="", **how):
        """Return the next message that holds `fragment` and can be answered by a tap."""
        return await self._next(
            lambda message: fragment in message.text and message.buttons, f"{fragment!r} was asked", **how
        )

    async def says(self, text):
        """Type a message; whatever was asked before is behind them."""
        self._answered = self._read = len(self.heard)
        self.effort.typed += len(text.split())
        await self._say(text)

    async def taps(self, label):
        """Press the newest button with this label that came since they answered last."""

        async def find():
            asked = reversed(self.heard[self._answered :])
            button = next((found for message in asked if (found := message.button(label))), None)
            return button or await self._listen()

        button = await until(find, lambda: f"there was a button {label!r}, but {self._last()}")
        self._answered = self._read = len(self.heard)
        self.effort.taps += 1
        await self._tap(button)

    async def taps_old(self, button):
        """Press a button of an older message."""
        self._answered = self._read = len(self.heard)
        self.effort.taps += 1
        await self._tap(button)

    async def sends_file(self, name, mime, content):
        """Send a photo or a paper; the question that stands open stays open."""
        await self._send(name, mime, content)

    async def walks(self, *steps):
        """Answer question after question: a step that begins with "=" is typed, any other tapped."""
        for step in (step for step in steps if step not in self.unasked):
            if step.startswith("="):
                await self.says(step.removeprefix("="))
            else:
                await self.taps(step)
            await self.is_asked()

    async def answers_by_taps(self, end, own=MappingProxyType({})):
        """Tap through a questionnaire until `end` is said; return what was asked and tapped, in order.

        `own` says by words of a question what is tapped there, in place of what anybody would.
        """
        taps = []
        while len(taps) < MOST_TAPS and not (message := await self._asked_or(end)).text.count(end):
            label = _choice(message, own)
            taps.append((message.text, label))
            await self.taps(label)
        assert len(taps) < MOST_TAPS, f"no end: {taps[-4:]}"
        return taps

    def number_of(self, words):
        """Return the number under which an answer stands in the list of all answers."""
        for message in reversed(self.heard):
            found = re.search(rf"^(\d+)\. [^\n]*{words}", message.text, re.MULTILINE)
            if found:
                return found[1]
        raise AssertionError(f"no numbered answer about {words!r}: {self._last()}")

    async def comes_back(self):
        """Open the conversation again, after the product or the telephone was away."""

    async def close(self):
        """Put the telephone down for good."""

    async def _asked_or(self, end):
        return await self._next(lambda message: message.buttons or end in message.text, f"{end!r} was said")

    async def _next(self, fits, what, **how):
        async def find():
            for place in range(self._read, len(self.heard)):
                if fits(self.heard[place]):
                    self._read = place + 1
                    return self.heard[place]
            return await self._listen()

        return await until(find, lambda: f"{what}, but {self._last()}", **how)

    async def _listen(self):
        known = {message.id for message in self.heard}
        self.heard += [message for message in await self._news() if message.id not in known]

    def _last(self):
        return [(message.text[-90:], message.labels()) for message in self.heard[-4:]]


def _choice(message, own):
    labels = message.labels()
    picked = any(button.picked for button in message.buttons)
    meant = (label for words, label in own.items() if words in message.text)
    # WhatsApp shows ten rows: further options and "Done" stand behind these two.
    wanted = ("Done", "完了", "Other actions") if picked else (*meant, *PREFERRED, "More")
    return next((label for label in wanted if label in labels), labels[0])
