"""The product's own words in every language that has them, and items as short as a test needs."""

from datetime import date
from decimal import Decimal
from pathlib import Path

from handlers.core.questionnaire import Constraints, Item, ItemType, Option, Questionnaire
from handlers.core.turn import Words
from handlers.core.understanding import Likely, Outcome, Understood, build_words, understand
from handlers.core.values import Coding, PartialDate, Quantity, Url
from locales.po import read_po_file

TODAY = date(2026, 11, 24)
ROOT = Path(__file__).parents[3] / "locales"
QUESTIONNAIRE = Questionnaire(id="q", url="urn:q", version="1")


def words_of(language: str, labels: dict[str, str] | None = None) -> Words:
    entries = read_po_file(ROOT / language / "words.po").entries
    texts = {entry.key: entry.forms[0] or entry.source[0] for entry in entries}
    return build_words(language, texts, labels or {})


def option(code: str, label: str, *, exclusive: bool = False) -> Option:
    return Option(Coding(code, "urn:s", label), label, exclusive=exclusive)


def item(kind: ItemType, *, options: tuple[Option, ...] = (), **fields: object) -> Item:
    names = Constraints.__dataclass_fields__
    limits = {name: fields.pop(name) for name in list(fields) if name in names}
    return Item("x", kind, options=options, constraints=Constraints(**limits), **fields)


def hear(one: Item, text: str, words: Words, **more: object) -> Outcome:
    return understand(one, text, words=words, questionnaire=QUESTIONNAIRE, today=TODAY, **more)


def shown(outcome: Outcome) -> str:
    """Write an outcome as tables do: values by commas, "? " before a guess, "! key" for a miss."""
    match outcome:
        case Understood(values):
            return ", ".join(map(_shown, values))
        case Likely(values):
            return "? " + ", ".join(map(_shown, values))
        case _:
            return "! " + outcome.key.rpartition(".")[2]


def _shown(value: object) -> str:
    match value:
        case Coding():
            return value.code
        case Quantity():
            return f"{value.value} {value.unit}"
        case PartialDate():
            return ("~" if value.about else "") + str(value)
        case Url():
            return value.value
        case Decimal():
            return f"{value:f}"
        case _:
            return value.isoformat() if hasattr(value, "isoformat") else str(value)


EN = words_of("en")
JA = words_of("ja")
