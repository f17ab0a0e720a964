"""What the clinic receives of one response: every answer in its section, what is missing, the flags.

It speaks no language: questions and options are phrases by their locale keys, typed words stand
verbatim beside them.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import groupby
from types import MappingProxyType
from typing import Final

from handlers.core.case import Response, ResponseStatus
from handlers.core.changes import Level, RaiseFlag
from handlers.core.evidence import words
from handlers.core.messages import Phrase
from handlers.core.path import Stop, is_asked, slots
from handlers.core.questionnaire import Item, ItemType, Questionnaire
from handlers.core.values import Answer, AnsweredBy, Coding, FileRef, Slot, Value

NOTHING_CALCULATED: Final[Mapping[str, Value]] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Row:
    """One question and its answer. `labels` are the chosen options, `words` the answer as given."""

    slot: Slot
    question: Phrase
    values: tuple[Value, ...]
    labels: tuple[Phrase, ...]
    words: str
    skipped: bool
    by: AnsweredBy
    sensitive: str = ""


@dataclass(frozen=True, slots=True)
class Section:
    """The rows of one group; `title` is None outside all groups."""

    title: Phrase | None
    rows: tuple[Row, ...]


@dataclass(frozen=True, slots=True)
class Missing:
    """A question that is asked and has no answer: skipped, or not reached."""

    slot: Slot
    question: Phrase
    skipped: bool


@dataclass(frozen=True, slots=True)
class Summary:
    """One response on a page. `flags` stand loudest first, `undecided` wait for an answer."""

    questionnaire: str
    version: str
    status: ResponseStatus
    answered_by: tuple[AnsweredBy, ...]
    sections: tuple[Section, ...]
    missing: tuple[Missing, ...]
    flags: tuple[RaiseFlag, ...]
    undecided: tuple[RaiseFlag, ...]
    documents: tuple[FileRef, ...]


def summarise(
    questionnaire: Questionnaire,
    response: Response,
    flags: Iterable[RaiseFlag] = (),
    calculated: Mapping[str, Value] = NOTHING_CALCULATED,
) -> Summary:
    """Return the summary of a response; `flags` are those raised on it, in any order."""
    path = [stop for stop in slots(questionnaire, response.answers, calculated) if is_asked(stop)]
    stops = [stop for stop in path if stop[0].type is not ItemType.GROUP]
    answers = [answer for _, slot in stops if (answer := response.answers.get(slot)) is not None]
    ranked = sorted(flags, key=lambda flag: (list(Level).index(flag.level), flag.rule))
    return Summary(
        questionnaire=response.questionnaire,
        version=response.version,
        status=response.status,
        answered_by=tuple(dict.fromkeys(answer.by for answer in answers)),
        sections=_sections(questionnaire, response, stops),
        missing=tuple(_missing(questionnaire, response, stops)),
        flags=tuple(flag for flag in ranked if flag.level is not Level.UNDECIDED),
        undecided=tuple(flag for flag in ranked if flag.level is Level.UNDECIDED),
        documents=tuple(v for answer in answers for v in answer.values if isinstance(v, FileRef)),
    )


def _sections(questionnaire: Questionnaire, response: Response, stops: list[Stop]) -> tuple[Section, ...]:
    answered = [stop for stop in stops if stop[1] in response.answers]
    groups = groupby(answered, key=lambda stop: stop[0].group_path[:1])
    return tuple(
        Section(
            _title(questionnaire, path),
            tuple(_row(questionnaire, item, response.answers[slot]) for item, slot in group),
        )
        for path, group in groups
    )


def _title(questionnaire: Questionnaire, path: tuple[str, ...]) -> Phrase | None:
    return _question(questionnaire, questionnaire.item(path[0])) if path else None


def _row(questionnaire: Questionnaire, item: Item, answer: Answer) -> Row:
    codings = (value for value in answer.values if isinstance(value, Coding))
    return Row(
        slot=answer.slot,
        question=_question(questionnaire, item),
        values=answer.values,
        labels=tuple(_label(questionnaire, item, coding) for coding in codings),
        words=words(answer),
        skipped=answer.absent is not None,
        by=answer.by,
        sensitive=item.sensitive,
    )


def _missing(questionnaire: Questionnaire, response: Response, stops: list[Stop]) -> Iterable[Missing]:
    for item, slot in stops:
        answer = response.answers.get(slot)
        if answer is None or answer.absent is not None:
            yield Missing(slot, _question(questionnaire, item), answer is not None)


def _question(questionnaire: Questionnaire, item: Item) -> Phrase:
    return Phrase(questionnaire.text_key(item), default=item.text)


def _label(questionnaire: Questionnaire, item: Item, coding: Coding) -> Phrase:
    return Phrase(
        questionnaire.text_key(item, f"option:{coding.code}"), default=coding.display or coding.code
    )
