"""Invented answers to a questionnaire, along the path that they open."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from decimal import Decimal
from typing import Final

from bot.seed.dice import Dice
from handlers.core.carried import Part, carried_into
from handlers.core.path import slots
from handlers.core.questionnaire import Item, ItemType, Option, Questionnaire
from handlers.core.values import Absent, Answer, Coding, PartialDate, Quantity, Slot, Value

WORDS: Final = {
    "en": ("Mornings are difficult.", "I walk with a stick since spring.", "My daughter helps me."),
    "ja": ("朝は動きにくいです。", "春から杖を使っています。", "娘が手伝ってくれます。"),
    "zh-Hans": ("早上动作很慢。", "从春天起用拐杖。", "女儿帮我。"),
    "vi": ("Buổi sáng đi lại khó khăn.", "Tôi chống gậy từ mùa xuân.", "Con gái giúp tôi."),
    "ar": ("أجد صعوبة في الصباح.", "أمشي بعصا منذ الربيع.", "ابنتي تساعدني."),
}
CALM: Final = frozenset({"no", "none", "never", "0"})
"""Codes that most people choose: what is rare in life is rare here."""
_PASSES: Final = 8
_LEAST, _MOST = 0, 9


@dataclass(frozen=True, slots=True)
class Writer:
    """Somebody who answers: in which language, and at what age."""

    dice: Dice
    language: str
    age: int

    def answers(
        self, form: Questionnaire, begun: datetime, parts: Sequence[Part] = ()
    ) -> tuple[dict[Slot, Answer], datetime]:
        """Return answers to everything that is asked, in its order, and when the last one was given."""
        known: dict[str, Value] = {"age": self.age}
        carried, given = carried_into(form, parts, known), dict[Slot, Answer]()
        for _ in range(_PASSES):
            path = slots(form, {**carried, **given}, known)
            fresh = [stop for stop in path if stop[1] not in given and self._can_answer(stop[0])]
            if not fresh:
                break
            given.update((slot, self._answer(item, slot, begun)) for item, slot in fresh)
        at, timed = begun, dict[Slot, Answer]()
        for slot in sorted(given, key=lambda slot: (form.order.get(slot.link_id, 0), slot.instance)):
            at += timedelta(seconds=self.dice.randint(5, 60))
            timed[slot] = Answer(slot, given[slot].values, at, absent=given[slot].absent)
        return timed, at

    def _can_answer(self, item: Item) -> bool:
        return item.is_question and item.type is not ItemType.ATTACHMENT

    def _answer(self, item: Item, slot: Slot, at: datetime) -> Answer:
        if item.skippable and self.dice.happens(0.04):
            return Answer(slot, (), at, absent=self.dice.choice([Absent.SKIPPED, Absent.UNKNOWN]))
        return Answer(slot, self._values(item), at)

    def _values(self, item: Item) -> tuple[Value, ...]:
        if item.options:
            return self._chosen(item)
        match item.type:
            case ItemType.DATE:
                return (PartialDate(self.dice.randint(2005, 2024), self.dice.randint(1, 12)),)
            case ItemType.DECIMAL:
                return (Decimal(self.dice.randint(40, 90)),)
            case ItemType.INTEGER:
                return (self._number(item),)
            case ItemType.QUANTITY:
                return (Quantity(Decimal(self.dice.randint(45, 95)), item.default_unit or "kg"),)
            case ItemType.BOOLEAN:
                return (self.dice.happens(0.3),)
            case ItemType.TIME:
                return (time(self.dice.randint(8, 18), 30),)
            case _:
                return (self.dice.choice(WORDS.get(self.language, WORDS["en"])),)

    def _number(self, item: Item) -> int:
        low, high = item.constraints.minimum, item.constraints.maximum
        least = low if isinstance(low, int) else _LEAST
        return self.dice.randint(least, high if isinstance(high, int) else least + _MOST)

    def _chosen(self, item: Item) -> tuple[Value, ...]:
        calm = [option for option in item.options if option.code in CALM]
        if calm and self.dice.happens(0.75):
            return (_value(calm[0]),)
        if item.repeats and not item.options[-1].exclusive:
            return tuple(map(_value, self.dice.sample(item.options, min(2, len(item.options)))))
        return (_value(self.dice.choice(item.options)),)


def _value(option: Option) -> Value:
    value = option.value
    return Coding(value.code, value.system, option.label) if isinstance(value, Coding) else value
