import re
from datetime import time
from decimal import Decimal

import pytest

from handlers.core.showing import value_phrase
from handlers.core.values import Coding, DocumentId, FileRef, PartialDate, Quantity, Url
from locales import Catalogs
from tests.core.builders.talk import NOON, ROOT, load, talk

USED = re.compile(r"\"(chat\.[a-z0-9_.]+)\"")
MODULES = ("asking", "confirming", "doors", "moving", "showing", "step", "taking", "tapping", "ticks")


def worded(phrase, catalog):
    values = {
        name: worded(each, catalog) if not isinstance(each, str) else each
        for name, each in phrase.values.items()
    }
    if phrase.default and not catalog.has(phrase.key):
        return phrase.default
    return re.sub("[\u2066-\u2069]", "", catalog.text(phrase.key, **values))


@pytest.mark.parametrize(
    ("value", "english", "japanese"),
    [
        (True, "Yes", "はい"),
        (7, "7", "7"),
        (Decimal("1.50"), "1.50", "1.50"),
        ("own words", "own words", "own words"),
        (Coding("b"), "B", "B"),
        (Coding("JP", "", "Japan"), "Japan", "Japan"),
        (Quantity(Decimal("5.5"), "[ft_i]"), "5.5 ft", "5.5 ft"),
        (PartialDate(2019), "2019", "2019年"),
        (PartialDate(2019, 3), "March 2019", "2019年3月"),
        (PartialDate(2019, 3, 7), "7 March 2019", "2019年3月7日"),
        (PartialDate(2019, 3, about=True), "about March 2019", "2019年3月ごろ"),
        (NOON, "24 November 2026, 21:00", "2026年11月24日 21:00"),
        (time(9, 30), "09:30", "09:30"),
        (FileRef(DocumentId("d")), "a file", "ファイル"),
        (FileRef(DocumentId("d"), "", "scan.pdf"), "scan.pdf", "scan.pdf"),
        (Url("https://example.org"), "https://example.org", "https://example.org"),
    ],
)
def test_answers_are_shown_in_the_words_of_the_language(value, english, japanese):
    scene = talk(load("type-choice"), zone="Asia/Tokyo").scene
    catalogs = Catalogs(ROOT / "locales")

    phrase = value_phrase(scene, scene.questionnaire.item("q"), value)

    assert worded(phrase, catalogs.get("en")) == english
    assert worded(phrase, catalogs.get("ja")) == japanese


@pytest.mark.parametrize("language", ["en", "ja"])
@pytest.mark.parametrize("module", MODULES)
def test_every_text_that_the_engine_says_is_written(module, language):
    catalog = Catalogs(ROOT / "locales").get(language)
    keys = set(USED.findall((ROOT / "handlers" / "core" / f"{module}.py").read_text()))

    assert {key for key in keys if not catalog.has(key)} == set()
