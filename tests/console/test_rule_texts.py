"""What the rules say to staff, in the language of whoever reads the console."""

import pytest

from storage.protocols import read_pack
from tests.console.samples import CATALOGS, PACK

PROTOCOL = read_pack(PACK)
ASKED = frozenset().union(*(form.by_link_id for form in PROTOCOL.questionnaires.values()))
RULES = [*PROTOCOL.flags, *(rule for rule in PROTOCOL.prescreen if rule.items & ASKED)]


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.id)
def test_a_rule_about_a_question_that_is_asked_speaks_japanese(rule):
    text = CATALOGS.get("ja").plain(f"console.rule.{rule.id}")

    assert any(character > "\u3040" for character in text)


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.id)
def test_the_english_text_of_a_rule_is_the_packs_own(rule):
    assert CATALOGS.get("en").plain(f"console.rule.{rule.id}") == rule.staff_text
