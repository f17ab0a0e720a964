"""How many messages a service takes: so many in any one second, and each conversation at its own pace."""

import math
from collections import deque
from dataclasses import dataclass, field


@dataclass
class Window:
    """At most `most` in any one second, wherever that second begins."""

    most: int
    taken: deque = field(default_factory=deque)

    def wait(self, now):
        """Return the seconds until one more may come; nothing or less if it may now."""
        while self.taken and self.taken[0] <= now - 1:
            self.taken.popleft()
        return self.taken[0] + 1 - now if len(self.taken) >= self.most else 0.0

    def take(self, now):
        self.taken.append(now)


@dataclass
class Spacing:
    """One each `seconds` per conversation on the long run, `burst` of them at once after a silence."""

    seconds: float
    burst: int = 1
    due: dict = field(default_factory=dict)

    def wait(self, key, now):
        return self.due.get(key, -math.inf) - (self.burst - 1) * self.seconds - now

    def take(self, key, now):
        self.due[key] = max(self.due.get(key, now), now) + self.seconds


@dataclass
class Penalty:
    """Until when the account, or one conversation, gets no message through, and who came nevertheless."""

    until: dict = field(default_factory=dict)
    inside: int = 0

    def start(self, key, until):
        self.until[key] = max(until, self.until.get(key, 0.0))

    def left(self, key, now):
        """Return how long it still takes; whoever asks inside it is counted."""
        left = max(self.until.get(key, 0.0), self.until.get("", 0.0)) - now
        self.inside += left > 0
        return left
