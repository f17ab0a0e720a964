"""Choices: numbers, labels, slips, starts, codes, yes and no, several picks."""

import pytest

from handlers.core.questionnaire import ItemType, Option
from handlers.core.values import Coding
from tests.core.understanding.samples import EN, JA, hear, item, option, shown, words_of

SIGNS = (
    option("tremor", "Shaking"),
    option("stiff", "Stiffness"),
    option("slow", "Slow movement"),
    option("fall", "Balance or falls"),
    option("none", "None of these", exclusive=True),
)
ONE = item(ItemType.CHOICE, options=SIGNS)
MANY = item(ItemType.CHOICE, options=SIGNS, repeats=True)
YES_NO = item(ItemType.CHOICE, options=(option("yes", "Yes"), option("no", "No"), option("ns", "Not sure")))
AGREE = item(
    ItemType.CHOICE,
    options=(option("yes", "Yes, I agree"), option("more", "Tell me more"), option("no", "No")),
)
LINK = item(
    ItemType.CHOICE,
    repeats=True,
    options=(
        option("spouse", "Husband, wife, partner"),
        option("child", "Son or daughter"),
        option("o", "Other"),
    ),
)
PAIN = item(ItemType.CHOICE, options=(option("not", "No pain"), option("much", "Some, or strong pain")))
SCALE = item(ItemType.CHOICE, options=tuple(option(f"s{n}", str(n)) for n in range(5)))
SIDES = item(ItemType.CHOICE, options=(option("l", "Left side"), option("r", "Right side")))
BOOLEAN = item(ItemType.BOOLEAN)

JAPANESE = {
    "q/x#option:tremor": "ふるえ",
    "q/x#option:stiff": "こわばり",
    "q/x#option:slow": "動きがおそい",
    "q/x#option:fall": "ふらつき・転倒",
    "q/x#option:none": "どれもない",
    "q/x#option:yes": "はい",
    "q/x#option:no": "いいえ",
    "q/x#option:ns": "わからない",
    "q/x#option:l": "左手だけ使う",
    "q/x#option:r": "右手だけ使う",
}
JAPAN = words_of("ja", JAPANESE)


@pytest.mark.parametrize(
    ("typed", "meaning"),
    [
        ("1", "tremor"),
        ("1.", "tremor"),
        ("(2)", "stiff"),
        ("2)", "stiff"),
        ("②", "stiff"),
        ("２", "stiff"),
        ("٢", "stiff"),
        ("۲", "stiff"),
        ("२", "stiff"),
        ("no. 3", "slow"),
        ("No 3", "slow"),
        ("number 3", "slow"),
        ("#3", "slow"),
        ("option three", "slow"),
        ("three", "slow"),
        ("2️⃣", "stiff"),
        ("Shaking", "tremor"),
        ("  SHAKING!", "tremor"),
        ("shakng", "tremor"),
        ("shakign", "tremor"),
        ("Stifness", "stiff"),
        ("slow", "slow"),
        ("slow move", "slow"),
        ("balance", "fall"),
        ("tremor", "tremor"),
        ("none of these", "none"),
        ("none", "none"),
        ("nothing", "none"),
        ("no", "? none"),
        ("s", "! choice"),
        ("0", "! choice"),
        ("6", "! choice"),
        ("99", "! choice"),
        ("1, 3", "! one_choice"),
        ("purple", "! choice"),
        ("...", "! choice"),
        ("👍", "! choice"),
        ("", "! empty"),
        ("\u202e\u200b", "! empty"),
    ],
)
def test_one_pick(typed, meaning):
    assert shown(hear(ONE, typed, EN)) == meaning


@pytest.mark.parametrize(
    ("typed", "meaning"),
    [
        ("1, 3 and 4", "tremor, slow, fall"),
        ("1,3", "tremor, slow"),
        ("1 3 4", "tremor, slow, fall"),
        ("1.3", "tremor, slow"),
        ("1 & 3", "tremor, slow"),
        ("1/3", "tremor, slow"),
        ("1\n3", "tremor, slow"),
        ("3, 1, 3", "slow, tremor"),
        ("shaking, stiff", "tremor, stiff"),
        ("shaking and stiffness", "tremor, stiff"),
        ("shaking, balance or falls", "tremor, fall"),
        ("1-3", "? tremor, stiff, slow"),
        ("1 to 3", "? tremor, stiff, slow"),
        ("none", "none"),
        ("5", "none"),
        ("none, shaking", "! exclusive"),
        ("1 and 5", "! exclusive"),
        ("1 and 9", "! choice"),
        ("shaking and dizziness", "! choice"),
    ],
)
def test_several_picks(typed, meaning):
    assert shown(hear(MANY, typed, EN)) == meaning


@pytest.mark.parametrize(
    ("typed", "meaning"),
    [
        ("1と3", "tremor, slow"),
        ("1、3", "tremor, slow"),
        ("１・３", "tremor, slow"),
        ("①③", "tremor, slow"),
        ("ふるえとこわばり", "tremor, stiff"),
        ("ふるえ、動きがおそい", "tremor, slow"),
        ("フルエ", "tremor"),
        ("3番", "slow"),
        ("三番", "slow"),
        ("三", "slow"),
        ("1番と2番", "tremor, stiff"),
        ("ふらつき・転倒", "fall"),
        ("ふらつき", "fall"),
        ("動きが", "slow"),
        ("こわばりり", "? stiff"),
        ("どれもない", "none"),
        ("特になし", "none"),
        ("なし", "none"),
        ("ありません", "? none"),
        ("Shaking", "tremor"),
        ("めまい", "! choice"),
    ],
)
def test_japanese_picks(typed, meaning):
    assert shown(hear(MANY, typed, JAPAN)) == meaning


@pytest.mark.parametrize(
    ("asked", "words", "typed", "meaning"),
    [
        (YES_NO, EN, "y", "yes"),
        (YES_NO, EN, "Yep", "yes"),
        (YES_NO, EN, "yse", "yes"),
        (YES_NO, EN, "ok", "yes"),
        (YES_NO, EN, "👍🏽", "yes"),
        (YES_NO, EN, "n", "no"),
        (YES_NO, EN, "no", "no"),
        (YES_NO, EN, "No!", "no"),
        (YES_NO, EN, "nope", "no"),
        (YES_NO, EN, "I don't know", "ns"),
        (YES_NO, EN, "dont know", "ns"),
        (YES_NO, EN, "not sure", "ns"),
        (YES_NO, EN, "not", "ns"),
        (YES_NO, EN, "maybe", "! choice"),
        (AGREE, EN, "yes", "yes"),
        (AGREE, EN, "yep", "yes"),
        (AGREE, EN, "i agree", "yes"),
        (AGREE, EN, "yes i agre", "yes"),
        (AGREE, EN, "more", "more"),
        (AGREE, EN, "no", "no"),
        (YES_NO, JAPAN, "はい", "yes"),
        (YES_NO, JAPAN, "うん", "yes"),
        (YES_NO, JAPAN, "いいえ", "no"),
        (YES_NO, JAPAN, "ちがいます", "no"),
        (YES_NO, JAPAN, "わかりません", "ns"),
        (YES_NO, JAPAN, "yes", "yes"),
        (SIDES, JAPAN, "左手だけ使う", "l"),
        (SIDES, JAPAN, "両手だけ使う", "! choice"),
        (SIDES, EN, "left", "l"),
        (SIDES, EN, "Right", "r"),
        (SIDES, EN, "side", "! choice"),
        (LINK, EN, "Husband, wife, partner", "spouse"),
        (LINK, EN, "Husband, wife, partner, son or daughter", "spouse, child"),
        (LINK, EN, "husband", "spouse"),
        (LINK, EN, "wife", "? spouse"),
        (LINK, EN, "Daughter", "? child"),
        (LINK, EN, "dauhgter", "? child"),
        (LINK, EN, "or", "! choice"),
        (PAIN, EN, "pain", "! choice"),
        (PAIN, EN, "strong pain", "? much"),
        (ONE, JAPAN, "転倒", "? fall"),
        (SCALE, EN, "2", "s2"),
        (SCALE, EN, "0", "s0"),
        (SCALE, EN, "s3", "s3"),
        (BOOLEAN, EN, "yes", "True"),
        (BOOLEAN, EN, "nah", "False"),
        (BOOLEAN, EN, "1", "True"),
        (BOOLEAN, EN, "２", "False"),
        (BOOLEAN, EN, "perhaps", "! boolean"),
        (BOOLEAN, JA, "はい。", "True"),
        (BOOLEAN, JA, "いいえ", "False"),
    ],
)
def test_yes_no_and_other_lists(asked, words, typed, meaning):
    assert shown(hear(asked, typed, words)) == meaning


def test_numbers_count_only_the_options_that_are_shown():
    shown_codes = frozenset({"stiff", "slow"})

    assert shown(hear(ONE, "1", EN, allowed=shown_codes)) == "stiff"
    assert shown(hear(ONE, "Shaking", EN, allowed=shown_codes)) == "! choice"


def test_a_miss_says_how_far_the_numbers_go():
    assert hear(ONE, "purple", EN).values == {"last": "5"}


OWN = item(ItemType.OPEN_CHOICE, options=SIGNS, repeats=True)


@pytest.mark.parametrize(
    ("typed", "meaning"),
    [
        ("1 and 3", "tremor, slow"),
        ("shaking and stiffness", "tremor, stiff"),
        ("1-3", "? tremor, stiff, slow"),
        ("1, cramps at night", "tremor, cramps at night"),
        ("pins and needles", "pins and needles"),
        ("none of these, cramps", "! exclusive"),
        ("1 and none of these", "! exclusive"),
        ("1, none of these", "! exclusive"),
    ],
)
def test_a_typed_list_may_hold_options_and_own_words_but_nothing_beside_none(typed, meaning):
    assert shown(hear(OWN, typed, EN)) == meaning


BY = item(
    ItemType.CHOICE,
    options=(
        Option(Coding("neuro"), "A brain doctor", "A neurologist or movement specialist"),
        option("other", "Another doctor"),
    ),
)


@pytest.mark.parametrize("typed", ["neurologist", "neurologst", "movement specialist"])
def test_words_of_an_options_longer_line_are_a_guess(typed):
    assert shown(hear(BY, typed, EN)) == "? neuro"


def test_what_no_label_and_no_longer_line_says_is_no_guess():
    assert shown(hear(BY, "my wife", EN)) == "! choice"
