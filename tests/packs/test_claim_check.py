"""`yorisoi check` refuses claims in a pack's texts, but for the exceptions that it names."""

from pathlib import Path

import pytest

from bot.check_command import check
from handlers.core.problems import Severity
from locales import Catalogs, claims
from tests.packs.test_check_command import write_po


def found(small):
    return [str(problem) for problem in check(str(small.write()))]


def test_a_claim_in_a_question_is_refused(small):
    small.item["text"] = "Our cells cure you. Are you well?"

    assert found(small) == ['locales/en.po: short/well#text: "cure": a promise of cure [cure]']


def test_a_claim_in_a_translation_is_refused(small):
    small.files["protocol.json"]["languages"] = ["en", "ja"]
    write_po(small, "en", ("consent.own", "Read this.", ""))
    write_po(small, "ja", ("consent.own", "Read this.", "日本一の治療です。"))

    assert any("locales/ja.po: consent.own" in line and "[superlative]" in line for line in found(small))


def test_a_claim_in_what_fills_a_placeholder_is_refused(small):
    small.files["protocol.json"]["texts"] = {"clinic_name": "The Miracle Clinic"}

    assert "protocol.json: clinic_name" in found(small)[0]


@pytest.mark.parametrize("words", ["日本一の成功率90%", "Tỷ lệ thành công 90%", "نسبة نجاح عالية"])
def test_what_fills_a_placeholder_is_looked_at_in_every_language(small, words):
    small.files["protocol.json"]["texts"] = {"clinic_short": words}

    assert "protocol.json: clinic_short" in found(small)[0]


def test_a_named_exception_passes(small):
    small.item["text"] = "Do you hope for a cure?"
    small.files["claims.json"] = {
        "exceptions": [{"key": "short/well#text", "rules": ["cure"], "why": "We ask, we do not promise."}]
    }

    assert found(small) == []


def test_an_exception_covers_its_own_rule_only(small):
    small.item["text"] = "Do you hope for a miracle?"
    small.files["claims.json"] = {
        "exceptions": [{"key": "short/well#text", "rules": ["cure"], "why": "We ask, we do not promise."}]
    }

    assert any("[breakthrough]" in line for line in found(small))


def test_an_exception_that_nothing_needs_is_a_warning(small):
    write_po(small, "en", ("cards.own", "Call us.", ""))
    small.files["claims.json"] = {"exceptions": [{"key": "cards.own", "rules": ["cure"], "why": "None."}]}

    [problem] = check(str(small.write()))

    assert (problem.severity, problem.link_id) == (Severity.WARNING, "cards.own")


@pytest.mark.parametrize("language", ["en", "ja"])
def test_no_text_of_the_product_that_patients_read_makes_a_claim(language):
    catalogs = Catalogs(Path("locales"))
    catalog = catalogs.get(language)
    read = [key for key in catalogs.all_keys() if not key.startswith(("console.", "cli.", "words."))]

    assert [
        (key, claims.find(catalog.template(key), language))
        for key in read
        if catalog.has(key) and claims.find(catalog.template(key), language)
    ] == []


@pytest.mark.parametrize("words", ["Likely not eligible.", "Ineligible: heart.", "Check eligibility."])
def test_nobody_is_called_eligible_or_not_by_what_staff_read(small, words):
    small.rule["staffText"] = words

    assert [line for line in found(small) if "[qualify]" in line]


def test_no_text_of_ours_for_staff_calls_anybody_eligible():
    catalogs = Catalogs(Path("locales"))
    catalog = catalogs.get("en")

    said = {key: catalog.template(key).casefold() for key in catalogs.all_keys() if catalog.has(key)}
    assert [key for key, text in said.items() if "eligib" in text] == []
