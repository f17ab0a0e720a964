"""The words of one language, read from its texts (`locales/<language>/words.po`)."""

from collections.abc import Mapping

from handlers.core.turn import Words
from handlers.core.understanding.folding import fold, plain

COMMANDS = (
    "yes",
    "no",
    "skip",
    "back",
    "why",
    "menu",
    "stop",
    "help",
    "language",
    "change",
    "done",
    "none",
    "more",
    "unsure",
    "later",
    "keep",
    "emergency",
    "travel",
    "home_again",
    "privacy",
    "own_copy",
    "erase",
)
MARKS = (
    *("about", "filler", "and", "am", "pm", "number", "counter", "ago"),
    *("noon", "midnight", "half_past", "quarter_past", "quarter_to", "oclock"),
    *("polite", "this_year", "last_year", "year_before_last", "this_month", "last_month"),
)
DAYS: Mapping[str, int] = {"today": 0, "yesterday": -1, "tomorrow": 1}
NUMBERS = (*range(21), 30, 40, 50, 60, 70, 80, 90)
UNITS: Mapping[str, str] = {
    "cm": "cm",
    "m": "m",
    "mm": "mm",
    "km": "km",
    "ft": "[ft_i]",
    "in": "[in_i]",
    "kg": "kg",
    "jin": "500.g",
    "g": "g",
    "mg": "mg",
    "lb": "[lb_av]",
    "oz": "[oz_av]",
    "st": "[stone_av]",
    "celsius": "Cel",
    "fahrenheit": "[degF]",
    "year": "a",
    "month": "mo",
    "week": "wk",
    "day": "d",
    "hour": "h",
    "minute": "min",
    "percent": "%",
}
"""Names used in `words.unit.<name>` and their UCUM codes."""

WORD_KEYS: tuple[str, ...] = (
    "words.date_order",
    "words.decimal_mark",
    "words.stop_also",
    *(f"words.{name}" for name in (*COMMANDS, *MARKS, *DAYS)),
    *(f"words.month.{number}" for number in range(1, 13)),
    *(f"words.number.{number}" for number in NUMBERS),
    *(f"words.unit.{name}" for name in UNITS),
)
"""Every locale key that `build_words` looks at; a language may lack some."""


def build_words(language: str, texts: Mapping[str, str], labels: Mapping[str, str]) -> Words:
    """Return the words of `language` from its `words.*` texts; a missing text gives no words."""
    lists = {key: _split(texts.get(key, "")) for key in WORD_KEYS}
    return Words(
        language=language,
        commands={name: lists[f"words.{name}"] for name in COMMANDS}
        | {"stop": (*lists["words.stop"], *lists["words.stop_also"])},
        months={w: n for n in range(1, 13) for w in lists[f"words.month.{n}"]},
        date_order=texts.get("words.date_order", "DMY").strip() or "DMY",
        labels=labels,
        numbers={w: n for n in NUMBERS for w in lists[f"words.number.{n}"]},
        units={w: code for name, code in UNITS.items() for w in lists[f"words.unit.{name}"]},
        days={w: n for name, n in DAYS.items() for w in lists[f"words.{name}"]},
        marks={name: lists[f"words.{name}"] for name in MARKS},
        decimal_mark=texts.get("words.decimal_mark", ".").strip() or ".",
    )


def _split(text: str) -> tuple[str, ...]:
    parts = text.replace("、", ",").replace("،", ",").split(",")
    return tuple(dict.fromkeys(w for part in parts if (w := fold(part) or plain(part))))
