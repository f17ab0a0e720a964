"""Claims without the usual words: rates in words, a patient's praise, being the first of the world."""

# ruff: noqa: RUF001 - Chinese and Japanese marks are wide
import pytest

from locales.claims import find, find_in_any

REFUSED = [
    ("en", "Our treatment is 95% effective.", "success-rate"),
    ("en", "98% improvement after the drip", "success-rate"),
    ("en", "It is effective in 90% of cases.", "success-rate"),
    ("en", "Our cells will make your tremor vanish.", "cure"),
    ("en", "You will be free of Parkinson's.", "cure"),
    ("en", "The finest clinic in Japan", "superlative"),
    ("en", 'Patient A.: "My tremor is gone!"', "testimonial"),
    ("ja", "Aさん「ふるえがなくなりました」", "testimonial"),
    ("zh-Hans", "让您摆脱帕金森", "cure"),
    ("zh-Hans", "患者说：我好多了", "testimonial"),
    ("vi", "hiệu quả 95%", "success-rate"),
    ("ar", "فعالية العلاج 95%", "success-rate"),
    ("ar", "قال أحد المرضى: أنا بخير", "testimonial"),
    ("en", "Your Parkinson's will be gone.", "cure"),
    ("en", "Live Parkinson's-free.", "cure"),
    ("en", "This treatment stops tremor for good.", "stops-disease"),
    ("en", "Eight in ten patients walk better after the drip.", "success-rate"),
    ("en", "Most patients see big improvements.", "success-rate"),
    ("en", "The treatment works.", "guarantee"),
    ("en", "Proven results.", "guarantee"),
    ("en", "Unrivalled experience", "superlative"),
    ("en", "The world's first treatment", "superlative"),
    ("en", 'Mr Sato, 68: "I can walk again thanks to the clinic"', "testimonial"),
    ("en", "Our patient Anna says she feels ten years younger.", "testimonial"),
    ("ja", "パーキンソン病がなくなります。", "cure"),
    ("ja", "患者さんの9割が改善しました。", "success-rate"),
    ("ja", "10人中9人が改善", "success-rate"),
    ("ja", "十人のうち九人が良くなりました。", "success-rate"),
    ("ja", "世界初の治療法です。", "superlative"),
    ("ja", "日本唯一のクリニックです。", "superlative"),
    ("ja", "佐藤さん（68歳）「また歩けるようになりました」", "testimonial"),
    ("ja", "クリニックのおかげで元気になりました。", "testimonial"),
    ("zh-Hans", "可以治好帕金森病。", "cure"),
    ("zh-Hans", "十个病人九个好转", "success-rate"),
    ("zh-Hans", "90%的人明显改善", "success-rate"),
    ("zh-Hans", "世界首创的疗法", "superlative"),
    ("zh-Hans", "患者张先生说他又能走路了。", "testimonial"),
    ("zh-Hans", "佐藤先生，68岁：多亏诊所，我又能走路了", "testimonial"),
    ("vi", "Bệnh Parkinson sẽ biến mất.", "cure"),
    ("vi", "9 trên 10 bệnh nhân khỏe hơn", "success-rate"),
    ("vi", "Chín trong mười bệnh nhân cải thiện", "success-rate"),
    ("vi", "Liệu pháp đầu tiên trên thế giới", "superlative"),
    ("vi", "Bệnh nhân kể: tôi đã đi lại được.", "testimonial"),
    ("vi", "Ông Sato, 68 tuổi, khỏe nhờ phòng khám", "testimonial"),
    ("ar", "الرعشة ستختفي", "cure"),
    ("ar", "تسعة من كل عشرة مرضى تحسنوا", "success-rate"),
    ("ar", "90٪ من المرضى تحسنوا", "success-rate"),
    ("ar", "الأول من نوعه في العالم", "superlative"),
    ("ar", "مريضنا أحمد يقول إنه يمشي من جديد", "testimonial"),
    ("ar", "السيد ساتو، 68 عامًا: أمشي من جديد بفضل العيادة", "testimonial"),
]


@pytest.mark.parametrize(("language", "text", "rule"), REFUSED)
def test_a_claim_in_other_words_is_found_by_its_rule(language, text, rule):
    assert rule in {finding.rule for finding in find(text, language)}


ALLOWED = [
    ("ja", "A棟の受付で「予約です」とお伝えください。"),
    ("zh-Hans", "没有方法能让人摆脱帕金森病吗？"),
    ("en", "Nobody knows yet whether the treatment works."),
    ("en", "A number does not mean that the treatment works."),
    ("en", "How the drip works"),
    ("en", "In a study, 4 of 6 people had better scores. It was not proven that the cells did this."),
    ("en", "I can walk alone."),
    ("en", "Will my tremor go away?"),
    ("ja", "また歩けるようになりますか。"),
    ("ja", "ふるえはなくなりますか。"),
    ("ja", "パーキンソン病の方の3割ほどに、ふるえがありません。"),
    ("zh-Hans", "能治好吗？"),
    ("zh-Hans", "以前治好的感染，和现在有的感染不一样。"),
    ("zh-Hans", "目前没有方法可以治好帕金森病。"),
    ("vi", "Tôi đi lại được một mình."),
    ("vi", "Bệnh sẽ hết không?"),
    ("vi", "4 trong 6 người có điểm số tốt hơn trong một nghiên cứu."),
    ("ar", "هل ستختفي الرعشة؟ لا يستطيع أحد أن يعد بذلك."),
    ("ar", "هل يستطيع المريض المشي وحده؟"),
]


@pytest.mark.parametrize(("language", "text"), ALLOWED)
def test_a_careful_sentence_or_a_question_passes(language, text):
    assert find(text, language) == []


@pytest.mark.parametrize(
    "text", ["日本一の成功率90％", "Tỷ lệ thành công 90%", "نسبة نجاح عالية", "We cure it"]
)
def test_a_text_in_no_known_language_is_looked_at_with_every_list(text):
    assert find_in_any(text)


@pytest.mark.parametrize("text", ["Sample Clinic", "さくらクリニック", "+81 3 0000 0000", "9:00-17:00"])
def test_a_clinics_plain_words_pass_every_list(text):
    assert find_in_any(text) == []
