"""Commands: whole messages only, one slip forgiven in long words, numbers for "change 7"."""

import pytest

from handlers.core.understanding import WORD_KEYS, change_number, command_in
from handlers.core.understanding.words import COMMANDS
from tests.core.understanding.samples import EN, JA


@pytest.mark.parametrize(
    ("words", "typed", "command"),
    [
        (EN, "yes", "yes"),
        (EN, " YES!! ", "yes"),
        (EN, "y", "yes"),
        (EN, "👍", "yes"),
        (EN, "👍🏿", "yes"),
        (EN, "nope.", "no"),
        (EN, "skip", "skip"),
        (EN, "I'd rather not say", "skip"),
        (EN, "I’d rather not say", "skip"),
        (EN, "Back", "back"),
        (EN, "go back", "back"),
        (EN, "previos", "back"),
        (EN, "why?", "why"),
        (EN, "Why do you ask?", "why"),
        (EN, "MENU", "menu"),
        (EN, "/menu", "menu"),
        (EN, "/stop@YorisoiBot", "stop"),
        (EN, "STOP", "stop"),
        (EN, "unsubcribe", "stop"),
        (EN, "help", "help"),
        (EN, "?", "help"),
        (EN, "languge", "language"),
        (EN, "lagnuage", "language"),
        (EN, "日本語", None),
        (EN, "言語", "language"),
        (EN, "change", "change"),
        (EN, "done", "done"),
        (EN, "finishd", "done"),
        (EN, "none of these", "none"),
        (EN, "more", "more"),
        (EN, "not sure", "unsure"),
        (EN, "dont know", "unsure"),
        (EN, "later", "later"),
        (EN, "laterr", "later"),
        (EN, "water", None),
        (EN, "stpo", None),
        (EN, "mine", None),
        (EN, "stop shaking", None),
        (EN, "I want to go back to work", None),
        (EN, "", None),
        (EN, "   ", None),
        (EN, "x" * 5000, None),
        (JA, "はい。", "yes"),
        (JA, "ハイ", "yes"),
        (JA, "いいえ", "no"),
        (JA, "スキップ", "skip"),
        (JA, "すきっぷ", "skip"),
        (JA, "ｽｷｯﾌﾟ", "skip"),
        (JA, "とばす", "skip"),
        (JA, "もどる", "back"),
        (JA, "戻る", "back"),
        (JA, "なぜ？", "why"),
        (JA, "なぜですか", "why"),
        (JA, "メニュー", "menu"),
        (JA, "停止", "stop"),
        (JA, "STOP", "stop"),
        (JA, "ｓｔｏｐ", "stop"),
        (JA, "ヘルプ", "help"),
        (JA, "助けて", "help"),
        (JA, "言語", "language"),
        (JA, "変更", "change"),
        (JA, "終わりました", "done"),
        (JA, "特になし", "none"),
        (JA, "詳しく知りたい", "more"),
        (JA, "わかりません", "unsure"),
        (JA, "わかりました", "yes"),
        (JA, "あとで", "later"),
        (JA, "手がふるえる", None),
    ],
)
def test_a_whole_message_may_be_a_command(words, typed, command):
    assert command_in(typed, words) == command


@pytest.mark.parametrize(
    ("words", "typed", "number"),
    [
        (EN, "change 7", 7),
        (EN, "Change no. 7", 7),
        (EN, "change number 7", 7),
        (EN, "change #7", 7),
        (EN, "chnage 7", 7),
        (EN, "edit 12", 12),
        (EN, "7 change", 7),
        (EN, "change ７", 7),
        (EN, "change question 7.", 7),
        (EN, "change", None),
        (EN, "7", None),
        (EN, "change 7 and 8", None),
        (EN, "skip 7", None),
        (EN, "change my 7 tablets a day to less", None),
        (JA, "7を変更", 7),
        (JA, "７を変更", 7),
        (JA, "7番を変更", 7),
        (JA, "変更7", 7),
        (JA, "変更 7", 7),
        (JA, "7番の答えを直す", 7),
        (JA, "7を修正する", 7),
        (JA, "change 7", 7),
        (JA, "7", None),
    ],
)
def test_change_and_a_number_name_the_answer_to_change(words, typed, number):
    assert change_number(typed, words) == number


@pytest.mark.parametrize("words", [EN, JA], ids=["en", "ja"])
def test_no_word_means_two_commands(words):
    spoken = [word for name in COMMANDS for word in words.commands[name]]

    assert len(spoken) == len(set(spoken))


@pytest.mark.parametrize("words", [EN, JA], ids=["en", "ja"])
def test_every_command_has_words_that_mean_it(words):
    assert {name: command_in(words.commands[name][0], words) for name in COMMANDS} == {n: n for n in COMMANDS}


def test_the_keys_of_the_words_are_named_once():
    assert len(WORD_KEYS) == len(set(WORD_KEYS))
