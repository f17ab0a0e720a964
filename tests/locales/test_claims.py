"""The claim checker: what a clinic may not write to patients, in five languages."""

import pytest

from locales import claims
from locales.claims import Finding, find

REFUSED = [
    ("en", "We cure Parkinson's.", "cure"),
    ("en", "Our treatment can stop the progression of the disease.", "stops-disease"),
    ("en", "It reverses Parkinson's.", "stops-disease"),
    ("en", "Our success rate is 90 %.", "success-rate"),
    ("en", "90% of our patients walk again.", "success-rate"),
    ("en", "We guarantee results.", "guarantee"),
    ("en", "The treatment is safe.", "safe"),
    ("en", "It is safe and effective.", "safe"),
    ("en", "A government-approved clinic.", "government"),
    ("en", "Approved by the Japanese government.", "government"),
    ("en", "The best clinic in Japan.", "superlative"),
    ("en", "We are number one.", "superlative"),
    ("en", "A breakthrough for you", "breakthrough"),
    ("en", "A discount today only", "pressure"),
    ("en", "Limited places, book now", "pressure"),
    ("en", "Stem cell flu shows that it works.", "flu"),
    ("en", "Fever is a good sign.", "flu"),
    ("en", "Our patients say they feel younger.", "testimonial"),
    ("en", "See before and after photos", "testimonial"),
    ("en", "You qualify.", "qualify"),
    ("en", "You are a good candidate.", "qualify"),
    ("en", "You\u2019re eligible", "qualify"),
    ("en", "It has no side effects.", "no-side-effects"),
    ("en", "A natural treatment", "natural"),
    ("en", "You can stop taking your medicine.", "stop-medicine"),
    ("en", "Cheaper than other clinics", "comparison"),
    ("en", "Your tremor will improve.", "prediction"),
    ("ja", "パーキンソン病が完治します。", "cure"),
    ("ja", "成功率は90%です。", "success-rate"),
    ("ja", "効果を保証します。", "guarantee"),
    ("ja", "絶対に安全です。", "safe"),
    ("ja", "厚生労働省に承認された治療です。", "government"),
    ("ja", "日本一のクリニックです。", "superlative"),
    ("ja", "最先端の治療です。", "superlative"),
    ("ja", "今だけ割引します。", "pressure"),
    ("ja", "患者様の声をご覧ください。", "testimonial"),
    ("ja", "副作用はありません。", "no-side-effects"),
    ("ja", "薬をやめられます。", "stop-medicine"),
    ("ja", "症状は良くなります。", "prediction"),
    ("ja", "発熱は好転反応です。", "flu"),
    ("zh-Hans", "可以治愈帕金森病。", "cure"),
    ("zh-Hans", "成功率达90%。", "success-rate"),
    ("zh-Hans", "绝对安全。", "safe"),
    ("zh-Hans", "国家批准的疗法。", "government"),
    ("zh-Hans", "世界一流的诊所。", "superlative"),
    ("zh-Hans", "没有副作用。", "no-side-effects"),
    ("zh-Hans", "名额有限。立即预约。", "pressure"),
    ("zh-Hans", "您符合条件。", "qualify"),
    ("vi", "Chữa khỏi bệnh Parkinson.", "cure"),
    ("vi", "Tỷ lệ thành công cao.", "success-rate"),
    ("vi", "Hoàn toàn an toàn.", "safe"),
    ("vi", "Được Bộ Y tế phê duyệt.", "government"),
    ("vi", "Phòng khám hàng đầu.", "superlative"),
    ("vi", "Không có tác dụng phụ.", "no-side-effects"),
    ("vi", "Giảm giá hôm nay.", "pressure"),
    ("ar", "شفاء تام من المرض", "cure"),
    ("ar", "نسبة نجاح عالية", "success-rate"),
    ("ar", "نضمن لك النتيجة", "guarantee"),
    ("ar", "علاج آمن تماما", "safe"),
    ("ar", "أفضل عيادة في اليابان", "superlative"),
    ("ar", "بدون آثار جانبية", "no-side-effects"),
    ("ar", "خصم اليوم فقط", "pressure"),
]


@pytest.mark.parametrize(("language", "text", "rule"), REFUSED)
def test_a_claim_is_found_by_its_rule(language, text, rule):
    assert rule in {finding.rule for finding in find(text, language)}


ALLOWED = [
    ("en", "There is no cure for Parkinson's today."),
    ("en", "Nobody can promise that a cell treatment will stop or reverse Parkinson's."),
    ("en", "No treatment is without risk."),
    ("en", "Please do not stop or change any medicine on your own."),
    ("en", "Your file is safely in. What is the best time of day for you?"),
    ("en", "A registered guarantor helps with it."),
    ("en", "There was no serious side effect in two years."),
    ("ja", "今のところ、パーキンソン病を完全に治す方法はありません。"),
    ("ja", "登録された身元保証機関が手続きを助けます。"),
    ("ja", "幹細胞で治りますか。"),
    ("zh-Hans", "目前没有方法可以治愈帕金森病。"),
    ("zh-Hans", "请不要自行停药。最好在早上服药。"),
    ("vi", "Hiện nay chưa có cách chữa khỏi bệnh Parkinson."),
    ("vi", "Xin đừng tự ý ngừng thuốc. Giờ nào tốt nhất cho bạn?"),
    ("ar", "لا يوجد شفاء من مرض باركنسون اليوم."),
    ("ar", "هل احتجتم إلى مستشفى؟"),
]


@pytest.mark.parametrize(("language", "text"), ALLOWED)
def test_a_careful_sentence_passes(language, text):
    assert find(text, language) == []


def test_a_finding_names_the_words():
    assert find("We offer a Miracle.", "en") == [Finding("breakthrough", "Miracle")]


def test_a_sentence_that_allows_words_does_not_excuse_the_next_one():
    assert find("There is no cure elsewhere. We cure it.", "en") == [Finding("cure", "cure")]


def test_a_language_without_a_list_is_looked_at_with_the_english_one():
    assert find("a miracle", "ko") == [Finding("breakthrough", "miracle")]


def test_the_five_languages_have_lists_of_the_same_rules():
    assert claims.languages() == ("ar", "en", "ja", "vi", "zh-Hans")
    assert all(
        {rule for rule, _ in claims._rules(language).patterns} == set(claims.REASONS)
        for language in claims.languages()
    )
