"""Every English text that a patient reads: median grade at most 5, none above 8 (Flesch-Kincaid).

Names of drugs and illnesses that nothing plainer can stand for are listed and count as a short word.
"""

import json
import re
from pathlib import Path
from statistics import median

import pytest
import readability

from locales.po import read_po_file
from tests.core.sample_pack import pack

ROOT = Path(__file__).parents[2]
FILES = (
    *(ROOT / "handlers/protocols").glob("*/locales/en.po"),
    *(ROOT / f"locales/en/{area}.po" for area in ("chat", "talk", "web", "whatsapp")),
)
HARD_WORDS = frozenset(json.loads(Path(__file__).with_name("hard_words.json").read_text(encoding="utf-8")))
NO_SENTENCES = re.compile(r"#option|#detail|#title|#example|/section\.|/calc\.|\.button\.")
FEWEST = 5
"""Shorter than so many words, the formula says nothing."""


def texts():
    """Return {where: text} of all sentences; labels and headings are none."""
    found = {}
    for path in FILES:
        for entry in read_po_file(path).entries:
            if not NO_SENTENCES.search(entry.key):
                found[entry.key] = entry.source[0]
    return found


def grade(text):
    """Return the Flesch-Kincaid grade of a text, or None for one that is too short."""
    filled = re.sub(r"\{\w+\}", "Anna", text)
    sentences = [_words(part) for part in re.split(r"(?<=[.?!:;])\s+|\n+", filled)]
    if sum(len(words) for words in sentences) < FEWEST:
        return None
    tokens = "\n".join(f"{' '.join(words)} ." for words in sentences if words)
    return readability.getmeasures(tokens, lang="en")["readability grades"]["Kincaid"]


def _words(sentence):
    words = re.findall(r"[A-Za-z][A-Za-z'-]*|\d+", sentence)
    return ["name" if word.lower().removesuffix("'s") in HARD_WORDS else word for word in words]


GRADES = {where: found for where, text in texts().items() if (found := grade(text)) is not None}


def test_the_median_text_needs_five_years_of_school_at_most():
    assert (median(GRADES.values()) <= 5, len(GRADES) > 500) == (True, True)


def test_no_text_needs_more_than_eight():
    assert {where: round(found, 1) for where, found in GRADES.items() if found > 8} == {}


def test_a_hard_sentence_is_found_out():
    assert grade("Intermittent immunological complications necessitate hospitalisation immediately.") > 8


@pytest.mark.parametrize("word", sorted(HARD_WORDS))
def test_a_word_listed_as_hard_is_used(word):
    said = " ".join([*texts().values(), *(q.title for q in pack().questionnaires.values())]).lower()

    assert re.search(rf"\b{re.escape(word)}", said)
