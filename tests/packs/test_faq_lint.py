"""Common questions: a fact needs a verified claim, and every sentence is accounted for."""

import json
from pathlib import Path

import pytest

from bot.check_command import check
from tests.packs.test_check_command import write_po

SHIPPED = Path("handlers/protocols/parkinson-cell-therapy")
FACTS = [
    {"id": "F1", "claim": "Seven people.", "status": "verified", "source": "Nature"},
    {"id": "F2", "claim": "It takes 3 weeks.", "status": "seed-only", "source": "an advertisement"},
    {"id": "F3", "claim": "Nobody knows.", "status": "background", "source": "general knowledge"},
]


@pytest.fixture
def asked(small):
    """A pack with one topic: one fact, one plain sentence."""
    topic = {
        "id": "ips",
        "keywords": {"en": ["ips"]},
        "facts": {"Seven people had cells.": ["F1"]},
        "plain": ["Ask your doctor."],
        "sources": ["Nature"],
        "contentDate": "2026-11-24",
    }
    small.files["facts.json"] = {"facts": [dict(fact) for fact in FACTS]}
    small.files["faq.json"] = {"topics": [topic]}
    say(small, "Seven people had cells. Ask your doctor.")
    return small


def say(small, answer, label="About iPS"):
    texts = {"label": label, "question": "What about iPS?", "answer": answer}
    write_po(small, "en", *((f"faq.ips.{part}", text, "") for part, text in texts.items()))


def topic(small):
    return small.files["faq.json"]["topics"][0]


def found(small):
    return [str(problem) for problem in check(str(small.write()))]


def test_a_topic_with_a_verified_claim_is_in_order(asked):
    assert found(asked) == []


def test_a_fact_on_a_claim_of_the_seed_article_alone_is_refused(asked):
    topic(asked)["facts"] = {"Seven people had cells.": ["F2"]}

    assert found(asked) == ["faq.json: ips: the claim F2 is seed-only: it is never stated as a fact"]


def test_a_fact_on_background_knowledge_alone_is_refused(asked):
    topic(asked)["facts"] = {"Seven people had cells.": ["F1", "F3"]}

    assert found(asked) == ["faq.json: ips: the claim F3 is background: it is never stated as a fact"]


def test_a_fact_without_a_claim_is_refused(asked):
    topic(asked)["facts"] = {"Seven people had cells.": []}

    assert "faq.json: ips: a fact without a claim: Seven people had cells." in found(asked)


def test_a_claim_that_nobody_made_is_refused(asked):
    topic(asked)["facts"] = {"Seven people had cells.": ["F9"]}

    assert found(asked) == ["faq.json: ips: there is no claim F9"]


def test_a_sentence_that_nobody_accounts_for_is_refused(asked):
    say(asked, "Seven people had cells. All got well. Ask your doctor.")

    assert found(asked) == ["faq.json: ips: neither a fact with claims nor plain: All got well."]


def test_a_figure_passed_off_as_advice_is_refused(asked):
    topic(asked)["plain"] = ["Ask your doctor.", "It takes 3 weeks."]
    say(asked, "Seven people had cells. Ask your doctor. It takes 3 weeks.")

    assert found(asked) == ["faq.json: ips: a figure without a claim: It takes 3 weeks."]


def test_a_sentence_that_is_said_no_more_is_found(asked):
    say(asked, "Seven people had cells.")

    assert found(asked) == ["faq.json: ips: the answer does not say: Ask your doctor."]


def test_facts_without_a_source_for_patients_are_refused(asked):
    topic(asked)["sources"] = []

    assert found(asked) == ["faq.json: ips: states facts, but names no source for patients"]


def test_a_topic_that_stands_twice_is_found(asked):
    asked.files["faq.json"]["topics"] *= 2

    assert "faq.json: ips: this id stands twice" in found(asked)


def test_a_label_too_long_for_a_button_is_found(asked):
    say(asked, "Seven people had cells. Ask your doctor.", label="All there is about iPS")

    assert found(asked) == ["locales/en.po: faq.ips.label: a label of 22, WhatsApp shows 20"]


def test_a_topic_without_a_text_is_found(asked):
    write_po(asked, "en", ("faq.ips.label", "About iPS", ""), ("faq.ips.question", "What?", ""))

    assert found(asked) == ["locales/en.po: faq.ips.answer: this topic has no text"]


def test_the_shipped_pack_holds_every_claim_of_the_reference_and_states_none_of_the_seed_articles():
    facts = {one["id"]: one for one in json.loads((SHIPPED / "facts.json").read_text())["facts"]}
    topics = json.loads((SHIPPED / "faq.json").read_text())["topics"]

    used = {claim for one in topics for claims in one.get("facts", {}).values() for claim in claims}

    assert len(facts) == 109
    assert {facts[claim]["status"] for claim in used} == {"verified"}
