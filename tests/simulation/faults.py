"""What goes wrong, by seed: each seed switches kinds on and off and draws their rates (swarm)."""

import random
from collections import Counter
from dataclasses import dataclass, field
from datetime import timedelta

from tests.simulation.database import broken

RATES = {
    "throttled": (0.01, 0.2),
    "server-error": (0.01, 0.2),
    "connect-error": (0.01, 0.2),
    "accepted-no-reply": (0.01, 0.15),
    "dropped-no-reply": (0.01, 0.1),
    "slow": (0.01, 0.1),
    "blocked": (0.001, 0.01),
    "killed-in-flight": (0.002, 0.03),
    "killed-at-commit": (0.001, 0.01),
    "stopped": (0.005, 0.04),
    "database-busy": (0.002, 0.03),
    "reply-lost": (0.002, 0.02),
    "read-failed": (0.002, 0.02),
    "notice-lost": (0.05, 0.5),
    "redelivered": (0.02, 0.3),
    "reordered": (0.05, 0.3),
    "delayed": (0.005, 0.05),
    "tapped-twice": (0.02, 0.2),
    "stop-word": (0.002, 0.02),
    "stop-at-due": (0.05, 0.3),
    "silent": (0.05, 0.3),
    "refused-hook": (0.01, 0.1),
}
"""Every kind that is drawn each time something happens, with the lowest and the highest rate."""

SPANS = {"outage": (4, timedelta(hours=30)), "long-outage": (1, timedelta(days=20))}
"""Kinds that last: how often in a run at most, and how long at most. The database's are shorter."""

PAUSES = {"template-paused": (3, timedelta(days=6))}
"""Meta pauses the templates: outside the window nothing is taken until it tells that they are in order."""

DUE_DAYS = (10, 45, 105, 197)
"""Around these days most intakes and check-ins are: there an outage meets something."""

DAY = 86_400
DOWN = {"database-down": (6, timedelta(hours=2))}
OTHER = ("clock-skew", "receipts-shuffled", "crowd")
"""`crowd`: all are treated on the last of a month and live at one place: check-ins fall due at once."""
KINDS = (*RATES, *SPANS, *DOWN, *PAUSES, *OTHER)

SERVICES = (("telegram", "whatsapp"), ("telegram",), ("whatsapp",))
"""Which messengers a seed has: each sender looks for work after every commit, and that costs most."""

GENTLE = {
    "throttled": 0.002,
    "server-error": 0.002,
    "connect-error": 0.002,
    "accepted-no-reply": 0.002,
    "killed-in-flight": 0.0005,
    "killed-at-commit": 0.0001,
    "stopped": 0.0002,
    "database-busy": 0.0005,
    "reply-lost": 0.0005,
    "notice-lost": 0.02,
    "redelivered": 0.02,
    "tapped-twice": 0.01,
    "silent": 0.02,
    "outage": 2,
    "database-down": 3,
    "clock-skew": 1,
}
"""The rates of the one large run: enough of everything, and nobody is lost for good."""


_OVERHEARD = 0.2


@dataclass(frozen=True)
class Plan:
    """One seed's faults: kind -> rate, or how often for those that last."""

    seed: int
    processes: int
    rates: dict
    services: tuple = ("telegram", "whatsapp")
    careful: bool = True
    world: str = "months"
    """Which world is lived in: check-ins alone, or a whole programme (setting.py)."""
    """Draw delays of the database and the network, and let people think at any moment of the day."""


def swarm(seed):
    """Draw the plan of a seed."""
    rng = random.Random(f"plan/{seed}")
    rates = {kind: rng.uniform(*span) for kind, span in RATES.items()}
    rates |= {kind: rng.randint(1, most) for kind, (most, _) in (SPANS | DOWN).items()}
    rates |= {kind: most for kind, (most, _) in PAUSES.items()}
    rates |= dict.fromkeys(OTHER, 1)
    on = {kind: rate for kind, rate in rates.items() if _is_on(kind, seed)}
    return Plan(seed, rng.randint(1, 4), on, SERVICES[seed % 3])


def _is_on(kind, seed):
    """Switch each kind on in two of four seeds in a row: none is left out for long."""
    block, place = divmod(seed, 4)
    return place in random.Random(f"{kind}/{block}").sample(range(4), 2)


def calm(seed, processes=1):
    """Return a plan without any fault."""
    return Plan(seed, processes, {})


def gentle(seed):
    """Return the plan of the large run: one process, faults rarely, everybody acts on the full hour."""
    return Plan(seed, 1, dict(GENTLE), careful=False)


@dataclass
class Faults:
    """Draws what happens, and counts what has happened."""

    plan: Plan
    loop: object
    rng: random.Random
    fired: Counter = field(default_factory=Counter)
    active: bool = True
    down: bool = False
    out: dict = field(default_factory=dict)
    paused: bool = False
    kill: object = None
    disturb: object = None

    def happens(self, kind):
        """Say whether a kind happens this time; count it."""
        rate = self.plan.rates.get(kind)
        if rate is None or not self.active or self.rng.random() >= rate:
            return False
        self.fired[kind] += 1
        return True

    def skew(self):
        """Return a machine's error of clock."""
        if "clock-skew" not in self.plan.rates:
            return timedelta(0)
        self.fired["clock-skew"] += 1
        return timedelta(seconds=self.rng.uniform(-2, 2))

    def crowds(self):
        """Say whether everybody is treated on one day, and from one place."""
        is_on = "crowd" in self.plan.rates
        self.fired["crowd"] += is_on
        return is_on

    def spans(self, length):
        """Return (kind, start, end) in seconds of everything that lasts, within `length` seconds."""
        pauses = random.Random(f"pauses/{self.plan.seed}")  # so that a new kind moves no other
        drawn = [span for kinds in (SPANS, DOWN) for span in self._drawn(kinds, length, self.rng)]
        return [*drawn, *self._drawn(PAUSES, length, pauses)]

    def _drawn(self, kinds, length, rng):
        for kind, (_, longest) in kinds.items():
            for _ in range(self.plan.rates.get(kind, 0)):
                near = rng.choice(DUE_DAYS) + rng.uniform(-12, 12)
                start = near * DAY if rng.random() < 0.7 else rng.uniform(0, length)
                yield kind, start, start + rng.uniform(0.05, 1) * longest.total_seconds()

    def database_delay(self):
        """Return how many seconds a group of jobs waits for the database."""
        return self.rng.choice((0, 0, 0.001, 0.02, 0.3)) if self.plan.careful else 0

    def refuses_read(self):
        """Say whether a read fails."""
        if self.down:
            self.fired["database-down"] += 1
        return self.down or self.happens("read-failed")

    def is_overheard(self):
        """Say whether a further process hears of a commit: looking for nothing is what costs most."""
        return self.plan.careful and self.rng.random() < _OVERHEARD

    def loses_notice(self):
        """Say whether a process doesn't hear of a commit: the tick must find the work."""
        is_lost = self.happens("notice-lost")
        if is_lost:
            self.disturb(None)
        return is_lost

    def arrives(self):
        """Say whether what a killed process had asked of the database is still done."""
        return self.rng.random() < 0.5

    def strike(self, job):
        """Let something happen to a job, or nothing."""
        if self.down:
            self.fired["database-down"] += 1
            job.error = broken("down")
        elif self.happens("database-busy"):
            job.error = broken("busy")
        elif self.happens("reply-lost"):
            job.lost = True
        elif job.owner.mortal and self.happens("killed-at-commit"):
            job.kills = True
            if self.rng.random() < 0.5:
                job.error = broken("killed before COMMIT")
        if job.error is not None or job.lost:
            self.disturb(job.owner)

    def verdict(self, channel, chat):
        """Return what the service does with a message."""
        if channel in self.out:
            self.fired[self.out[channel]] += 1
            return "outage"
        for kind in ("throttled", "server-error", "connect-error", "accepted-no-reply", "dropped-no-reply"):
            if self.happens(kind):
                return kind
        for kind in ("slow", "blocked", "killed-in-flight", "stopped"):
            if self.happens(kind):
                return kind
        return "taken"
