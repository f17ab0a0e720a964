"""Where the next life dies: at any statement, or where the fewest have died so far."""

from collections import Counter, deque
from math import ceil

from bot.failpoints import POINTS

PATIENCE = 0.15
"""Seconds of a processor after which a life that missed its place dies wherever work is open."""


FOR_EVER = 1e9
ALL_PHASES = ("statement", "commit", "committed", "rollback", "called", "answered")
NO_TRAP = {"kind": "none", "after": 0}
AT_RANDOM = 0.2
"""How many lives die at any moment; the others at the places where the fewest have died."""

FEW = 6
KEPT = 5
LONG_LIVED = frozenset({"serve", "web", "worker"})
AHEAD = 200
NAMED, NAMED_FIRST = 0.1, 0.35
STOPPED = 0.04
"""How many lives are asked to end in the midst of their work, and die at what they do then."""

AT_THE_END = [
    ["commit:storage.accounts:Accounts.give_up", phase] for phase in ("statement", "commit", "committed")
]
IN_WEB = ("inbox.before_add", "inbox.after_add")
DONE_BEFORE = (0, 1, 2, 3, 4, 6, 9)
"""How many pieces of work a life may finish before its trap is set: else nothing would ever be done."""


def at(*sites, phases=ALL_PHASES):
    """Return an order to die at one of these sites and nowhere else."""
    wanted = [[site, phase] for site in sites for phase in phases]
    return NO_TRAP | {"kind": "sites", "wanted": wanted, "skip": 0, "patience": FOR_EVER}


class Plans:
    """Chooses by chance and by what has been hit; `kills` counts by (site, phase)."""

    def __init__(self, chance, least, wanted):
        """Take how often each site is to be hit (`least`) in a run of so many (`wanted`) kills."""
        self._chance = chance
        self.least = least
        self.wanted = wanted
        self.sites = Counter()
        self.kills = Counter()
        self.phases = Counter()
        self.reached = Counter()
        self.total = 0
        self.cpu = 0.0
        self.last = deque(maxlen=KEPT)
        self._only = None

    def next(self, command):
        """Return an order for the trap of a process that runs `command`."""
        if self._only is not None:
            return self._alone(command)
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
        if _points(command) and self._chance.random() < (NAMED_FIRST if self._lagging(command) else NAMED):
            return self._named(command)
        return {
            "kind": "sites", "after": after * bool(self._chance.random() < 0.8), "patience": PATIENCE,
            "wanted": self._rare(command), "skip": self._chance.choice((0, 0, 1, 3)),
        }  # fmt: skip

    def only(self, site, nth):
        """Let every life die at this site alone, at its nth moment there."""
        self._only = site, nth

    def _alone(self, command):
        site, nth = self._only
        point = site.removeprefix("failpoint:")
        if point != site:
            is_there = command != "web" or point in IN_WEB
            kill = {"failpoints": f"{point}=kill@{nth}"} if is_there else {}
            return NO_TRAP | {"kind": "named", "patience": FOR_EVER} | kill
        order = at(site) | {"skip": nth - 1}
        is_end = site in {place for place, _ in AT_THE_END} and command in {"serve", "worker"}
        return order | {"stops": True} if is_end else order

    def _rare(self, command):
        """Return the places that were hit too seldom; where there is none, those hit least."""
        reached = [place for place, by in self.reached if by == command]
        short = [place for place in reached if self.hits(place[0]) < self.least]
        by_kills = sorted(reached, key=lambda place: (self.kills[place], self._chance.random()))
        return [*short, *by_kills[:FEW]] if len(short) < FEW else short

    def is_behind(self, command):
        """Say whether a place to which no worker comes, but this command does, lags behind the run."""
        others = {site for (site, _), by in self.reached if by in LONG_LIVED}
        own = {site for (site, _), by in self.reached if by == command} - others
        return any(self.lags(site) for site in own)

    def lags(self, site):
        """Say whether this site was hit less often than its share by now."""
        return self.lack(site) > 0

    def lack(self, site):
        """Return how many kills this site is short of its share by now."""
        share = min(1.0, (self.total + AHEAD) / self.wanted) * self.least
        return max(0, ceil(share) - self.hits(site)) if self.is_open_to(site) else 0

    def is_open_to(self, *sites):
        """Say whether lives may die at these sites: `only` leaves one alone."""
        return self._only is None or self._only[0] in sites

    def _named(self, command):
        """Return an order to die at a failpoint: of those that lag at the first that is come to."""
        points, lagging = _points(command), self._lagging(command)
        some = lagging or self._chance.sample(points, min(FEW, len(points)))
        at = 1 if lagging else self._chance.choice((1, 2, 4))
        failpoints = ";".join(f"{point}=kill@{at}" for point in some)
        return {"kind": "named", "after": 0, "failpoints": failpoints, "patience": PATIENCE}

    def _lagging(self, command):
        return [point for point in _points(command) if self.hits(f"failpoint:{point}") < self.least]

    def note(self, life):
        """Count how a life ended; return whether its kill counts."""
        for place in life.reached:
            self.reached[place, life.command] += 1
        if life.kill is None:
            return False
        self.total += 1
        self.cpu += life.kill["cpu"]
        self.phases[life.kill["phase"]] += 1
        site = next(iter(life.kill["sites"]), "")
        self.last.append((site, life.kill["phase"], life.command))
        for site in life.kill["sites"]:
            self.kills[site, life.kill["phase"]] += 1
            self.sites[site] += 1
        return True

    def hits(self, site):
        """Return how many kills hit this site."""
        return self.sites[site]


def _points(command):
    """Return the failpoints that a process which runs `command` may pass."""
    if command in {"serve", "worker"}:
        return POINTS
    return IN_WEB if command == "web" else ()
