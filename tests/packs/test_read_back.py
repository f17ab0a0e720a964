"""What the intake reads back before it is stored: names, dates, doses, what speaks against a treatment."""

import pytest

from handlers.core.questionnaire import ItemType
from storage.protocols import pack_folder, read_pack

PROTOCOL = read_pack(pack_folder("parkinson-cell-therapy"))
ITEMS = {
    item.link_id: item
    for url in PROTOCOL.intake
    for item in PROTOCOL.questionnaires[url].walk()
    if item.is_question and not item.is_silent
}
NAMES = {
    *("start.helper_name", "consent.name_sign", "id.name", "id.name_local", "id.own_doctor"),
    *("id.emerg_name", "trv.who_name"),
}
DATES = {link_id for link_id, item in ITEMS.items() if item.type is ItemType.DATE}
DOSES = {"med.text", "med.levo_mg", "med.levo_times"}


def leaves(when):
    """Return the (linkId, option code) pairs that an expression looks for."""
    parts = (*when.get("any", ()), *when.get("all", ()))
    codes = when.get("value", ())
    own = (
        {(when["item"], code) for code in ([codes] if isinstance(codes, str) else codes)}
        if "item" in when
        else set()
    )
    return own.union(*(leaves(part) for part in parts))


def against():
    """Return every tap for which staff are told "likely no", but for refusals of consent."""
    rules = [rule for rule in PROTOCOL.prescreen if rule.level in {"LIKELY_NO", "STOP"}]
    found = set().union(*(leaves(rule.when) for rule in rules if "monthsSinceLt" not in str(rule.when)))
    return {(link, code) for link, code in found if link in ITEMS and not link.startswith("consent.")}


@pytest.mark.parametrize("link_id", sorted(NAMES | DATES | DOSES))
def test_names_dates_and_doses_are_read_back(link_id):
    assert ITEMS[link_id].confirm


@pytest.mark.parametrize(("link_id", "code"), sorted(against() | {("hx.cancer", "past")}))
def test_every_answer_that_speaks_against_a_treatment_is_read_back(link_id, code):
    item = ITEMS[link_id]

    assert item.confirm or code in item.confirm_answers or link_id in PROTOCOL.alarming
