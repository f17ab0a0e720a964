"""Common questions are found in everybody's own words: without accents, joined, mistyped."""

import pytest

from handlers.core.faq import find, is_question
from storage.protocols import pack_folder, read_pack

PACK = read_pack(pack_folder("parkinson-cell-therapy"))
ASKED = {
    "zh-Hans": [
        ("这个能治好帕金森吗", "cure"),
        ("费用大概多少钱\uff1f", "cost"),
        ("有没有副作用", "safe"),
        ("我可以停药吗", "medicine"),
        ("谁能看我的回答", "privacy"),
        ("什么是干细胞\uff1f", "stem"),
        ("厚生劳功省批准了吗", "government"),
        ("能不能删除我的数据", "delete"),
    ],
    "vi": [
        ("Có chữa khỏi không", "cure"),
        ("chua khoi benh khong", "cure"),
        ("Chi phí bao nhiêu?", "cost"),
        ("chi phi bao nhieu tien?", "cost"),
        ("tac dugn phu la gi?", "safe"),
        ("toi co the ngung thuoc khong", "medicine"),
        ("tế bào gốc là gì?", "stem"),
        ("ai doc cau tra loi cua toi", "privacy"),
        ("điều trị mất bao lâu?", "duration"),
    ],
    "ar": [
        ("ما هي التكلفه", "cost"),
        ("والتأمين؟", "cost"),
        ("هل هو امن", "safe"),
        ("هل له اعراض جانبيه", "safe"),
        ("هَلْ أَحْتَاجُ تَأْشِيرَة", "visa"),
        ("احتاج جواز السفر؟", "visa"),
        ("هل اوقف دوائى", "medicine"),
        ("ما هي الخلايا الجذعية؟", "stem"),
        ("من يقرأ إجاباتي", "privacy"),
        ("هل يمكنني حذف بياناتي", "delete"),
    ],
}
TOLD = {
    "zh-Hans": ["我想自己走路去商店", "两年前确诊", "右手抖得厉害"],
    "vi": ["Tôi muốn tự đi chợ", "tay phai run nhieu", "cách đây hai năm"],
    "ar": ["أريد أن أمشي إلى السوق", "قبل سنتين", "يدي اليمنى ترتجف"],
}


@pytest.mark.parametrize("language", list(ASKED))
def test_a_question_finds_its_topic_and_is_known_for_a_question(language):
    starts = (*PACK.question_words[language], *PACK.question_words["en"])
    found = {
        text: (find(PACK.faq, text, language).topics[:1], is_question(text, starts))
        for text, _ in ASKED[language]
    }

    assert {text: (topics[0].id, asks) for text, (topics, asks) in found.items() if topics} == {
        text: (topic, True) for text, topic in ASKED[language]
    }


@pytest.mark.parametrize("language", list(TOLD))
def test_what_is_told_and_not_asked_finds_nothing(language):
    assert [text for text in TOLD[language] if find(PACK.faq, text, language).topics] == []


def test_every_topic_can_be_found_in_every_language_of_the_pack():
    missing = [(t.id, name) for t in PACK.faq for name in PACK.languages if not t.keywords.get(name)]

    assert missing == []


@pytest.mark.parametrize(
    ("text", "topics"),
    [
        ("What are stem cells?", ["stem"]),
        ("whta is a stem cell", ["stem"]),
        ("Can stem cells cure Parkinson's?", ["cure"]),
        ("What are the risks of stem cells?", ["safe"]),
        ("how much is cell therapy", ["cost"]),
    ],
)
def test_what_all_of_it_is_about_is_told_only_where_nothing_else_is_asked(text, topics):
    found = find(PACK.faq, text, "en")

    assert ([topic.id for topic in found.topics], found.clear) == (topics, True)
