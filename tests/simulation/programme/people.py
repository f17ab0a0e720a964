"""Patients of a programme and their helpers: they travel, fall silent, let somebody help, tick danger."""

import re
from datetime import date, timedelta

from tests.simulation.loop import OUTSIDE
from tests.simulation.people import DAY, HOUR, MINUTE, Person
from tests.simulation.programme.calendar import PLACES, Trip

HELPERS = 100_000
"""Phones with numbers from here on are helpers'."""

DANGER = "Yes, a danger sign"
_CODE = re.compile(r"/chat/i/([0-9a-z]+)")
_CONSENTS = (":1", ":2")


class Patient(Person):
    """A patient who lives through a programme."""

    def __init__(self, number, service, world):
        super().__init__(number, service, world)
        self.helper = None
        self.journeys = {}
        """Key of what they said → the trip told, or None for "I'm back"."""
        self.dates = []
        """The dates that staff told us are saved, the newest last."""
        self.is_stopped = False
        self.why_stopped = None
        self.left_out = None
        """The step that staff left out for good, and why."""
        self._asked_for_link = False
        self._silent = set()
        self._shown = None

    def live(self):
        """Plan what they do beside answering, once their treatment date is known."""
        if self._faults.happens("travels"):
            self._sometime(150, self._set_out)
        if self._faults.happens("travels"):
            self._sometime(30, self._set_out)
        if self._faults.happens("asks-for-help"):
            self._sometime(3, self._ask_for_link)

    def hear(self, body):
        code = _CODE.search(body.text)
        if code and self._asked_for_link and self.helper is None:
            self.helper = self._world.let_in(self, code[1])
        super().hear(body)

    def _sometime(self, days, action):
        delay = self._rng.uniform(MINUTE, days * DAY)
        self._loop.call_later(delay, action, context=OUTSIDE)

    def _tap_command(self, data, meaning):
        self._taps += 1
        return self._post(f"tap{self._taps}", {"k": "tap", "d": data}, meaning)

    def _ask_for_link(self):
        if self.stopped_by is None:
            self._asked_for_link = True
            self._tap_command("c:invite_helper", ("invite",))

    # --- trips ------------------------------------------------------------------------------------

    def _set_out(self):
        if self.stopped_by is not None:
            return
        country = self._rng.choice(tuple(PLACES))
        first = self._loop.now().date() + timedelta(days=self._rng.randrange(20))
        trip = Trip(PLACES[country], first, first + timedelta(days=self._rng.randrange(1, 40)))
        way = f"{country}0.{trip.first:%Y%m%d}.{trip.last:%Y%m%d}"
        self.journeys[self._tap_command(f"c:travel:{way}", ("travel",))] = trip
        if self._faults.happens("home-early"):
            home = (trip.first - date(1970, 1, 1)).days + self._rng.uniform(1, 20)
            now = self._loop.now().timestamp() / DAY
            self._loop.call_later((home - now) * DAY, self._come_home, context=OUTSIDE)

    def _come_home(self):
        if self.stopped_by is None:
            self.journeys[self._tap_command("c:home_again", ("home",))] = None

    # --- answers ----------------------------------------------------------------------------------

    def _asked(self, body):
        self._shown = body
        super()._asked(body)

    def _choose(self, question, options):
        if self.planned is None and question.endswith(_CONSENTS):
            return 0
        labels = [button.label for button in self._shown.choices]
        if DANGER in labels:
            return labels.index(DANGER) * self._faults.happens("danger-sign")
        return super()._choose(question, options)

    def _invited(self, follow_up):
        if follow_up in self._silent:
            return
        if follow_up not in self._begun and self._faults.happens("goes-quiet"):
            self._silent.add(follow_up)
            return
        super()._invited(follow_up)


class Helper(Patient):
    """Somebody whom a patient has let in: they answer what the patient leaves open."""

    def __init__(self, patient, service, world):
        super().__init__(HELPERS + patient.number, service, world)
        self.planned = patient.planned
        self._answered, self._begun = patient._answered, patient._begun
        self._has_said_name = False

    def come_in(self, code):
        """Open the link that the patient has passed on."""
        self._loop.call_later(HOUR, self._start_with, code, context=OUTSIDE)

    def _start_with(self, code):
        self._post("start", {"k": "start", "c": code}, ("start",))

    def hear(self, body):
        kinds = {button.data.split(":")[1]: button.data for button in body.choices if button.data[:2] == "c:"}
        if "relation" in kinds:
            self._faults.fired["helper-let-in"] += 1
            self._tap_command(kinds["relation"], ("relation",))
        elif "continue" in kinds:
            self._faults.fired["helper-asked"] += 1
            self._later(self._tap_command, kinds["continue"], ("help",))
        elif not self._has_said_name:
            self._has_said_name = True
            self._later(self._say_name)
        else:
            Person.hear(self, body)

    def _say_name(self):
        self._post("name", {"k": "said", "x": "Anna"}, ("name",))

    def _invited(self, follow_up):
        if follow_up not in self._begun:
            self._faults.fired["helper-began"] += 1
            self._begun.add(follow_up)
            self._later(self._start, follow_up)

    def _say_stop(self):
        """Leave it to the patient."""

    def _ask_again(self, since):
        """Wait until they are asked again."""
