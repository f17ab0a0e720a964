"""The pack that comes with Yorisoi: complete, in all its languages, within the limits, promising nothing."""

import re
from pathlib import Path

import pytest

import locales
from handlers.core.protocol import Busy, Offset, StepKind
from handlers.core.questionnaire import ItemType
from locales import Catalogs
from locales.po import placeholders
from storage.pack_rules import items_in
from storage.protocols import check_pack, pack_folder, read_pack

PACK = pack_folder("parkinson-cell-therapy")
PROTOCOL = read_pack(PACK)
CATALOGS = Catalogs(Path(locales.__file__).parent, [PACK])
KEYS = [key for key in CATALOGS.all_keys() if "/" in key or key.startswith(("cards.", "consent."))]
ITEMS = {item.link_id: item for each in PROTOCOL.questionnaires.values() for item in each.walk()}
QUESTIONS = list(
    {
        item.link_id: item
        for each in PROTOCOL.questionnaires.values()
        for item in each.walk()
        if item.is_question and not item.is_silent
    }.values()
)

SAME_FOR_HELPERS = {
    *("start.lang", "start.role", "start.helper_name", "start.helper_rel", "start.helper_with"),
    *("start.permission", "start.legal_rep", "start.adult"),
    *("consent.channel", "consent.messages", "id.name", "end.send", "f.call"),
    *("sym.phq1", "sym.phq2"),
}
"""Questions that speak to whoever holds the phone, or that name the patient already."""


AROUND = [s for s in PROTOCOL.steps if s.kind not in {StepKind.CHECK_IN, StepKind.LATE_CHECK}]
"""The steps before, around and shortly after a procedure."""


def intake():
    return PROTOCOL.questionnaires[PROTOCOL.intake[0]]


def test_the_check_finds_nothing():
    assert check_pack(PACK) == []


def test_the_language_is_not_skipped():
    assert not ITEMS["start.lang"].skippable


def test_part_a_asks_26_questions_of_everybody_6_of_some_and_shows_7_cards():
    items = [item for item in intake().walk() if item.type is not ItemType.GROUP]

    cards = [item for item in items if item.type is ItemType.DISPLAY]
    some = [item for item in items if item.enable_when]

    assert (len(items), len(cards), len(some)) == (39, 7, 6)


@pytest.mark.parametrize(("month", "taps"), [(1, 17), (3, 22), (6, 29)])
def test_a_check_in_begins_with_the_safety_card_and_keeps_to_its_taps(month, taps):
    questionnaire = next(q for q in PROTOCOL.questionnaires.values() if q.id == f"check-in-month-{month}")
    items = [item for item in questionnaire.walk() if not item.hidden]

    assert (items[0].link_id, sum(i.is_question and not i.enable_when for i in items)) == ("s.card", taps)


def test_check_ins_come_after_1_3_and_6_calendar_months():
    offsets = {step.id: step.offset for step in PROTOCOL.steps if step.kind is StepKind.CHECK_IN}

    assert offsets == {"M1": Offset(months=1), "M3": Offset(months=3), "M6": Offset(months=6)}


def test_the_programme_is_that_of_the_reference():
    rows = [(step.id, step.offset.days, step.offset.hours, step.kind.value) for step in AROUND]

    assert rows == [
        ("H-14", -14, 0, "reminder"),
        ("H-2", -2, 0, "prep_check"),
        ("H+1", 0, 24, "safety_check"),
        ("H+3", 0, 72, "safety_check"),
        ("H+7", 7, 0, "safety_check"),
        *((f"C-w{week}", 7 * week, 0, "status") for week in (1, 2, 3, 4)),
        ("I-7", -7, 0, "prep_check"),
        ("I-1", 0, -24, "prep_check"),
        ("I+6h", 0, 6, "safety_check"),
        ("I+24h", 0, 24, "safety_check"),
        ("I+48h", 0, 48, "safety_check"),
        ("I+7d", 7, 0, "safety_check"),
    ]


def test_the_yearly_check_is_off_until_a_clinic_wants_it():
    assert {step.programme for step in PROTOCOL.steps if not step.enabled} == {"late-checks"}


def test_only_safety_checks_bound_to_the_hour_of_a_procedure_come_in_quiet_hours():
    assert [s.id for s in PROTOCOL.steps if s.ignore_quiet_hours] == ["H+1", "H+3", "I+6h", "I+24h", "I+48h"]


@pytest.mark.parametrize("step", AROUND, ids=lambda step: step.id)
def test_a_safety_check_interrupts_and_begins_with_the_card(step):
    form = PROTOCOL.questionnaires.get(step.questionnaire)
    is_safety = step.kind is StepKind.SAFETY_CHECK
    begins = next(form.walk()).link_id == "s.card" if form else False

    assert (step.busy is Busy.INTERRUPT, begins) == (is_safety, is_safety)


def test_windows_are_those_of_the_schedule():
    months = [step for step in PROTOCOL.steps if step.kind is StepKind.CHECK_IN]
    windows = [(step.window_before_days, step.window_after_days) for step in months]

    assert windows == [(3, 7), (7, 14), (7, 21)]


def test_all_116_pre_screen_rules_are_there():
    assert len({rule.id for rule in PROTOCOL.prescreen}) == 116


def test_rules_that_name_only_items_of_this_version_can_be_decided_now():
    decidable = [rule.id for rule in PROTOCOL.prescreen if items_in(rule.when) <= ITEMS.keys()]

    assert {"ADM-01", "CA-01"} <= set(decidable)


def test_every_red_or_orange_flag_opens_a_possible_adverse_event():
    alarming = [rule for rule in PROTOCOL.flags if rule.level in {"RED", "ORANGE"}]

    assert all(rule.adverse_event for rule in alarming)


@pytest.mark.parametrize("rule", PROTOCOL.flags, ids=lambda rule: rule.id)
def test_every_flag_shows_a_card_that_has_a_text(rule):
    assert all(CATALOGS.get(language).has(rule.card) for language in PROTOCOL.languages)


def test_consent_cannot_be_skipped():
    unskippable = {item.link_id for item in ITEMS.values() if not item.skippable}

    assert {
        link_id for link_id in ITEMS if link_id.startswith("consent.") and ITEMS[link_id].is_question
    } <= (unskippable)


def test_the_birth_date_is_read_back_and_adult():
    item = ITEMS["id.dob"]

    assert (item.confirm, item.constraints.min_age_years, item.constraints.max_age_years) == (True, 18, 110)


@pytest.mark.parametrize("link_id", ["f.phq1", "f.phq2", "f.selfharm", "f.see"])
def test_mood_is_for_the_restricted_group(link_id):
    assert ITEMS[link_id].sensitive == "mood"


@pytest.mark.parametrize("item", QUESTIONS, ids=lambda item: item.link_id)
def test_every_question_says_why_it_is_asked(item):
    assert item.why.endswith(".")


@pytest.mark.parametrize("item", QUESTIONS, ids=lambda item: item.link_id)
def test_every_question_has_a_wording_for_helpers(item):
    assert bool(item.helper) is (item.link_id not in SAME_FOR_HELPERS)


IN_THEIR_OWN_NAME = {
    *("Yes, I agree", "Tell me more", "I don't know", "I'd rather not say", "I'll tell the doctor"),
    *("I want to talk", "I did not know"),
}
"""What a helper says of themselves, also where they answer for somebody."""


@pytest.mark.parametrize("item", QUESTIONS, ids=lambda item: item.link_id)
def test_no_option_lets_a_helper_speak_as_the_patient(item):
    shown = {text for o in item.options for text in (o.helper or o.label, o.helper_detail or o.detail)}
    as_patient = {text for text in shown if re.search(r"\b(I|I'm|me|my)\b", text)}

    assert item.link_id in SAME_FOR_HELPERS or as_patient <= IN_THEIR_OWN_NAME


def test_no_heading_speaks_to_a_helper_as_to_the_patient():
    walked = [item for each in PROTOCOL.questionnaires.values() for item in each.walk()]
    headings = {item.helper or item.text for item in walked if item.type is ItemType.GROUP}

    assert {text for text in headings if re.search(r"\byou", text, re.IGNORECASE)} == set()


@pytest.mark.parametrize("language", PROTOCOL.languages)
def test_every_text_is_there_in_every_language(language):
    assert [key for key in KEYS if not CATALOGS.get(language).has(key)] == []


def test_a_translation_has_the_placeholders_of_its_source():
    english, japanese = (CATALOGS.get(name).template for name in ("en", "ja"))

    assert [key for key in KEYS if placeholders(english(key)) != placeholders(japanese(key))] == []


@pytest.mark.parametrize("language", PROTOCOL.languages)
def test_no_text_judges_who_may_be_treated(language):
    judging = re.compile(
        "eligib|safe for you|you qualify|good candidate|適格|符合条件|đủ điều kiện|مؤهل", re.IGNORECASE
    )
    texts = {key: CATALOGS.get(language).template(key) for key in KEYS}

    assert [key for key, text in texts.items() if judging.search(text)] == []


@pytest.mark.parametrize("language", PROTOCOL.languages)
def test_no_text_shouts_or_smiles(language):
    texts = {key: CATALOGS.get(language).template(key) for key in KEYS}

    assert [key for key, text in texts.items() if re.search("[!\uff01\U0001f300-\U0001faff]", text)] == []


@pytest.mark.parametrize("item", QUESTIONS, ids=lambda item: item.link_id)
def test_a_question_has_at_most_40_words(item):
    assert max(len(item.text.split()), len(item.helper.split())) <= 40


@pytest.mark.parametrize("language", PROTOCOL.languages)
def test_every_language_has_a_list_of_words_for_every_card(language):
    assert set(PROTOCOL.word_lists[language]) == {"CRISIS", "RED", "ORANGE"}


def test_the_files_say_that_they_are_drafts():
    texts = [(PACK / "locales" / f"{name}.po").read_text(encoding="utf-8") for name in PROTOCOL.languages]

    assert PROTOCOL.draft
    assert all("to be approved by the clinic's medical director" in text for text in texts)
