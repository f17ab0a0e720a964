"""The story in Japanese on Telegram, from the hello to the end of month 1."""

import re

import pytest

from tests.journeys.clinic import after, clinic
from tests.journeys.story import DUE, INTAKE, TREATED

pytestmark = pytest.mark.timeout(120)

OWN_WORDS = "夜に手がいちばん震えます"
STEPS = (
    *("本人です", "はい", "はい、同意します", "はい、同意します", "このチャットを続ける", "はい"),
    *(
        "=試験 太郎",
        "はい",
        "=試験 太郎",
        "はい",
        "=昭和33年3月3日",
        "はい",
        "=ドイツ",
        "はい",
        "はい",
        "いいえ",
    ),
    *("脳神経内科の医師", "=平成31年", "はい", "パーキンソン病", "とても効く", "両側、バランスは良い"),
    *("一度もない", "いいえ", "一人で歩く", "自分の脂肪細胞、点滴", "完了", "一部の症状が楽になる", "はい"),
    f"={OWN_WORDS}",
)
WANTED = INTAKE | {"start.lang": "ja", "end.more": OWN_WORDS} | dict.fromkeys(
    ("id.name", "consent.name_sign"), "試験 太郎"
)  # fmt: skip
NAMES = re.compile(
    r"Sample Clinic|Sample Committee|Japan|Telegram|START|STOP|MENU|Language|English|DBS|MSA|MSC|PSP|CBD|CBS"
    r"|findahelpline.com|OFF|ON"
)
"""What is written in Latin letters in Japanese, too."""


@pytest.fixture(scope="module")
async def seen(tmp_path_factory):
    """The patient with everything they heard, and the clinic's export after month 1."""
    folder = tmp_path_factory.mktemp("japanese")
    async with clinic(folder, f"sqlite:///{folder}/yorisoi.db") as place:
        person = await place.meets(place.somebody("telegram", language="ja"))
        await person.walks(*STEPS)
        await person.walks(f"=変更 {person.number_of('がん')}", "はい、過去に", "はい", "=2023年5月", "はい")
        await person.taps("今送る")
        await person.hears("まだ渡航の予約はしないでください")
        await place.console.enter_date(*TREATED)
        await place.set_clock(after(DUE["M1"]))
        await person.is_asked("定期確認")
        await person.taps("始める")
        await person.answers_by_taps("回答を保存しました")
        yield {"person": person, "export": await place.product.export()}


def answers(seen, questionnaire):
    rows = seen["export"]["answers"]
    return {row["link_id"]: row["value"] for row in rows if row["questionnaire"].endswith(questionnaire)}


def test_the_answers_are_the_same_as_in_any_other_language(seen):
    assert answers(seen, "intake-a") == WANTED


def test_the_check_in_of_month_1_is_completed(seen):
    states = {row["step"]: row["state"] for row in seen["export"]["follow_ups"]}

    assert states["M1"] == "completed"
    assert "f.walk" in answers(seen, "check-in-month-1")


def test_nothing_that_the_patient_reads_is_in_another_language(seen):
    texts = [text for one in seen["person"].heard for text in (one.text, *one.labels())]

    foreign = [text for text in texts if re.search(r"[A-Za-z]{3,}", NAMES.sub("", text))]

    assert foreign == []
