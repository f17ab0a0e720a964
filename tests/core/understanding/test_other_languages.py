"""Chinese, Vietnamese and Arabic: the words of each are complete and mean one thing."""

from decimal import Decimal

import pytest

from handlers.core.questionnaire import ItemType
from handlers.core.understanding import WORD_KEYS, change_number, command_in
from handlers.core.understanding.words import COMMANDS
from locales.po import read_po_file
from tests.core.understanding.samples import ROOT, hear, item, option, shown, words_of

LANGUAGES = ["en", "ja", "zh-Hans", "vi", "ar"]
WORDS = {language: words_of(language) for language in LANGUAGES}
DATE = item(ItemType.DATE)
PARTIAL = item(ItemType.DATE, partial_date=True)
NUMBER = item(ItemType.INTEGER)
HEIGHT = item(ItemType.DECIMAL, default_unit="cm")
YES_NO = item(ItemType.CHOICE, options=(option("yes", "Yes"), option("no", "No"), option("ns", "Not sure")))
SEVERAL = item(
    ItemType.CHOICE, repeats=True, options=tuple(option(f"o{n}", f"Option {n}") for n in range(1, 6))
)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_list_of_words_is_there(language):
    assert {entry.key for entry in read_po_file(ROOT / language / "words.po").entries} == set(WORD_KEYS)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_word_means_its_own_command(language):
    words = WORDS[language]
    wrong = {
        (word, name, command_in(word, words))
        for name in COMMANDS
        for word in words.commands[name]
        if command_in(word, words) != name
    }

    assert wrong == set()


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("typed", ["STOP", "menu", "help", "/stop", "language"])
def test_english_commands_work_in_every_language(language, typed):
    assert command_in(typed, WORDS[language]) == typed.lower().strip("/")


@pytest.mark.parametrize(
    ("language", "asked", "typed", "meaning"),
    [
        ("zh-Hans", YES_NO, "是的", "yes"),
        ("zh-Hans", YES_NO, "没有", "no"),
        ("zh-Hans", YES_NO, "不知道", "ns"),
        ("zh-Hans", DATE, "1950年3月7日", "1950-03-07"),
        ("zh-Hans", DATE, "一九五〇年三月七日", "1950-03-07"),
        ("zh-Hans", PARTIAL, "大约2019年", "~2019"),
        ("zh-Hans", PARTIAL, "三年前", "? ~2023"),
        ("zh-Hans", NUMBER, "七十岁", "70"),
        ("zh-Hans", NUMBER, "两次", "2"),
        ("zh-Hans", HEIGHT, "170公分", "170"),
        ("zh-Hans", SEVERAL, "1和3", "o1, o3"),
        ("vi", YES_NO, "Có", "yes"),
        ("vi", YES_NO, "khong", "no"),
        ("vi", YES_NO, "không biết", "ns"),
        ("vi", DATE, "ngày 7 tháng 3 năm 1950", "1950-03-07"),
        ("vi", DATE, "7 tháng 12 năm 1950", "1950-12-07"),
        ("vi", DATE, "27/3/1950", "1950-03-27"),
        ("vi", PARTIAL, "khoảng năm 2019", "~2019"),
        ("vi", NUMBER, "70 tuổi", "70"),
        ("vi", NUMBER, "ba lần", "3"),
        ("vi", HEIGHT, "1,70 m", "170.0"),
        ("vi", HEIGHT, "1m70", "170"),
        ("vi", SEVERAL, "1 và 3", "o1, o3"),
        ("ar", YES_NO, "نعم", "yes"),
        ("ar", YES_NO, "لا", "no"),
        ("ar", YES_NO, "لا أعرف", "ns"),
        ("ar", YES_NO, "لا اعرف", "ns"),
        ("ar", DATE, "٧ مارس ١٩٥٠", "1950-03-07"),
        ("ar", DATE, "٢٧/٣/١٩٥٠", "1950-03-27"),
        ("ar", DATE, "1370/05/02", "! calendar"),
        ("ar", DATE, "7 كانون الثاني 1950", "1950-01-07"),
        ("ar", NUMBER, "٧٠", "70"),
        ("ar", NUMBER, "حوالي 70", "70"),
        ("ar", NUMBER, "ثلاث مرات", "3"),
        ("ar", HEIGHT, "١٧٠ سم", "170"),
        ("ar", HEIGHT, "١٧٠٫٥ سم", "170.5"),
        ("ar", SEVERAL, "١ و ٣", "o1, o3"),
        ("ar", SEVERAL, "١، ٣", "o1, o3"),
    ],
)
def test_answers_in_other_languages(language, asked, typed, meaning):
    assert shown(hear(asked, typed, WORDS[language])) == meaning


TALL = item(ItemType.DECIMAL, default_unit="cm", minimum=Decimal(50), max_decimal_places=1)
WEIGHT = item(ItemType.DECIMAL, default_unit="kg", minimum=Decimal(20), max_decimal_places=1)


@pytest.mark.parametrize(
    ("language", "asked", "typed", "meaning"),
    [
        ("zh-Hans", WEIGHT, "120斤", "60.0"),
        ("zh-Hans", WEIGHT, "一百二十市斤", "60.0"),
        ("zh-Hans", WEIGHT, "60公斤", "60"),
        ("zh-Hans", WEIGHT, "体重120斤", "? 60.0"),
        ("vi", WEIGHT, "65 ky", "65"),
        ("ar", WEIGHT, "150 رطل", "68.0"),
        ("ar", WEIGHT, "١٥٠ رطلاً", "68.0"),
        ("ar", WEIGHT, "150 أرطال", "68.0"),
        ("ar", WEIGHT, "70 كيلو", "70"),
        ("ar", WEIGHT, "٧٠ كيلو غرام", "70"),
        ("ar", TALL, "67 بوصة", "170.2"),
        ("ar", TALL, "67 بوصه", "170.2"),
        ("ar", TALL, "5 قدم 7 بوصات", "170.2"),
        ("ar", TALL, "٥ أقدام و٧ بوصات", "170.2"),
        ("ar", TALL, "170 سم", "170"),
        ("ar", TALL, "1 متر و 70 سم", "170"),
    ],
)
def test_weights_and_heights_in_the_units_of_a_country(language, asked, typed, meaning):
    assert shown(hear(asked, typed, WORDS[language])) == meaning


@pytest.mark.parametrize(
    ("language", "typed"),
    [("zh-Hans", "修改第7题"), ("vi", "sửa câu 7"), ("ar", "تغيير ٧"), ("ar", "غير رقم 7")],
)
def test_change_7_works_in_other_languages(language, typed):
    assert change_number(typed, WORDS[language]) == 7
