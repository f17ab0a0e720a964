"""The summary as PDF: looked at as pictures under docs/pictures, and held to what can be measured."""

import io
import json
import os
import re
from functools import cache

import pypdfium2
import pytest

from bot.summaries.fonts import printable
from bot.summaries.printed import pdf, shown
from locales.po import read_po_file
from tests.summaries.patients import PACK, ROOT, WORDS, patient, sheet

PICTURES = ROOT / "docs/pictures"
CASES = {
    "en": ("en", "en", "en"),
    "ja": ("ja", "ja", "ja"),
    "zh": ("zh-Hans", "zh-Hans", "ja"),
    "ko": ("en", "ko", "en"),
    "ar": ("ar", "ar", "en"),
}
"""Name of the picture: the patient's language, the language they typed in, and the clinic's."""


@cache
def document(name):
    language, tongue, clinic = CASES[name]
    return pypdfium2.PdfDocument(pdf(whole(language, tongue, clinic)))


def whole(language, tongue, clinic):
    return sheet(patient(10, language, 10, tongue), language=clinic)


@pytest.mark.parametrize("name", CASES)
def test_a_whole_intake_stands_on_two_pages_with_its_bundle_inside(name):
    pages = document(name)

    [attached] = [pages.get_attachment(n) for n in range(pages.count_attachments())]
    assert len(pages) in {1, 2}
    assert json.loads(bytes(attached.get_data()))["type"] == "document"


@pytest.mark.parametrize("name", CASES)
def test_the_patients_own_words_can_be_read_out_of_it(name):
    text = "".join(page.get_textpage().get_text_bounded() for page in document(name))

    # A reader gives back Arabic as it stands, from the right: it is known by its letters.
    assert set(WORDS[CASES[name][1]]) - set(" ()") <= set(text)


@pytest.mark.parametrize("name", CASES)
def test_every_character_that_a_summary_shows_has_a_glyph(name):
    assert lacking(json.dumps(shown(whole(*CASES[name])), ensure_ascii=False)) == {}


@pytest.mark.parametrize("language", ["en", "ja", "zh-Hans", "vi", "ar"])
def test_every_character_of_our_texts_and_of_the_packs_labels_has_a_glyph(language):
    files = [*(ROOT / "locales" / language).glob("*.po"), PACK / "locales" / f"{language}.po"]
    # words.po holds what patients may write, and is never shown.
    entries = [one for path in files if path.name != "words.po" for one in read_po_file(path).entries]

    assert len(entries) > 1000
    assert lacking("".join(text for one in entries for text in (*one.forms, *one.source))) == {}


def test_a_character_that_no_font_has_is_found():
    assert lacking("Name: \u0e2a\u0e27\u0e31 \U0001f64f 骨") == {
        "\u0e2a": "[…]",
        "\u0e27": "[…]",
        "\u0e31": "",
        "\U0001f64f": "[person with folded hands]",
    }


def lacking(text: str) -> dict[str, str]:
    """Return the characters that no embedded font has, and what stands in their place."""
    return {one: printable(one) for one in set(text) if printable(one) != one}


def test_it_is_pdf_a_3b_and_its_bundle_is_the_data_behind_it():
    raw = pdf(whole(*CASES["en"]))

    assert re.findall(rb"<pdfaid:(\w+)>(\w+)<", raw) == [(b"part", b"3"), (b"conformance", b"B")]
    assert re.findall(rb"/AFRelationship\s*/(\w+)", raw) == [b"Data"]


@pytest.mark.parametrize(
    ("said", "shown"),
    [
        ("Thank you \U0001f64f", "Thank you [person with folded hands]"),
        ("\u0e2a\u0e27\u0e31", "[…]"),
        ("a\u0000b\u200d", "ab"),
        ("骨 뼈 عظم", "骨 뼈 عظم"),
    ],
)
def test_what_no_font_has_is_named_instead(said, shown):
    assert printable(said) == shown


def test_the_same_record_gives_the_same_bytes():
    assert pdf(whole(*CASES["en"])) == pdf(whole(*CASES["en"]))


@pytest.mark.skipif(os.environ.get("YORISOI_PICTURES") != "write", reason="writes docs/pictures")
@pytest.mark.parametrize("name", CASES)
def test_pictures(name):
    picture = document(name)[0].render(scale=1.5).to_pil().convert("P", palette=1, colors=128)
    kept = io.BytesIO()
    picture.save(kept, "PNG", optimize=True)
    (PICTURES / f"summary-{name}.png").write_bytes(kept.getvalue())
