"""Words of danger in free text, on the lists of every language."""

import pytest

from handlers.core.danger import DangerWords
from tests.core.sample_pack import pack

WORDS = {
    "ORANGE": ("fever", "fell"),
    "RED": ("chest pain", "can't breathe", "胸が痛"),
    "CRISIS": ("want to die",),
}


@pytest.mark.parametrize(
    ("text", "level"),
    [
        ("I have a Fever.", "ORANGE"),
        ("i can\u2019t   breathe", "RED"),
        ("ＣＨＥＳＴ　ＰＡＩＮ", "RED"),  # noqa: RUF001  typed full-width, as Japanese keyboards do
        ("chest\npain and fever", "RED"),
        ("some\u200btimes I want to\u200b die", "CRISIS"),
        ("昨日から胸が痛いです", "RED"),
        ("no fever", "ORANGE"),
        ("a fellow patient", None),
        ("feverish", None),
        ("今chest painです", "RED"),
        ("fever38.5", "ORANGE"),
        ("a fellow fell", "ORANGE"),
        ("all is well", None),
        ("", None),
    ],
)
def test_the_loudest_listed_word_is_seen_whatever_its_case_width_or_apostrophe(text, level):
    assert DangerWords([WORDS]).loudest(text) == level


@pytest.mark.parametrize("language", pack().word_lists)
def test_every_word_of_the_packs_lists_is_heard_at_least_as_loud_as_it_is_listed(language):
    for level, words in pack().word_lists[language].items():
        assert {pack().danger.loudest(word) for word in words} == {level}


@pytest.mark.parametrize(
    ("text", "level"),
    [
        ("熱があります。chest pain", "RED"),
        ("I have a fever and 胸が痛い", "RED"),
        ("My mother says đau ngực", "RED"),
        ("fever, 死にたい", "CRISIS"),
        ("ألم في الصدر and fever", "RED"),
        ("我发烧了, chest hurts", "RED"),
        ("私の血圧は普通です", None),
    ],
)
def test_words_of_any_language_are_heard_and_the_loudest_counts(text, level):
    assert pack().danger.loudest(text) == level
