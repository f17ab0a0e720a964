"""Faults by script: which call meets which verdict.

ok                     as the rules say
429 or 429:7           refused for 7 seconds
400:migrated           the chat became a supergroup (Telegram)
400:chat not found     any status, with its description; html-502 without JSON
hang                   no answer until the caller hangs up; nothing was taken
reset or close         the connection is cut or closed without an answer; nothing was taken
drip                   an answer that comes a byte at a time and never ends
huge or huge:200       an answer of so many megabytes
garbage                a 200 that can't be read; 302 or 302:address leads elsewhere
accept-then-X          taken, and then X: drop (cut), hang, or any of the above
"""

import random
from collections import deque
from dataclasses import dataclass, field


@dataclass
class Rule:
    """Verdicts for the calls that match, one after the other; or a mix drawn for each call."""

    channel: str = ""
    method: str = ""
    recipient: str = ""
    verdicts: deque = field(default_factory=deque)
    mix: dict = field(default_factory=dict)
    chance: random.Random = field(default_factory=random.Random)

    def matches(self, channel, method, recipient):
        wanted = ((self.channel, channel), (self.method, method), (self.recipient, recipient))
        return all(want in ("", have) for want, have in wanted)

    def next(self):
        if self.verdicts:
            return self.verdicts.popleft()
        drawn = self.chance.random()
        for verdict, share in self.mix.items():
            drawn -= share
            if drawn < 0:
                return verdict
        return "ok"


class Faults:
    """All rules, in the order they were given."""

    def __init__(self):
        self._rules = []

    def add(self, *, channel="", method="", recipient="", verdicts=(), mix=None, seed=0):
        self._rules.append(
            Rule(channel, method, str(recipient), deque(verdicts), mix or {}, random.Random(seed))
        )

    def clear(self):
        self._rules.clear()

    def verdict(self, channel, method, recipient):
        for rule in self._rules:
            if rule.matches(channel, method, recipient) and (rule.verdicts or rule.mix):
                return rule.next()
        return "ok"
