"""The command line speaks the language of the environment, in its error lines too."""

import ast
from pathlib import Path

import pytest

from bot import listening, settings
from bot.speech import speech_of
from storage import engine

ROOT = Path(__file__).parents[2]
FOR_COMMANDS = (
    *(ROOT / "bot" / "cli").glob("*.py"),
    ROOT / "bot" / "channel_commands.py",
    ROOT / "bot" / "clinic_commands.py",
    ROOT / "bot" / "desk_commands.py",
    ROOT / "bot" / "pack_commands.py",
    ROOT / "bot" / "staff_door.py",
    ROOT / "storage" / "held.py",
)
"""The modules whose errors end a command in one line: nobody else catches them."""
REASON = "YORISOI_DATABASE_URL: X"
"""The reason stands elsewhere: that the tables are not the newest."""
JA = speech_of({"LANG": "ja_JP.UTF-8"})


@pytest.mark.parametrize(
    ("environ", "language"),
    [
        ({}, ""),
        ({"LANG": "C.UTF-8"}, ""),
        ({"LANG": "ja_JP.UTF-8"}, "ja"),
        ({"LANG": "en_US.UTF-8", "LC_ALL": "ja_JP"}, "ja"),
        ({"LANG": "en_US.UTF-8", "LANGUAGE": "fr:ja:en"}, "ja"),
        ({"LANG": "en_GB"}, "en"),
        ({"LANG": "vi_VN"}, ""),
        ({"LANG": "POSIX", "LANGUAGE": ""}, ""),
    ],
)
def test_the_language_is_the_first_one_asked_for_that_we_speak(environ, language):
    assert speech_of(environ).asked == language


def test_who_asks_for_none_of_our_languages_is_spoken_to_in_english():
    assert speech_of({"LANG": "fr_FR"}).say("cli.no_patients") == "No patients yet."


@pytest.mark.parametrize(
    ("english", "japanese"),
    [
        ("no patient has the case number ABCD-123", "症例番号ABCD-123の患者さんはいません"),
        (
            "row 2, '2026-02-30' is not in the calendar",
            "2行目、'2026-02-30'は暦にありません",
        ),
        ("something that nobody has translated", "something that nobody has translated"),
    ],
)
def test_an_error_is_said_again_in_the_readers_language(english, japanese):
    assert JA.of(english) == japanese


def test_an_error_stays_as_it_is_in_english():
    assert speech_of({}).of("column at: '25:00' is not a time of day such as 10:00").startswith("column at")


def errors_of(module, kinds=frozenset({"SettingError"})):
    """Return the English texts of a module's errors of these kinds, X in place of what is inserted."""
    for node in ast.walk(ast.parse(module.read_text())):
        is_error = isinstance(node, ast.Call) and getattr(node.func, "id", "") in kinds
        if is_error and node.args and isinstance(node.args[0], ast.Constant | ast.JoinedStr):
            parts = getattr(node.args[0], "values", [node.args[0]])
            yield "".join(part.value if isinstance(part, ast.Constant) else "X" for part in parts)


def all_errors():
    found = [
        text
        for folder in ("bot", "storage", "scheduler")
        for path in (ROOT / folder).rglob("*.py")
        for text in errors_of(path)
    ]
    rules = [f"{settings.PREFIX}{words}" for _, words in settings._RULES]
    taken = [
        words.format(host="X", port="X", other="X")
        for words in (*listening._WORDS.values(), listening._NO_HOST)
    ]
    return [text for text in (*found, *rules, *taken, engine._MEND) if text.strip("X: ")]


def test_every_wrong_setting_is_translated():
    texts = all_errors()

    assert len(texts) > 30
    assert [text for text in texts if text != REASON and JA.of(text) == text] == []


def test_every_error_that_ends_a_command_is_translated():
    kinds = {"NotFound", "PackError", "ValueError"}
    texts = [text for path in FOR_COMMANDS for text in errors_of(path, kinds) if text.strip("X: ")]

    assert len(texts) > 7
    assert [text for text in texts if JA.of(text) == text] == []
