"""Texts: found by key, filled, isolated, and missing as soon as they are not true any more."""

from pathlib import Path
from textwrap import dedent

import pytest

from handlers.errors import PackError
from locales import Catalogs, Phrase

HEADER = 'msgid ""\nmsgstr "Content-Type: text/plain; charset=utf-8\\n"\n\n'


def write(root: Path, name: str, body: str) -> None:
    path = root / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(HEADER + dedent(body), encoding="utf-8")


def entry(key: str, source: str, translation: str = "", flag: str = "") -> str:
    return f'{flag}msgctxt "{key}"\nmsgid "{source}"\nmsgstr "{translation}"\n\n'


@pytest.fixture
def root(tmp_path: Path) -> Path:
    write(tmp_path, "en/chat.po", entry("chat.hello", "Hello {name}") + entry("chat.bye", "Goodbye"))
    write(tmp_path, "ja/chat.po", entry("chat.hello", "Hello {name}", "{name}さん、こんにちは"))
    return tmp_path


def test_the_english_text_is_the_msgid(root):
    assert Catalogs(root).get("en").text("chat.bye") == "Goodbye"


def test_an_inserted_value_stands_between_isolates(root):
    assert Catalogs(root).get("ja").text("chat.hello", name="Ann") == "\u2068Ann\u2069さん、こんにちは"


def test_a_phrase_of_the_catalog_needs_no_isolates(root):
    english = Catalogs(root).get("en")

    assert english.text("chat.hello", name=english.text("chat.bye")) == "Hello Goodbye"


def test_plain_text_has_no_isolates(root):
    assert Catalogs(root).get("en").plain("chat.hello", name="Ann") == "Hello Ann"


def test_a_value_is_never_read_as_a_template(root):
    assert Catalogs(root).get("en").plain("chat.hello", name="{name} {0.x}") == "Hello {name} {0.x}"


def test_a_missing_value_names_the_key(root):
    with pytest.raises(KeyError, match=r"chat\.hello needs name"):
        Catalogs(root).get("en").text("chat.hello")


def test_an_unknown_key_is_named(root):
    with pytest.raises(KeyError, match=r"chat\.nothing"):
        Catalogs(root).get("ja").text("chat.nothing")


def test_an_unfinished_text_is_said_in_english(root):
    japanese = Catalogs(root).get("ja")

    assert (japanese.has("chat.bye"), japanese.text("chat.bye")) == (False, "Goodbye")


@pytest.mark.parametrize(
    ("translation", "reason"),
    [
        ("", "missing"),
        (entry("chat.bye", "Goodbye", ""), "missing"),
        (entry("chat.bye", "See you", "またね"), "stale"),
        (entry("chat.bye", "Goodbye", "またね", "#, fuzzy\n"), "fuzzy"),
        (entry("chat.bye", "Goodbye", "{when}またね"), "placeholders"),
        (entry("chat.bye", "Goodbye", "{0.x}またね"), "brace"),
        (entry("chat.bye", "Goodbye", "またね") + entry("chat.other", "Other", "別"), "unknown"),
    ],
)
def test_what_does_not_fit_the_english_text_is_reported(root, translation, reason):
    write(root, "ja/more.po", translation)

    assert reason in [problem.reason for problem in Catalogs(root).problems()]


def test_one_key_in_two_areas_is_reported(root):
    write(root, "en/web.po", entry("chat.bye", "Goodbye"))

    assert next((p.key, p.reason) for p in Catalogs(root).problems()) == ("chat.bye", "duplicate")


def test_only_complete_languages_are_offered(root):
    before = Catalogs(root).languages()

    write(root, "ja/more.po", entry("chat.bye", "Goodbye", "またね"))

    assert (before, Catalogs(root).languages()) == (("en",), ("en", "ja"))


def test_staff_texts_do_not_keep_a_language_from_patients(root):
    write(root, "ja/more.po", entry("chat.bye", "Goodbye", "またね"))
    write(root, "en/console.po", entry("console.nav", "Patients"))

    assert Catalogs(root).languages() == ("en", "ja")


def test_a_language_can_be_switched_off(root):
    write(root, "ja/more.po", entry("chat.bye", "Goodbye", "またね"))

    assert Catalogs(root, switched_on=["ja"]).languages() == ("ja",)


def test_the_pack_wins(root, tmp_path):
    pack = tmp_path / "pack"
    write(pack, "locales/en.po", entry("chat.bye", "Take care"))

    assert Catalogs(root, [pack]).get("en").text("chat.bye") == "Take care"


@pytest.mark.parametrize(("number", "text"), [(1, "1 day"), (3, "3 days")])
def test_a_number_chooses_its_plural(root, number, text):
    write(
        root, "en/words.po", 'msgctxt "words.days"\nmsgid "{n} day"\nmsgid_plural "{n} days"\nmsgstr[0] ""\n'
    )

    said = Catalogs(root).get("en").count("words.days", number)

    assert said == text.replace(str(number), f"\u2068{number}\u2069")


@pytest.mark.parametrize(
    "body",
    [
        'msgid "no key"\nmsgstr ""\n',
        entry("a", "One") + entry("a", "Two"),
        'msgctxt "a"\nmsgid "never closed\n',
    ],
)
def test_a_broken_file_is_refused_with_its_name(root, body):
    write(root, "en/broken.po", body)

    with pytest.raises(PackError, match=r"broken\.po"):
        Catalogs(root)


def test_a_text_is_a_phrase_and_a_string(root):
    assert type(Catalogs(root).get("en").text("chat.bye")) is Phrase
