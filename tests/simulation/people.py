"""Patients: they read what arrives on their phones and tap what they were shown."""

from datetime import timedelta

from tests.simulation.care import MONTHS, ZONES, due_at
from tests.simulation.loop import OUTSIDE

MINUTE, HOUR, DAY = 60, 3_600, 86_400
GRID = HOUR
"""In the large run all act on the hour: what happens together is cheaper than one by one."""

PATIENCE = 2 * DAY


class Person:
    """One patient with one phone."""

    never_blocks = False

    def __init__(self, number, service, world):
        self.number = number
        self.service = service
        self._world = world
        self._loop = world.loop
        self._rng = world.rng
        self._faults = world.faults
        self.blocked = False
        self.wrote_at = -1e12
        self.stopped_by = None
        self.patient = None
        self.country = 0
        self.planned = None
        """The treatment date that staff have entered: (local day, time of day, zone)."""
        self._waits = False
        self._heard = 0.0
        self._taps = 0
        self._answered = {}
        self._begun = set()

    @staticmethod
    def keep(ledger, message, attempt):
        """Keep a message that is about to be handed over to this phone."""
        ledger.attempts[message.outbox_id].append(attempt)

    def begin(self):
        """Write to the clinic for the first time."""
        self._post("start", {"k": "start"}, ("start",))

    def has_answered(self, questions):
        """Say whether so many questions were answered."""
        return len(self._answered) >= questions

    def hear(self, body):
        """Look at a message that has arrived."""
        self._heard = self._loop.time()
        self._waits = False
        if self.stopped_by is not None:
            return
        for button in body.choices:
            kind, _, rest = button.data.partition(":")
            if kind == "a":
                self._asked(body)
                return
            if kind == "f":
                self._invited(rest.partition(":")[0])
                return

    def _asked(self, body):
        options = [b.data for b in body.choices if b.data.rpartition(":")[2].isdecimal()]
        if not options:
            return
        question = options[0].rpartition(":")[0]
        if question in self._answered:
            if self._faults.happens("tapped-twice"):
                self._tap(self._answered[question], question)
            return
        if self._faults.happens("stop-word"):
            self._later(self._say_stop)
            return
        chosen = options[self._choose(question, len(options))]
        self._answered[question] = chosen
        self._later(self._tap, chosen, question)

    def _choose(self, question, options):
        if self.planned is None and question.endswith(":1"):
            return 0  # everybody lets us write: who doesn't is no part of this
        option = self._rng.randrange(options)
        if self.planned is None and question.endswith(":0"):
            option = 0 if self._faults.crowds() else option
            self.country = option
        return option

    def _tap(self, data, question):
        self._taps += 1
        self._post(f"tap{self._taps}", {"k": "tap", "d": data}, ("answer", question, data))
        self._wait()

    def _invited(self, follow_up):
        if follow_up in self._begun or self._faults.happens("silent"):
            return
        if self._faults.happens("stop-word"):
            self._later(self._say_stop)
            return
        self._begun.add(follow_up)
        self._later(self._start, follow_up)

    def _start(self, follow_up):
        self._taps += 1
        self._post(f"tap{self._taps}", {"k": "tap", "d": f"f:{follow_up}:start"}, ("begin", follow_up))
        self._wait()

    def _say_stop(self):
        if self.stopped_by is None:
            self._taps += 1
            self.stopped_by = self._post(f"stop{self._taps}", {"k": "said", "x": "STOP"}, ("stop",))

    def plan_to_stop(self):
        """Now and then say STOP just when a check-in is due, or while its opening waits."""
        if self._faults.happens("stop-at-due"):
            months = self._rng.choice(tuple(MONTHS.values()))
            due = due_at(self.planned[0], months, self.planned[1], ZONES[self.country])
            spans = ((-1, 3), (0, MINUTE), (0, DAY))  # a service that has enough makes others wait so long
            moment = due + timedelta(seconds=self._rng.uniform(*self._rng.choice(spans)))
            self._loop.at(moment, self._say_stop, context=OUTSIDE)

    def _later(self, action, *args):
        """Do something after a while of thinking."""
        if self._faults.plan.careful:
            delay = self._rng.choice((5, MINUTE, HOUR, DAY)) * (0.2 + self._rng.random())
        else:
            now = self._loop.time()
            delay = GRID - now % GRID + GRID * self._rng.randrange(4)
        self._loop.call_later(delay, action, *args, context=OUTSIDE)

    def _wait(self):
        """Ask how it goes on if nothing comes: a message may have got lost for good."""
        self._waits = True
        self._loop.call_later(PATIENCE, self._ask_again, self._loop.time(), context=OUTSIDE)

    def _ask_again(self, since):
        if self._waits and self._heard < since and self.stopped_by is None and not self.blocked:
            self._taps += 1
            self._post(f"again{self._taps}", {"k": "tap", "d": "c:continue"}, ("again",))
            self._wait()

    def _post(self, name, said, meaning):
        return self.service.post(self, name, said, meaning)
