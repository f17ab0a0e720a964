"""Numbers and quantities in the ways people write them."""

import pytest

from handlers.core.questionnaire import ItemType
from handlers.core.values import Coding, Quantity
from tests.core.understanding.samples import EN, JA, hear, item, shown, words_of

INTEGER = item(ItemType.INTEGER)
DECIMAL = item(ItemType.DECIMAL)
HEIGHT = item(ItemType.DECIMAL, default_unit="cm", minimum=100, maximum=230, max_decimal_places=1)
WEIGHT = item(ItemType.DECIMAL, default_unit="kg", max_decimal_places=1)
FEVER = item(ItemType.DECIMAL, default_unit="Cel", max_decimal_places=1)
TALL = item(ItemType.QUANTITY, units=(Coding("cm"), Coding("[in_i]")), default_unit="cm")
ANY = item(ItemType.QUANTITY)
COMMA = words_of("en").__class__(**{f: getattr(EN, f) for f in EN.__slots__} | {"decimal_mark": ","})


@pytest.mark.parametrize(
    ("words", "typed", "meaning"),
    [
        (EN, "70", "70"),
        (EN, " 70. ", "70"),
        (EN, "７０", "70"),
        (EN, "٧٠", "70"),
        (EN, "۷۰", "70"),
        (EN, "७०", "70"),
        (EN, "+70", "70"),
        (EN, "-3", "-3"),
        (EN, "about 70", "70"),
        (EN, "~70", "70"),
        (EN, "70 or so", "70"),
        (EN, "I am 70", "70"),
        (EN, "70 years old", "70"),
        (EN, "I'm about 70 years old", "70"),
        (EN, "seven", "7"),
        (EN, "Twelve", "12"),
        (EN, "zero", "0"),
        (EN, "seventy", "70"),
        (EN, "seventy-two", "72"),
        (EN, "seventy two", "72"),
        (EN, "1,234", "1234"),
        (EN, "1 234", "1234"),
        (EN, "1'234", "1234"),
        (EN, "1,23,456", "123456"),
        (EN, "3.0", "3"),
        (EN, "3.5", "! whole_number"),
        (EN, "I fell 3 times last week", "? 3"),
        (EN, "3 or 4", "! integer"),
        (EN, "3-4", "! integer"),
        (EN, "10⁵", "! integer"),
        (EN, "many", "! integer"),
        (EN, "1.2.3", "! integer"),
        (EN, "1,2345", "! whole_number"),
        (EN, "12345678901234567890123", "! integer"),
        (JA, "七十", "70"),
        (JA, "七十二歳", "72"),
        (JA, "約70", "70"),
        (JA, "７０歳くらい", "70"),
        (JA, "70歳です", "70"),
        (JA, "百二十", "120"),
        (JA, "二〇", "20"),
        (JA, "三つ", "3"),
        (JA, "みっつ", "3"),
        (JA, "五回", "5"),
        (JA, "ゼロ", "0"),
        (JA, "たくさん", "! integer"),
    ],
)
def test_whole_numbers(words, typed, meaning):
    assert shown(hear(INTEGER, typed, words)) == meaning


@pytest.mark.parametrize(
    ("words", "typed", "meaning"),
    [
        (EN, "70.5", "70.5"),
        (EN, "70,5", "70.5"),
        (EN, "1,234.5", "1234.5"),
        (EN, "1.234,5", "1234.5"),
        (EN, "1.234", "1.234"),
        (EN, "0,125", "0.125"),
        (EN, ".5", "0.5"),
        (EN, "½", "0.5"),
        (EN, "5½", "5.5"),
        (EN, "٧٠٫٥", "70.5"),
        (EN, "１．５", "1.5"),
        (COMMA, "1.234", "1234"),
        (COMMA, "1,234", "1.234"),
        (COMMA, "1.234.567", "1234567"),
        (COMMA, "70,5", "70.5"),
        (JA, "一", "1"),
        (EN, "1,,5", "! decimal"),
        (EN, "1.5.2", "! decimal"),
        (EN, "NaN", "! decimal"),
        (EN, "1e5", "! decimal"),
        (EN, "Infinity", "! decimal"),
    ],
)
def test_decimals(words, typed, meaning):
    assert shown(hear(DECIMAL, typed, words)) == meaning


@pytest.mark.parametrize(
    ("words", "typed", "meaning"),
    [
        (EN, "170", "170"),
        (EN, "170cm", "170"),
        (EN, "170 cm.", "170"),
        (EN, "170 centimetres", "170"),
        (EN, "1.70 m", "170.0"),
        (EN, "1,70m", "170.0"),
        (EN, "1m70", "170"),
        (EN, "1 m 70 cm", "170"),
        (EN, "1.70", "? 170.0"),
        (EN, "5'7\"", "170.2"),
        (EN, "5’7”", "170.2"),
        (EN, "5′7″", "170.2"),
        (EN, "5' 7''", "170.2"),
        (EN, "5 ft 7 in", "170.2"),
        (EN, "5ft7", "170.2"),
        (EN, "5 feet 7 inches", "170.2"),
        (EN, "5 foot 7", "170.2"),
        (EN, "5 feet, 7 inches", "170.2"),
        (EN, "5 feet and 7 inches", "170.2"),
        (EN, "67 inches", "170.2"),
        (EN, "67 in", "170.2"),
        (EN, "67in", "170.2"),
        (EN, "I am 67 in.", "170.2"),
        (EN, "about 67 in or so", "170.2"),
        (EN, "in 170", "170"),
        (EN, "6 ft", "182.9"),
        (EN, "about 170 cm", "170"),
        (EN, "I am 170 cm tall", "? 170"),
        (EN, "5'13\"", "! quantity"),
        (EN, "170 kg", "! unit"),
        (EN, "tall", "! quantity"),
        (JA, "170センチ", "170"),
        (JA, "１７０ｃｍ", "170"),
        (JA, "170㎝", "170"),
        (JA, "約170センチです", "170"),
        (JA, "1メートル70", "170"),
        (JA, "百七十センチ", "170"),
    ],
)
def test_heights_in_centimetres(words, typed, meaning):
    assert shown(hear(HEIGHT, typed, words)) == meaning


@pytest.mark.parametrize(
    ("words", "typed", "meaning"),
    [
        (EN, "65", "65"),
        (EN, "65kg", "65"),
        (EN, "65,5 kg", "65.5"),
        (EN, "65 kilos", "65"),
        (EN, "150 lb", "68.0"),
        (EN, "150 lbs", "68.0"),
        (EN, "150 pounds", "68.0"),
        (EN, "11 st 4 lb", "71.7"),
        (EN, "11 stone 4", "71.7"),
        (EN, "11st4", "71.7"),
        (EN, "11 stone", "69.9"),
        (JA, "65キロ", "65"),
        (JA, "65㎏", "65"),
        (JA, "150ポンド", "68.0"),
        (EN, "65 cm", "! unit"),
    ],
)
def test_weights_in_kilograms(words, typed, meaning):
    assert shown(hear(WEIGHT, typed, words)) == meaning


@pytest.mark.parametrize(
    ("words", "typed", "meaning"),
    [
        (EN, "37.2", "37.2"),
        (EN, "37.2 °C", "37.2"),
        (EN, "37.2℃", "37.2"),
        (EN, "37,2 C", "37.2"),
        (EN, "98.6 F", "37.0"),
        (EN, "98.6°F", "37.0"),
        (EN, "98.6 degrees fahrenheit", "37.0"),
        (JA, "37.2度", "37.2"),
        (JA, "三十七度", "37"),
    ],
)
def test_temperatures(words, typed, meaning):
    assert shown(hear(FEVER, typed, words)) == meaning


@pytest.mark.parametrize(
    ("asked", "typed", "meaning"),
    [
        (TALL, "170", "170 cm"),
        (TALL, "170 cm", "170 cm"),
        (TALL, "5'7\"", "67 [in_i]"),
        (TALL, "67 in", "67 [in_i]"),
        (TALL, "1.7 m", "170.0 cm"),
        (TALL, "70 kg", "! unit"),
        (ANY, "70 kg", "70 kg"),
        (ANY, "70", "70 "),
        (ANY, "11 st 4 lb", "158 [lb_av]"),
        (ANY, "heavy", "! decimal"),
    ],
)
def test_quantities_keep_the_unit_given_where_the_item_takes_it(asked, typed, meaning):
    assert shown(hear(asked, typed, EN)) == meaning


def test_a_quantity_is_a_value_with_a_ucum_code():
    assert hear(TALL, "170 cm", EN).values == (Quantity(170, "cm"),)
