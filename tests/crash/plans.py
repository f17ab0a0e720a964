"""Where the next life dies: at any statement, or where the fewest have died so far."""

from collections import Counter

PATIENCE = 0.7
"""Seconds after which a life that does not come to its place dies at the next moment with open work."""


class Plans:
    """Chooses by chance and by what has been hit; `kills` counts by (site, phase)."""

    def __init__(self, chance):
        self._chance = chance
        self.kills = Counter()
        self.phases = Counter()
        self.reached = Counter()
        self.total = 0

    def next(self):
        """Return an order for a trap."""
        if self._chance.random() < 0.35:
            return {"kind": "nth", "n": 1 + int(self._chance.expovariate(1 / 120))}
        rare = sorted(self.reached, key=lambda place: (self.kills[place], self._chance.random()))[:6]
        return {
            "kind": "sites", "wanted": rare, "skip": self._chance.choice((0, 0, 1, 3)), "patience": PATIENCE,
        }  # fmt: skip

    def note(self, life):
        """Count how a life ended; return whether its kill counts."""
        for place in life.reached:
            self.reached[place] += 1
        if life.kill is None:
            return False
        self.total += 1
        self.phases[life.kill["phase"]] += 1
        for site in life.kill["sites"]:
            self.kills[site, life.kill["phase"]] += 1
        return True

    def at(self, site):
        """Return how many kills hit this site."""
        return sum(count for (each, _), count in self.kills.items() if each == site)
