"""Where the next life dies: at any statement, or where the fewest have died so far."""

from collections import Counter

from bot.failpoints import POINTS

PATIENCE = 0.4
"""Seconds of a processor after which a life that missed its place dies wherever work is open."""


NO_TRAP = {"kind": "none", "after": 0}
AT_RANDOM = 0.35
"""How many lives die at any moment; the others at the places where the fewest have died."""

NAMED = 0.25
STOPPED = 0.04
"""How many lives are asked to end in the midst of their work, and die at what they do then."""

AT_THE_END = [
    ["commit:storage.accounts:Accounts.give_up", phase] for phase in ("statement", "commit", "committed")
]
IN_WEB = ("inbox.before_add", "inbox.after_add")
DONE_BEFORE = (0, 1, 2, 3, 4, 6, 9)
"""How many pieces of work a life may finish before its trap is set: else nothing would ever be done."""


class Plans:
    """Chooses by chance and by what has been hit; `kills` counts by (site, phase)."""

    def __init__(self, chance):
        self._chance = chance
        self.kills = Counter()
        self.phases = Counter()
        self.reached = Counter()
        self._tries = Counter()
        self.total = 0
        self.cpu = 0.0

    def next(self, command):
        """Return an order for the trap of a process that runs `command`."""
        if command in {"serve", "worker"} and self._chance.random() < STOPPED:
            return {
                "kind": "sites",
                "after": 0,
                "wanted": AT_THE_END,
                "skip": 0,
                "patience": 60,
                "stops": True,
            }
        after = self._chance.choice(DONE_BEFORE)
        if self._chance.random() < AT_RANDOM:
            return {"kind": "nth", "after": after, "n": 1 + int(self._chance.expovariate(1 / 40))}
        if self._chance.random() < NAMED:
            return self._named(command)
        reached = [place for place, by in self.reached if by == command]
        rare = sorted(reached, key=lambda place: (self.kills[place], self._chance.random()))[:6]
        return {
            "kind": "sites", "after": after * bool(self._chance.random() < 0.8), "wanted": rare,
            "skip": self._chance.choice((0, 0, 1, 3)), "patience": PATIENCE,
        }  # fmt: skip

    def _named(self, command):
        points = IN_WEB if command == "web" else POINTS
        points = sorted(points, key=lambda point: (self._tries[point], self._chance.random()))
        point = self._chance.choice(points[:5])
        self._tries[point] += 1
        at = self._chance.choice((1, 1, 2, 4))
        return {"kind": "named", "after": 0, "failpoints": f"{point}=kill@{at}", "patience": PATIENCE}

    def note(self, life):
        """Count how a life ended; return whether its kill counts."""
        for place in life.reached:
            self.reached[place, life.command] += 1
        if life.kill is None:
            return False
        self.total += 1
        self.cpu += life.kill["cpu"]
        self.phases[life.kill["phase"]] += 1
        if life.kill["phase"] == "named":
            self._tries[life.kill["sites"][0].partition(":")[2]] += 3
        for site in life.kill["sites"]:
            self.kills[site, life.kill["phase"]] += 1
        return True

    def at(self, site):
        """Return how many kills hit this site."""
        return sum(count for (each, _), count in self.kills.items() if each == site)
