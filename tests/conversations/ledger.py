"""What must stand in the store: every answer that was accepted, kept beside the database by a plain rule."""

from collections import defaultdict
from dataclasses import dataclass, field

from handlers.core.changes import DropAnswer, DropHealthData, PutAnswer, ReplaceFlags, StartResponse
from handlers.core.codec import plain
from handlers.core.values import Answer

Place = tuple[str, str]
"""A response's id, and a slot as exports write it."""


@dataclass
class Ledger:
    """`now` holds what is current, `ever` everything that once stood in a place."""

    now: dict[Place, Answer] = field(default_factory=dict)
    ever: dict[Place, list[Answer]] = field(default_factory=lambda: defaultdict(list))
    forms: dict[str, tuple[str, str]] = field(default_factory=dict)
    """Response → (patient, questionnaire)."""
    screened: set = field(default_factory=set)
    """What staff were shown the last time the clinic's rules were applied."""

    def write(self, case, changes):
        """Write down what was saved for a case."""
        for change in changes:
            match change:
                case StartResponse(response):
                    self.forms[response.id] = (case.patient.id, response.questionnaire)
                    for answer in response.answers.values():
                        self._put(response.id, answer)
                case PutAnswer(response, answer):
                    self._put(response, answer)
                case DropAnswer(response, slot, _):
                    self.now.pop((response, str(slot)))
                case ReplaceFlags(_, flags, _):
                    self.screened = {(f.rule, f.level.value, f.route, f.evidence) for f in flags}
                case DropHealthData():
                    self._forget(case.patient.id)

    def exported(self):
        """Return what the export must hold, in any order."""
        return sorted(
            (*self.forms[response], slot, str(plain(answer.values)), answer.source, answer.by.value)
            for (response, slot), answer in self.now.items()
        )

    def _put(self, response, answer):
        place = (response, str(answer.slot))
        self.now[place] = answer
        self.ever[place].append(answer)

    def _forget(self, patient):
        for place in [place for place in self.ever if self.forms[place[0]][0] == patient]:
            self.now.pop(place, None)
            del self.ever[place]
