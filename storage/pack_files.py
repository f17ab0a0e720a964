"""The JSON files of a pack, as pydantic sees them (docs/writing-a-protocol.md explains each field)."""

import json
import re
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Annotated, Any, Literal, TypeVar

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError
from pydantic.alias_generators import to_camel

from handlers.core.protocol import Busy, Counts, Offset, RungAction, StepKind
from handlers.errors import PackError
from storage.pack_restricted import Group

PROTOCOL = "protocol.json"
PRESCREEN = "prescreen.json"
FLAGS = "flags.json"
NUMBERS = "emergency-numbers.json"
WORDS = "word-lists.json"
FAQ = "faq.json"
FACTS = "facts.json"
CLAIMS = "claims.json"
LINT = "lint.json"
DURATION = re.compile(
    r"(?P<sign>[+-])?P(?:(?P<Y>\d+)Y)?(?:(?P<M>\d+)M)?(?:(?P<W>\d+)W)?(?:(?P<D>\d+)D)?(?:T(?P<H>\d+)H)?"
)

Model = TypeVar("Model", bound=BaseModel)


def parse_duration(text: object) -> Offset:
    """Return an ISO 8601 duration of years to hours, with an optional sign; raise ValueError otherwise."""
    match = DURATION.fullmatch(text) if isinstance(text, str) else None
    if match is None or not any(match[part] for part in "YMWDH"):
        raise ValueError("not a duration such as P1M, -P14D or PT24H")
    years, months, weeks, days, hours = (int(match[part] or 0) for part in "YMWDH")
    sign = -1 if match["sign"] == "-" else 1
    return Offset(months=sign * (12 * years + months), days=sign * (7 * weeks + days), hours=sign * hours)


SummaryHeading = Literal["course", "medicines", "risks", "function", "goals", "other"]
Duration = Annotated[Offset, BeforeValidator(parse_duration)]


class _Strict(BaseModel):
    model_config = ConfigDict(
        extra="forbid", frozen=True, alias_generator=to_camel, arbitrary_types_allowed=True
    )


class RungFile(_Strict):
    """One rung of a reminder ladder."""

    after: Duration
    action: RungAction


class PartFile(_Strict):
    """One part of the intake; `minutes` is what its offer says it takes, 0 if it says nothing."""

    questionnaire: str
    minutes: int = Field(default=0, ge=0)


def _named_part(part: object) -> object:
    return {"questionnaire": part} if isinstance(part, str) else part


Part = Annotated[PartFile, BeforeValidator(_named_part)]


class StepFile(_Strict):
    """One planned contact."""

    id: str = Field(min_length=1)
    anchor: str
    offset: Duration
    kind: StepKind
    questionnaire: str = ""
    text: str = ""
    window_before: Duration = Offset()
    window_after: Duration = Offset(days=7)
    ignore_quiet_hours: bool = False
    busy: Busy = Busy.WAIT
    ladder: str = ""
    card: str = ""
    enabled: bool = True
    counts_from: Counts | None = None
    """Left out: months count from the last date of their kind, everything else from each."""
    until: str = ""
    programme: str = Field(default="", pattern=r"^[a-z-]*$")


class ProtocolFile(_Strict):
    """protocol.json."""

    id: str = Field(pattern=r"^[a-z0-9-]+$")
    version: str = Field(min_length=1)
    title: str = Field(min_length=1)
    status: str
    languages: tuple[str, ...] = ("en",)
    intake: tuple[Part, ...] = Field(min_length=1)
    unfinished: tuple[RungFile, ...] = ()
    anchors: tuple[str, ...] = ()
    ladders: Mapping[str, tuple[RungFile, ...]] = {}
    steps: tuple[StepFile, ...] = ()
    effects: Mapping[str, str] = {}
    baseline: Mapping[str, str] = {}
    quotes: Mapping[str, str] = {}
    cards: Mapping[str, str] = {}
    paper_limits: Mapping[str, Duration] = {}
    texts: Mapping[str, str] = {}
    reply_days: int = Field(default=5, ge=1)
    awaited: frozenset[str] = frozenset()
    summary: Mapping[SummaryHeading, tuple[str, ...]] = {}


class RuleFile(_Strict):
    """One rule of prescreen.json or flags.json."""

    id: str = Field(min_length=1)
    level: str
    when: Mapping[str, Any]
    staff_text: str = Field(min_length=1)
    applies_to: str = "any"
    sources: tuple[str, ...] = ()
    basis: str = ""
    card: str = ""
    task: str = ""
    adverse_event: bool | None = None
    questionnaire: str = ""


class RulesFile(_Strict):
    """prescreen.json and flags.json."""

    status: str = ""
    version: str = ""
    rules: tuple[RuleFile, ...] = ()


class NumbersFile(_Strict):
    """emergency-numbers.json: ISO 3166 country code → number as people dial it."""

    status: str = ""
    numbers: Mapping[Annotated[str, Field(pattern="^[A-Z]{2}$")], str] = {}


class WordsFile(_Strict):
    """word-lists.json: language → level → words in free text that show that level's card."""

    status: str = ""
    lists: Mapping[str, Mapping[str, tuple[str, ...]]] = {}


class TopicFile(_Strict):
    """One common question of faq.json: which sentence rests on which claims of facts.json."""

    id: str = Field(pattern=r"^[a-z0-9-]+$")
    keywords: Mapping[str, tuple[str, ...]] = {}
    facts: Mapping[str, tuple[str, ...]] = {}
    plain: tuple[str, ...] = ()
    sources: tuple[str, ...] = ()
    content_date: date
    button: Literal["", "person", "privacy"] = ""
    card: Literal["", "RED"] = ""
    only_alone: bool = False


class FaqFile(_Strict):
    """faq.json: common questions, and the words with which a question begins."""

    status: str = ""
    question_words: Mapping[str, tuple[str, ...]] = {}
    topics: tuple[TopicFile, ...] = ()


class FactFile(_Strict):
    """One claim of facts.json: only what is verified is stated to patients as a fact."""

    id: str = Field(min_length=1)
    claim: str = Field(min_length=1)
    status: Literal["verified", "background", "seed-only"]
    source: str = Field(min_length=1)
    note: str = ""
    as_of: str = ""
    review_due: str = ""


class FactsFile(_Strict):
    """facts.json."""

    status: str = ""
    facts: tuple[FactFile, ...] = ()


class ExceptionFile(_Strict):
    """One text of claims.json in which the words of a rule are no claim, and why."""

    key: str = Field(min_length=1)
    rules: tuple[str, ...] = Field(min_length=1)
    why: str = Field(min_length=1)


class ClaimsFile(_Strict):
    """claims.json: the texts that the claim checker lets pass."""

    exceptions: tuple[ExceptionFile, ...] = ()


class LintFile(_Strict):
    """lint.json: what `yorisoi check` is told of a pack's intentions."""

    same_for_helpers: frozenset[str] = frozenset()
    restricted: Mapping[Group, tuple[str, ...]] = Field(default_factory=dict)
    """linkIds of what only nurses and doctors see, by group; one that ends with a dot is a whole section."""


def read_model(folder: Path, name: str, model: type[Model]) -> Model:
    """Return the file as `model`, or the empty model if it is not there; raise PackError naming the field."""
    path = folder / name
    if not path.is_file() and name != PROTOCOL:
        return model()
    try:
        return model.model_validate(read_json(path))
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        field = ".".join(str(part) for part in first["loc"])
        raise PackError(f"{name}: {field}: {first['msg']}") from None


def read_json(path: Path) -> Any:
    """Return what a JSON file holds; raise PackError naming the file and the line."""
    try:
        return json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise PackError(f"{path.name}: no such file in {path.parent.name}") from None
    except UnicodeDecodeError:
        raise PackError(f"{path.name}: not UTF-8") from None
    except json.JSONDecodeError as error:
        raise PackError(f"{path.name}: line {error.lineno}: {error.msg}") from None
    except RecursionError:
        raise PackError(f"{path.name}: nested too deeply") from None
