"""Responses as QuestionnaireResponses: the tree of the questionnaire, with an answer or its absence."""

from collections import Counter
from collections.abc import Sequence
from datetime import datetime, time
from decimal import Decimal
from typing import Any, assert_never

from handlers.core.bundle.naming import ABSENT, OURS, TRANSLATION, Naming, Resource, entry, instant, text
from handlers.core.bundle.people import device_url, told_by
from handlers.core.questionnaire import Item, ItemType, Questionnaire
from handlers.core.summary.lines import is_hidden
from handlers.core.summary.told import Reading, Told, ToldResponse
from handlers.core.values import (
    Absent,
    Answer,
    AnsweredBy,
    Coding,
    FileRef,
    PartialDate,
    Quantity,
    Slot,
    Url,
    Value,
)

_UCUM = "http://unitsofmeasure.org"


def answered(
    told: Told, part: ToldResponse, questionnaire: Questionnaire, naming: Naming, reading: Reading
) -> Resource:
    """Return the entry of one response; answers that the reader may not see are masked."""
    response = part.response
    authored = max((a.at for a in response.answers.values()), default=response.started_at)
    resource = {
        "resourceType": "QuestionnaireResponse",
        "identifier": naming.identifier("questionnaire-response", response.id),
        "questionnaire": f"{questionnaire.url}|{response.version}",
        "status": response.status.value,
        "subject": naming.reference("Patient"),
        "authored": instant(authored),
        "author": {"reference": device_url(naming), "type": "Device"},
        "source": _source(told, part, naming),
        "item": _Tree(part, questionnaire, reading).items(questionnaire.items, ()),
    }
    return entry(naming.url("QuestionnaireResponse", response.id), resource)


def _source(told: Told, part: ToldResponse, naming: Naming) -> Resource | None:
    """Return who gave most of the answers; what each said of whom stands in the Provenance."""
    given = Counter(
        (answer.by, answer.who)
        for answer in part.response.answers.values()
        if answer.by in {AnsweredBy.PATIENT, AnsweredBy.HELPER}
    )
    if not given:
        return naming.reference("Patient")
    (by, who), _ = min(given.items(), key=lambda pair: (-pair[1], pair[0][0], pair[0][1] or ""))
    return told_by(told, naming, by, who)


class _Tree:
    """The answers of one response in the shape of its questionnaire."""

    def __init__(self, part: ToldResponse, questionnaire: Questionnaire, reading: Reading) -> None:
        self._answers = part.response.answers
        self._form = questionnaire
        self._reading = reading

    def items(self, items: Sequence[Item], instance: tuple[int, ...]) -> list[Resource]:
        """Return what stands under these items; an item without an answer is left out."""
        found: list[Resource] = []
        for item in items:
            if item.type is ItemType.GROUP:
                found += self._group(item, instance)
            elif (answer := self._answers.get(Slot(item.link_id, instance))) is not None:
                found.append(self._question(item, answer, instance))
        return found

    def _group(self, group: Item, instance: tuple[int, ...]) -> list[Resource]:
        places = (
            [(*instance, number) for number in range(self._count(group))] if group.repeats else [instance]
        )
        inner = [(place, self.items(group.items, place)) for place in places]
        return [{"linkId": group.link_id, "item": items} for _, items in inner if items]

    def _count(self, group: Item) -> int:
        numbers = [
            slot.instance[len(group.repeating)] + 1
            for slot in self._answers
            if len(slot.instance) > len(group.repeating) and self._is_in(slot, group)
        ]
        return max(numbers, default=0)

    def _is_in(self, slot: Slot, group: Item) -> bool:
        item = self._form.by_link_id.get(slot.link_id)
        return item is not None and group.link_id in item.group_path

    def _question(self, item: Item, answer: Answer, instance: tuple[int, ...]) -> Resource:
        shown = {"linkId": item.link_id, "text": self._reading.clinic.question(self._form, item)}
        if is_hidden(item, self._reading):
            return {**shown, "extension": [{"url": ABSENT, "valueCode": "masked"}]}
        told = [self._value(item, answer, value) for value in answer.values]
        values = [one for one in told if one]
        if answer.absent is not None and answer.absent is not Absent.VOICE:
            return {**shown, "extension": [{"url": ABSENT, "valueCode": answer.absent.value}]}
        if not values or answer.absent is Absent.VOICE:
            return {**shown, "extension": [{"url": ABSENT, "valueCode": "unsupported"}]}
        for number, value in enumerate(told):
            below = self._below(item, instance, number)
            if value and below:
                value["item"] = below
        return {**shown, "answer": values}

    def _below(self, item: Item, instance: tuple[int, ...], number: int) -> list[Resource]:
        """Return what stands under one answer: under a repeating question each has its own."""
        if item.repeats:
            return self.items(item.items, (*instance, number))
        return self.items(item.items, instance) if number == 0 else []

    def _value(self, item: Item, answer: Answer, value: Value) -> Resource:
        if isinstance(value, Coding):
            return {"valueCoding": self._coding(item, answer, value)}
        return plain_value(value)

    def _coding(self, item: Item, answer: Answer, value: Coding) -> Resource:
        """Return a coding with its English label, the clinic's and the patient's as translations."""
        option = item.option_of(value)
        display = (option.label if option else value.display) or value.code
        coding: Resource = {"system": value.system or f"{OURS}/CodeSystem/intake", "code": value.code}
        coding["display"] = display
        alone = Answer(answer.slot, (value,), answer.at)
        said = {
            words.language: words.answer(self._form, item, alone)
            for words in (self._reading.clinic, self._reading.patient)
        }
        translations = [_translation(language, label) for language, label in said.items() if label != display]
        return {**coding, "_display": {"extension": translations}} if translations else coding


def _translation(language: str, label: str) -> Resource:
    return {
        "url": TRANSLATION,
        "extension": [{"url": "lang", "valueCode": language}, {"url": "content", "valueString": label}],
    }


def plain_value(value: Value) -> dict[str, Any]:
    """Return one value as `value[x]`; nothing for a text that is blank."""
    match value:
        case bool():
            return {"valueBoolean": value}
        case int():
            return {"valueInteger": value}
        case Decimal():
            return {"valueDecimal": _number(value)}
        case str() | Url():
            return _worded(value)
        case Coding():
            return {"valueCoding": {"system": value.system, "code": value.code, "display": value.display}}
        case Quantity():
            unit = {"unit": value.unit, "system": _UCUM, "code": value.unit} if value.unit else {}
            return {"valueQuantity": {"value": _number(value.value), **unit}}
        case PartialDate():
            return {"valueDate": str(value)}
        case datetime() | time():
            return _timed(value)
        case FileRef():
            return {"valueAttachment": {"contentType": value.mime, "title": value.name or value.document_id}}
        case unreachable:
            assert_never(unreachable)


def _worded(value: str | Url) -> dict[str, Any]:
    if isinstance(value, Url):
        return {"valueUri": value.value}
    return {"valueString": text(value)} if text(value) else {}


def _timed(value: datetime | time) -> dict[str, Any]:
    if isinstance(value, datetime):
        return {"valueDateTime": instant(value)}
    return {"valueTime": value.strftime("%H:%M:%S")}


def _number(value: Decimal) -> int | float:
    return int(value) if value == value.to_integral_value() else float(value)
