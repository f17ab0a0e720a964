"""What another pack changes, as a person asks it: which questions, rules, steps and words. Pure."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, fields
from enum import StrEnum
from typing import Any, Final

from bot.surroundings import Reading
from handlers.core.protocol import Protocol, Rule, Step
from handlers.core.questionnaire import Item, Questionnaire
from locales.catalogs import SOURCE_LANGUAGE
from locales.pack_texts import pack_texts


class Change(StrEnum):
    """What becomes of a thing."""

    ADDED = "added"
    REMOVED = "removed"
    WORDED = "worded"
    """Other words, the same question."""
    CHANGED = "changed"


class Area(StrEnum):
    """In which part of the pack something changes."""

    PLAN = "plan"
    QUESTIONS = "questions"
    RULES = "rules"
    TEXTS = "texts"


@dataclass(frozen=True, slots=True)
class Line:
    """One change. `where` is a questionnaire or a language, `aspects` name what differs."""

    change: Change
    area: Area
    name: str
    where: str = ""
    before: str = ""
    after: str = ""
    aspects: tuple[str, ...] = ()


_ASPECTS: Final[Mapping[str, tuple[str, ...]]] = {
    "kind": ("type", "repeats", "read_only", "hidden", "calculated", "vocabulary", "carried"),
    "options": ("options",),
    "condition": ("enable_when", "enable_any"),
    "limits": (
        "constraints",
        "usual_min",
        "usual_max",
        "required",
        "skippable",
        "confirm",
        "confirm_answers",
    ),
    "secrecy": ("sensitive", "not_on", "languages"),
    "wording": ("helper", "why", "prefix", "example"),
}
"""What staff call the fields of an item."""


def differences(old: Reading, new: Reading) -> tuple[Line, ...]:
    """Return everything that differs, in the order in which it should be read."""
    return (
        *_plan(old.protocol, new.protocol),
        *_questions(old.protocol, new.protocol),
        *_rules(
            (*old.protocol.prescreen, *old.protocol.flags), (*new.protocol.prescreen, *new.protocol.flags)
        ),
        *_texts(old, new),
    )


def changed_questionnaires(old: Protocol, new: Protocol) -> frozenset[str]:
    """Return the urls of the questionnaires that ask something else, or are gone."""
    after = new.questionnaires
    return frozenset(
        url for url, one in old.questionnaires.items() if url not in after or _asks(one) != _asks(after[url])
    )


def changed_steps(old: Protocol, new: Protocol) -> frozenset[str]:
    """Return the ids of the steps that stay, and are asked otherwise."""
    others, touched = changed_questionnaires(old, new), {step.id: step for step in new.steps}
    return frozenset(
        step.id
        for step in old.steps
        if step.id in touched and (step != touched[step.id] or step.questionnaire in others)
    )


def _asks(questionnaire: Questionnaire) -> Any:
    return questionnaire.version, questionnaire.items


def _plan(old: Protocol, new: Protocol) -> Iterator[Line]:
    if old.languages != new.languages:
        yield Line(
            Change.CHANGED, Area.PLAN, "languages", "", ", ".join(old.languages), ", ".join(new.languages)
        )
    before, after = _names(old), _names(new)
    if before != after:
        yield Line(Change.CHANGED, Area.PLAN, "intake", "", ", ".join(before), ", ".join(after))
    yield from _steps({one.id: one for one in old.steps}, {one.id: one for one in new.steps})


def _names(protocol: Protocol) -> list[str]:
    return [protocol.questionnaires[url].id for url in protocol.intake]


def _steps(old: Mapping[str, Step], new: Mapping[str, Step]) -> Iterator[Line]:
    for name in _union(old, new):
        if name not in old:
            yield Line(Change.ADDED, Area.PLAN, name, after=_when(new[name]))
        elif name not in new:
            yield Line(Change.REMOVED, Area.PLAN, name, before=_when(old[name]))
        elif old[name] != new[name]:
            times = _when(old[name]), _when(new[name])
            yield Line(Change.CHANGED, Area.PLAN, name, "", *times, _differing(old[name], new[name]))


def _when(step: Step) -> str:
    """Return a step as "questionnaire: anchor +14 d"."""
    offset, form = step.offset, step.questionnaire.rpartition("/")[2] or step.text or step.card
    units = ((offset.months, "mo"), (offset.days, "d"), (offset.hours, "h"))
    times = " ".join(f"{number:+d} {unit}" for number, unit in units if number)
    return f"{form}: {step.anchor} {times or '+0 d'}"


def _rules(old: Sequence[Rule], new: Sequence[Rule]) -> Iterator[Line]:
    before, after = {one.id: one for one in old}, {one.id: one for one in new}
    for name in _union(before, after):
        if name not in before:
            yield Line(Change.ADDED, Area.RULES, name, after=after[name].staff_text)
        elif name not in after:
            yield Line(Change.REMOVED, Area.RULES, name, before=before[name].staff_text)
        elif before[name] != after[name]:
            texts = before[name].staff_text, after[name].staff_text
            yield Line(Change.CHANGED, Area.RULES, name, "", *texts, _differing(before[name], after[name]))


def _questions(old: Protocol, new: Protocol) -> Iterator[Line]:
    for url in _union(old.questionnaires, new.questionnaires):
        before, after = old.questionnaires.get(url), new.questionnaires.get(url)
        if before is None or after is None:
            one = before or after
            change = Change.REMOVED if after is None else Change.ADDED
            yield Line(change, Area.QUESTIONS, one.title or one.id if one else "", one.id if one else "")
            yield from _items(before or _nothing(after), after or _nothing(before))
        else:
            yield from _items(before, after)


def _nothing(like: Questionnaire | None) -> Questionnaire:
    """Return a questionnaire without a question, beside which all of another are new, or gone."""
    return Questionnaire(like.id, like.url, like.version) if like else Questionnaire("", "", "")


def _items(old: Questionnaire, new: Questionnaire) -> Iterator[Line]:
    for name in _union(old.by_link_id, new.by_link_id):
        before, after = old.by_link_id.get(name), new.by_link_id.get(name)
        texts = before.text if before else "", after.text if after else ""
        if before is None:
            yield Line(Change.ADDED, Area.QUESTIONS, name, new.id, *texts)
        elif after is None:
            yield Line(Change.REMOVED, Area.QUESTIONS, name, new.id, *texts)
        elif aspects := _of_item(before, after):
            yield Line(Change.CHANGED, Area.QUESTIONS, name, new.id, *texts, aspects)
        elif before.text != after.text:
            yield Line(Change.WORDED, Area.QUESTIONS, name, new.id, *texts)


def _of_item(old: Item, new: Item) -> tuple[str, ...]:
    return tuple(
        aspect
        for aspect, names in _ASPECTS.items()
        if any(getattr(old, name) != getattr(new, name) for name in names)
    )


def _texts(old: Reading, new: Reading) -> Iterator[Line]:
    """Yield the clinical words that differ in a language; English questions stand among the questions."""
    for language in new.protocol.languages:
        before, after = _words(old, language), _words(new, language)
        for key in _union(before, after):
            if before.get(key, "") != after.get(key, "") and not (language == SOURCE_LANGUAGE and "/" in key):
                change = (
                    Change.ADDED
                    if key not in before
                    else Change.REMOVED
                    if key not in after
                    else Change.WORDED
                )
                yield Line(change, Area.TEXTS, key, language, before.get(key, ""), after.get(key, ""))


def _words(reading: Reading, language: str) -> Mapping[str, str]:
    try:
        found = pack_texts(reading.protocol, reading.catalogs, language)
    except KeyError:
        return {}
    # Those of questionnaires that an earlier pack had are nobody's to compare.
    return {key: text for key, text in found.items() if "@" not in key}


def _differing(old: Step | Rule, new: Step | Rule) -> tuple[str, ...]:
    names = (one.name for one in fields(old) if one.compare)
    return tuple(name for name in names if getattr(old, name) != getattr(new, name))


def _union(old: Mapping[str, Any], new: Mapping[str, Any]) -> list[str]:
    return [*new, *(name for name in old if name not in new)]
