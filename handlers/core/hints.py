"""The line under a question that says how it may be answered."""

from collections.abc import Mapping
from types import MappingProxyType

from handlers.core.messages import Phrase
from handlers.core.pads import open_pad
from handlers.core.pads.numbers import own_unit
from handlers.core.questionnaire import Item, ItemType
from handlers.core.turn import Scene

_HINTS: Mapping[ItemType, str] = MappingProxyType(
    {
        ItemType.DATE: "date",
        ItemType.DATETIME: "moment",
        ItemType.TIME: "time",
        ItemType.INTEGER: "number",
        ItemType.DECIMAL: "number",
        ItemType.QUANTITY: "number",
        ItemType.URL: "url",
        ItemType.ATTACHMENT: "file",
        ItemType.STRING: "text",
        ItemType.TEXT: "text",
    }
)
_MEASURES: Mapping[str, str] = MappingProxyType({"cm": "length", "kg": "weight"})


def hint_of(scene: Scene, item: Item) -> Phrase | None:
    """Return how the question may be answered, where its buttons do not say it all."""
    if item.options:
        return _hint_of_options(item)
    hint = _hint_of_words(scene, item)
    if hint is None or open_pad(scene, item) is None:
        return hint
    is_plain = hint.key == "chat.hint.number"
    return Phrase("chat.hint.or_number") if is_plain else Phrase("chat.hint.or_type", {"hint": hint})


def _hint_of_options(item: Item) -> Phrase | None:
    most = item.constraints.max_occurs
    if item.repeats and most is not None and most < len(item.options):
        return Phrase("chat.hint.many_most", {"most": str(most)})
    if item.repeats:
        return Phrase("chat.hint.many")
    return Phrase("chat.hint.open_choice") if item.type is ItemType.OPEN_CHOICE else None


def _hint_of_words(scene: Scene, item: Item) -> Phrase | None:
    if item.example:
        example = Phrase(scene.questionnaire.text_key(item, "example"), default=item.example)
        return Phrase("chat.hint.example", {"example": example})
    if (measure := _MEASURES.get(own_unit(item))) is not None:
        return Phrase(f"chat.hint.{measure}")
    kind = "partial_date" if item.constraints.partial_date else _HINTS.get(item.type)
    return Phrase(f"chat.hint.{kind}") if kind else None
