"""What was known when: the history of each step, and the dates and trips that it was planned by."""

from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta

from tests.simulation.care import ZONES
from tests.simulation.loop import START
from tests.simulation.programme import plan_log
from tests.simulation.programme.calendar import Whereabouts, due_at

WAITING = frozenset({"scheduled", "held"})
"""States in which nothing of a step has gone out: it follows the plan."""


@dataclass
class History:
    """The logs of one run, by what they are about."""

    steps: dict
    dates: dict
    alerts: dict
    stages: dict
    handled: dict
    """Inbox id → (job, second) in which an item was worked off."""

    @classmethod
    def of(cls, evidence):
        driver = evidence.world.server.driver
        logs = {name: plan_log.read(driver, name) for name in plan_log.LOGS}
        dates = {}
        for entries in logs["dates"].values():
            for entry in entries:
                dates.setdefault(entry.row["patient_id"], []).append(entry)
        handled = {}
        for ident, entries in logs["items"].items():
            done = next((entry for entry in entries if entry.row["state"] == "done"), None)
            if done is not None:
                handled[ident] = (done.job, done.at)
        return cls(logs["steps"], dates, logs["alerts"], logs["stages"], handled)

    def places(self, evidence, person, *, job=None, second=None):
        """Return where a patient is on each day, as the product knew it by a job or by a second."""
        places = Whereabouts(ZONES[person.country])
        told = ((self.handled.get(evidence.rows.get(key)), trip) for key, trip in person.journeys.items())
        for (at_job, at), trip in sorted((one for one in told if one[0]), key=lambda one: one[0]):
            if (job is not None and at_job > job) or (second is not None and at > second):
                break
            now = START + timedelta(seconds=at)
            if trip is None:
                places = places.back(now)
            elif not trip.is_over(now):
                places = places.told_of(trip, now)
        return places

    def expected(self, evidence, person, entries):
        """Return when a step should be due: by what was known when it last waited for its time."""
        last = max((n for n, entry in enumerate(entries) if entry.row["state"] in WAITING), default=-1)
        left = entries[last + 1].job if last + 1 < len(entries) else None
        first = entries[0]
        known = [e for e in self.dates[first.row["patient_id"]] if left is None or e.job <= left]
        places = self.places(evidence, person, job=left)
        hour = time.fromisoformat(person.planned[1])
        date = known[-1].row
        local = datetime.fromisoformat(date["local"])
        return due_at(first.row["step"], local, date["zone"], hour, places)


def moment(text):
    """Return a moment that the database holds as text."""
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def seconds(text):
    """Return a moment that the database holds as seconds of the simulation."""
    return (moment(text) - START).total_seconds()


def in_force(entries, start, end):
    """Return the entries that held at any time from `start` to `end`."""
    before = [entry for entry in entries if entry.at <= end]
    first = max((n for n, entry in enumerate(before) if entry.at <= start), default=0)
    return before[first:]
