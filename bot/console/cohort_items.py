"""Which questions the trends of all patients show, and how: on the scale, as numbers, or counted."""

from collections.abc import Mapping
from enum import StrEnum
from itertools import pairwise
from typing import Final

from bot.console.forms import FormReader
from bot.console.trends import check_ins, on_scale
from handlers.core.questionnaire import Item, ItemType

_NUMBERS: Final = frozenset({ItemType.INTEGER, ItemType.DECIMAL})


class Kind(StrEnum):
    """How the answers of many patients to one question are put together."""

    SCALE = "scale"
    NUMBERS = "numbers"
    COUNTS = "counts"


def kind_of(item: Item) -> Kind | None:
    """Return how a question is shown; None where its answers have no order: words, files, several ticks."""
    if on_scale(item):
        return Kind.SCALE
    if item.type in _NUMBERS and not item.repeats:
        return Kind.NUMBERS
    is_one_of_a_list = item.type is ItemType.CHOICE and not item.repeats and item.options
    return Kind.COUNTS if is_one_of_a_list else None


def symptoms_of(forms: FormReader) -> Mapping[str, Item]:
    """Return the questions of check-ins with a twin in the intake, or whose options are numbered (PGI-C)."""
    asked = _asked(forms)
    in_check_ins = {
        link_id
        for step in check_ins(forms)
        if step.questionnaire in forms.protocol.questionnaires
        for link_id in forms.protocol.questionnaires[step.questionnaire].by_link_id
    }
    return {
        link_id: item
        for link_id, item in asked.items()
        if link_id in in_check_ins
        and kind_of(item)
        and (link_id in forms.protocol.baseline or _is_numbered(item))
    }


def twins_of(forms: FormReader) -> Mapping[str, str]:
    """Return linkId in the intake → the symptom, where both may be answered alike."""
    asked, symptoms = _asked(forms), symptoms_of(forms)
    twins = {twin: own for own, twin in forms.protocol.baseline.items() if own in symptoms and twin in asked}
    return {twin: own for twin, own in twins.items() if _alike(asked[twin], asked[own])}


def _asked(forms: FormReader) -> Mapping[str, Item]:
    return {
        link_id: item
        for form in forms.protocol.questionnaires.values()
        for link_id, item in form.by_link_id.items()
        if not item.carried
    }


def _is_numbered(item: Item) -> bool:
    codes = [option.code for option in item.options]
    numbers = [int(code) for code in codes if code.isdecimal()]
    return len(codes) > 1 and len(numbers) == len(codes) and all(a < b for a, b in pairwise(numbers))


def _alike(one: Item, other: Item) -> bool:
    codes = [[option.code for option in item.options] for item in (one, other)]
    return kind_of(one) is kind_of(other) and codes[0] == codes[1]
