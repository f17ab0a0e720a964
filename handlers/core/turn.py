"""What one step of a questionnaire takes and gives: Scene in, Turn out (goflow calls it a sprint)."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime

from handlers.core.case import Dialogue, Response
from handlers.core.frozen import quick
from handlers.core.limits import Limits
from handlers.core.messages import Say
from handlers.core.questionnaire import Questionnaire
from handlers.core.values import Answer, AnsweredBy, Answers, Slot, Value


@dataclass(frozen=True, slots=True)
class Words:
    """The words of one language that the understanding of typed answers needs.

    `commands` maps a command name (yes, no, skip, back, why, menu, stop, help, language, change,
    done, none, more, unsure, later, keep, travel …) to the words that mean it, lower-case. `months` maps
    month names and abbreviations, lower-case, to 1 … 12. `date_order` is "DMY", "MDY" or "YMD".
    `labels` maps a locale key ("<questionnaire>/<linkId>#option:<code>") to its label in the language.
    `numbers` maps number words to what they mean, `units` unit words to UCUM codes, `days` words such
    as "today" to days from today, `marks` names (about, filler, and, am, pm, noon, last_year …) to
    words. `decimal_mark` is "." or ",".
    """

    language: str = "en"
    commands: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    months: Mapping[str, int] = field(default_factory=dict)
    date_order: str = "DMY"
    labels: Mapping[str, str] = field(default_factory=dict)
    numbers: Mapping[str, int] = field(default_factory=dict)
    units: Mapping[str, str] = field(default_factory=dict)
    days: Mapping[str, int] = field(default_factory=dict)
    marks: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    decimal_mark: str = "."


@quick
@dataclass(frozen=True, slots=True)
class Scene:
    """Everything a step may look at. `calculated` holds engine-set values ("age")."""

    questionnaire: Questionnaire
    response: Response
    dialogue: Dialogue
    now: datetime
    by: AnsweredBy
    source: str
    words: Words
    limits: Limits
    calculated: Mapping[str, Value] = field(default_factory=dict)
    helper: bool = False
    vocabulary: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    """Built-in lists: name → {spelling, lower-case: code}, e.g. "iso3166"."""
    shown: Mapping[str, frozenset[str]] = field(default_factory=dict)
    """linkId → the option codes that may be shown (the clinic's filter); absent means all."""
    red: frozenset[str] = frozenset()
    """linkIds of questions whose answer can be RED: never paged."""
    consents: frozenset[str] = frozenset()
    """linkIds of questions that ask for a consent: "not sure" is no answer to them."""
    zone: str = "UTC"
    """Where the patient is (IANA name): what "today" and a typed time mean."""
    birth: date | None = None
    """The patient's birth date, where known: other dates are checked against it."""
    birth_item: str = ""
    """linkId of the question for the birth date: it may be corrected to an earlier one."""
    unasked: frozenset[str] = frozenset()
    """linkIds of items that make no sense on this channel or in this language: they are not on the path."""
    carried: Answers = field(default_factory=dict)
    """What earlier parts say to the carried items: looked at by conditions, never stored here."""
    alarmed: bool = False
    """Whether words of danger were just heard: nothing is asked back then."""
    follows: bool = False
    """Whether another part of the intake stands before this one."""
    counted: bool = False
    """Whether a question says which of how many it is."""

    @property
    def known(self) -> Answers:
        """Return what conditions look at: the answers here and those carried from earlier parts."""
        return {**self.carried, **self.response.answers} if self.carried else self.response.answers


@quick
@dataclass(frozen=True, slots=True)
class Turn:
    """What a step leads to: nothing is saved or sent in it.

    `answers` is the whole new state; `puts` and `drops` say what changed. `done` is true when no
    item is left to ask. `crossed` names linkIds answered in this turn.
    """

    dialogue: Dialogue
    answers: Answers
    puts: tuple[Answer, ...] = ()
    drops: tuple[Slot, ...] = ()
    says: tuple[Say, ...] = ()
    done: bool = False
    before: bool = False
    """Back from the first question: the part before this one is asked."""

    @property
    def is_silent(self) -> bool:
        """Say whether this turn is met with no word: so is a tap that says nothing new."""
        return not (self.says or self.done or self.before)

    @property
    def crossed(self) -> frozenset[str]:
        """Return the linkIds that were answered in this turn."""
        return frozenset(answer.slot.link_id for answer in self.puts)
