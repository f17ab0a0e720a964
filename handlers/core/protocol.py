"""A protocol: what a clinic asks and when, read from a pack folder (FHIR PlanDefinition)."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, Final

from handlers.core.danger import DangerWords
from handlers.core.faq import Topic
from handlers.core.questionnaire import Questionnaire
from handlers.core.rules import items_in


class StepKind(StrEnum):
    """What a follow-up step is."""

    REMINDER = "reminder"
    PREP_CHECK = "prep_check"
    SAFETY_CHECK = "safety_check"
    STATUS = "status"
    CHECK_IN = "checkin"
    LATE_CHECK = "late_check"


class Busy(StrEnum):
    """What a due step does when another questionnaire stands open."""

    WAIT = "wait"
    INTERRUPT = "interrupt"
    SKIP = "skip"


class Counts(StrEnum):
    """From which dates of its kind a step counts, where a course has several (infusions)."""

    EACH = "each"
    LAST = "last"
    FIRST = "first"


class RungAction(StrEnum):
    """What a rung of the reminder ladder does."""

    REMIND = "remind"
    OTHER = "other"
    """Write at another place of the patient's own, or to their helper; where there is none, go on at once."""
    TASK = "task"
    GIVE_UP = "give-up"


UNFINISHED: Final = "unfinished"
"""Stands where a check-in names its step: the reminders of an unfinished intake."""
ALARMING: Final = frozenset({"RED", "CRISIS"})
"""Levels of flags that can't wait: their questions are never paged."""


@dataclass(frozen=True, slots=True)
class Offset:
    """An ISO 8601 duration with a sign, in calendar parts: months first, then days, then hours."""

    months: int = 0
    days: int = 0
    hours: int = 0


@dataclass(frozen=True, slots=True)
class Rung:
    """One step of the ladder: so long after the opening without an answer, do this."""

    after: Offset
    action: RungAction


@dataclass(frozen=True, slots=True)
class Step:
    """One planned contact. Windows are days (and hours) before and after the due time.

    `until` names the kind of date that ends it (weekly news until the lab's release), `programme` the
    part of the programme that a clinic switches on or off as a whole; `enabled` is the pack's default.
    """

    id: str
    anchor: str
    offset: Offset
    kind: StepKind
    questionnaire: str = ""
    text: str = ""
    window_before_days: int = 0
    window_after_days: int = 7
    window_after_hours: int = 0
    ignore_quiet_hours: bool = False
    busy: Busy = Busy.WAIT
    ladder: tuple[Rung, ...] = ()
    card: str = ""
    enabled: bool = True
    counts: Counts = Counts.EACH
    until: str = ""
    programme: str = ""


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule as data. `when` is an expression (content/README.md section 2).

    Pre-screen rules have `route` and a pre-screen level; follow-up rules name a `card` to show,
    the `task` that is opened (`handlers/core/calls.py`) and whether a possible adverse event opens; where
    they say nothing, what their level asks for.
    """

    id: str
    level: str
    when: Mapping[str, Any]
    staff_text: str
    route: str = "any"
    sources: tuple[str, ...] = ()
    basis: str = ""
    card: str = ""
    task: str = ""
    adverse_event: bool | None = None
    questionnaire: str = ""
    items: frozenset[str] = field(init=False, repr=False, compare=False)
    """The linkIds that `when` names, looked up once."""
    reads: frozenset[str] = field(init=False, repr=False, compare=False)
    """The linkIds that `when` reads from its response: those behind computed values and scores, too."""

    def __post_init__(self) -> None:
        """Look them up."""
        object.__setattr__(self, "items", _named_in(self.when))
        object.__setattr__(self, "reads", items_in(self.when))


def _named_in(when: object) -> frozenset[str]:
    """Return the linkIds that an expression names."""
    if not isinstance(when, Mapping):
        return frozenset()
    parts = [*when.get("any", ()), *when.get("all", ())]
    own = {when["item"]} if "item" in when else set()
    return frozenset(own).union(*(_named_in(part) for part in parts))


@dataclass(frozen=True, slots=True)
class Protocol:
    """A pack, read and checked. `intake` lists the intake's questionnaire urls in order.

    `cards` maps card names (RED, ORANGE, YELLOW, CRISIS, safety, closing) to locale keys.
    `draft` is true until the clinic's medical director has signed the texts.
    """

    id: str
    version: str
    title: str
    intake: tuple[str, ...]
    questionnaires: Mapping[str, Questionnaire] = field(default_factory=dict)
    steps: tuple[Step, ...] = ()
    prescreen: tuple[Rule, ...] = ()
    flags: tuple[Rule, ...] = ()
    baseline: Mapping[str, str] = field(default_factory=dict)
    cards: Mapping[str, str] = field(default_factory=dict)
    languages: tuple[str, ...] = ("en",)
    draft: bool = True
    effects: Mapping[str, str] = field(default_factory=dict)
    """linkId → what an answer there also does: "language", "consent:health", "stop-if:no" …"""
    emergency_numbers: Mapping[str, str] = field(default_factory=dict)
    word_lists: Mapping[str, Mapping[str, tuple[str, ...]]] = field(default_factory=dict)
    """language → level → words that show a card when seen in free text."""
    danger: DangerWords = field(init=False, repr=False, compare=False)
    """Those of all languages, made ready."""
    reply_days: int = 5
    texts: Mapping[str, str] = field(default_factory=dict)
    """What fills a placeholder that the clinic has not filled itself: name → words."""
    minutes: Mapping[str, int] = field(default_factory=dict)
    """url of a part of the intake → about how many minutes it takes, where its offer says so."""
    unfinished: tuple[Rung, ...] = ()
    """What becomes of an intake that lies unfinished: so long after the patient's last word, do this."""
    paper_limits: Mapping[str, Offset] = field(default_factory=dict)
    """linkId of a document request → how old the newest paper may be (rule DO-04)."""
    alarming: frozenset[str] = field(init=False, repr=False, compare=False)
    """linkIds whose answers can be RED or CRISIS: those questions are never paged."""
    watched: frozenset[str] = field(init=False, repr=False, compare=False)
    """linkIds whose answers any flag reads."""
    by_effect: Mapping[str, frozenset[str]] = field(init=False, repr=False, compare=False)
    """Effect → the linkIds whose answers have it."""
    consenting: frozenset[str] = field(init=False, repr=False, compare=False)
    """linkIds of questions that ask for a consent."""
    birth_item: str = field(init=False, repr=False, compare=False)
    """linkId of the question for the birth date, empty if the pack has none."""

    def __post_init__(self) -> None:
        """Look up once what every decision asks for."""
        named = (rule.items for rule in self.flags if rule.level in ALARMING)
        born = (link_id for link_id, effect in self.effects.items() if effect == "birth-date")
        object.__setattr__(self, "alarming", frozenset().union(*named))
        object.__setattr__(self, "watched", frozenset().union(*(rule.reads for rule in self.flags)))
        object.__setattr__(self, "birth_item", next(born, ""))
        consents = (link_id for link_id, effect in self.effects.items() if effect.startswith("consent:"))
        object.__setattr__(self, "consenting", frozenset(consents))
        object.__setattr__(self, "danger", DangerWords(self.word_lists.values()))
        by_effect: dict[str, set[str]] = {}
        for link_id, effect in self.effects.items():
            by_effect.setdefault(effect, set()).add(link_id)
        found = {effect: frozenset(link_ids) for effect, link_ids in by_effect.items()}
        object.__setattr__(self, "by_effect", found)

    earlier: Mapping[tuple[str, str], Questionnaire] = field(default_factory=dict)
    """(url, version) → a questionnaire that an earlier pack had: whoever began it finishes it."""

    faq: tuple[Topic, ...] = ()
    question_words: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """language → words with which a question begins."""
    quotes: Mapping[str, str] = field(default_factory=dict)
    """Placeholder → linkId of the intake whose answer, in the patient's words, fills it."""
    summary: Mapping[str, str] = field(default_factory=dict)
    """linkId of a group → the heading under which the clinic's summary shows its answers."""

    def questionnaire(self, url: str, version: str) -> Questionnaire | None:
        """Return the version that was begun; where nobody kept it, today's; None if the pack lost it."""
        current = self.questionnaires.get(url)
        if current is not None and current.version == version:
            return current
        return self.earlier.get((url, version), current)

    def step(self, step_id: str) -> Step:
        """Return the step with this id; raise KeyError if there is none."""
        found = next((s for s in self.steps if s.id == step_id), None)
        if found is None:
            raise KeyError(step_id)
        return found
