"""At every step of a simulated year, a case that was remembered is the one in the database."""

from storage import cases
from tests.simulation import setting
from tests.simulation.faults import gentle, swarm
from tests.simulation.run import run


class Watch:
    """Reads each remembered case once more, and keeps those that differ."""

    def __init__(self):
        self.read_case = cases._case
        self.remembered, self.differing = 0, []

    def __call__(self, reading, rows, *, here, response, full=False):
        person = cases._PATIENT.of(rows[0])
        known = reading.remembered.find(reading.clinic.clinic, person.id, person.version)
        case, key = self.read_case(reading, rows, here=here, response=response, full=full)
        if known is not None and case.patient is known.patient:
            self.remembered += 1
            anew = cases._opened(reading, key, rows, here=here, response=response, full=False)
            self.differing += [(case, anew)] if case != anew else []
        return case, key


def watched(monkeypatch, plan):
    watch = Watch()
    monkeypatch.setattr(cases, "_case", watch)
    with setting.opened() as town:
        run(town, plan, patients=15)
    return watch


def test_without_faults(monkeypatch):
    watch = watched(monkeypatch, gentle(0))

    assert watch.remembered > 50
    assert watch.differing == []


def test_with_faults(monkeypatch):
    watch = watched(monkeypatch, swarm(4))

    assert watch.remembered > 50
    assert watch.differing == []
