"""The linter: one small broken pack for each finding, with its file and its linkId."""

import pytest

from bot.check_command import check, exit_code
from tests.packs.conftest import ours
from tests.packs.further import SHORT, add, found, item, rule, when
from tests.packs.test_check_command import write_po


@pytest.mark.parametrize(
    ("ident", "lines"),
    [
        ("DO-04", ["prescreen.json: DO-04: never matches: protocol.json has no paperLimits"]),
        ("DO-05", []),
        ("DO-06", ["prescreen.json: DO-06: is left to code, but no code finds this out"]),
    ],
)
def test_only_code_that_is_there_decides_a_rule(small, ident, lines):
    system = {"id": ident, "level": "REVIEW", "when": {"system": "a look at the files"}, "staffText": "Look."}
    small.files["prescreen.json"] = {"rules": [system]}

    assert found(small) == lines


def test_money_is_not_spoken_of_in_whatsapp(small):
    said = [{"url": ours("sensitive", "")["url"], "valueCode": "money"}]
    add(small, item("cost", "a"), item("fund", "a"))
    small.files[SHORT]["item"][1]["extension"] += said
    small.files[SHORT]["item"][2]["extension"] += [*said, ours("notOn", "whatsapp")]

    assert found(small) == [f"{SHORT}: cost: is about money: say notOn whatsapp, it is asked on our page"]


@pytest.mark.parametrize("name", ["web", "signal"])
def test_a_question_is_kept_only_from_channels_that_a_link_leads_away_from(small, name):
    small.item["extension"].append(ours("notOn", name))

    assert found(small)[0] == (
        f"{SHORT}: well: notOn names {name!r}, which is no channel that a link leads away from"
    )


def limit(name, **value):
    return {"url": ours(name, "")["url"], **value}


@pytest.mark.parametrize(
    ("kind", "extensions", "reason"),
    [
        ("string", [limit("notPast", valueBoolean=True)], "notPast and maxMonthsAhead are for dates"),
        (
            "date",
            [limit("notPast", valueBoolean=True), limit("notFuture", valueBoolean=True)],
            "a date that is neither to come nor past",
        ),
        ("date", [limit("maxMonthsAhead", valueInteger=0)], "maxMonthsAhead must be more than nothing"),
    ],
)
def test_limits_that_move_with_today_must_leave_a_date(small, kind, extensions, reason):
    asked = item("come", type=kind)
    del asked["answerOption"]
    asked["extension"] += extensions
    add(small, asked)

    assert found(small)[0].startswith(f"{SHORT}: come: {reason}")


def test_a_limit_for_papers_that_nobody_asks_for_is_found(small):
    small.files["protocol.json"]["paperLimits"] = {"well": "P3M", "scan": "P1M"}

    assert found(small) == [
        f"protocol.json: {name}: has a paper limit, but no document is asked for there"
        for name in ("well", "scan")
    ]


@pytest.mark.parametrize(("operator", "value"), [("!=", "yes"), ("missing", None)])
def test_only_a_missing_rule_may_hold_without_an_answer(small, operator, value):
    small.files["prescreen.json"] = rule("well", "REVIEW", operator, value)

    assert found(small) == [
        f"prescreen.json: P1: {operator} also holds without an answer: it decides MISSING rules only"
    ]


@pytest.mark.parametrize(("operator", "value"), [("!=", "yes"), ("missing", None)])
def test_a_missing_rule_may_hold_without_an_answer(small, operator, value):
    small.files["prescreen.json"] = rule("well", "MISSING", operator, value)

    assert found(small) == []


def months(small, *steps):
    first = small.files["protocol.json"]["steps"][0]
    small.files["protocol.json"]["steps"] = [{**first, **step} for step in steps]


def test_two_months_whose_windows_overlap_are_found(small):
    months(
        small,
        {"id": "M1", "offset": "P1M", "windowAfter": "P30D"},
        {"id": "M2", "offset": "P2M", "windowBefore": "P3D"},
    )

    assert found(small) == [
        "protocol.json: M1: overlaps M2: it may be open until day 61, M2 may begin on day 53"
    ]


def test_months_of_different_anchors_may_overlap(small):
    small.files["protocol.json"]["anchors"] = ["infusion", "harvest"]
    months(
        small,
        {"id": "M1", "offset": "P1M", "windowAfter": "P30D"},
        {"id": "M2", "offset": "P2M", "anchor": "harvest"},
    )

    assert found(small) == []


def test_rungs_out_of_order_are_found(small):
    rungs = [{"after": "P3D", "action": "remind"}, {"after": "P1D", "action": "task"}]
    small.files["protocol.json"]["ladders"]["gentle"] = rungs

    assert found(small) == ["protocol.json: M1: the rung task does not come after the one before it"]


def test_an_effect_on_an_unknown_code_is_found(small):
    small.files["protocol.json"]["effects"] = {"well": "stop-if:never"}

    assert found(small) == ["protocol.json: well: stop-if:never: there is no option never"]


def test_a_consent_to_an_unknown_purpose_is_found(small):
    small.files["protocol.json"]["effects"] = {"well": "consent:fun"}

    assert found(small) == ["protocol.json: well: consent:fun: there is no such purpose"]


def test_an_unknown_card_is_found(small):
    small.rule["card"] = "cards.green"

    assert found(small) == ["flags.json: R1: unknown card cards.green"]


@pytest.mark.parametrize(
    ("level", "more", "reason"),
    [
        ("YELLOW", {"task": "ring"}, "unknown task ring: known are call-now, call-in-1-hour"),
        ("RED", {"task": "call-today"}, "RED is called about now"),
        ("YELLOW", {"adverseEvent": True}, "opens no possible adverse event"),
        ("ORANGE", {"adverseEvent": False, "task": "call-in-1-hour"}, None),
    ],
)
def test_a_call_that_nobody_can_make_is_found(small, level, more, reason):
    small.rule.update(level=level, **more)

    assert [line.startswith(f"flags.json: R1: {reason}") for line in found(small)] == [True] * bool(reason)


def test_a_rule_for_an_unknown_treatment_is_found(small):
    small.files["prescreen.json"] = rule("well", value="yes")
    small.files["prescreen.json"]["rules"][0]["appliesTo"] = "magic"

    assert found(small) == ["prescreen.json: P1: unknown treatment magic"]


@pytest.mark.parametrize(
    ("place", "reason"),
    [(0, "has no wording for a helper"), (1, 'has no answer to "Why do you ask?"')],
)
def test_a_missing_wording_is_found(small, place, reason):
    del small.item["extension"][place]

    assert found(small) == [f"{SHORT}: well: {reason}"]


def test_a_wording_that_fits_helpers_too_may_be_named_as_such(small):
    del small.item["extension"][0]
    small.files["lint.json"] = {"sameForHelpers": ["well"]}

    assert found(small) == []


@pytest.mark.parametrize("named", ["well", "we."])
def test_a_restricted_question_without_its_group_is_found(small, named):
    small.files["lint.json"] = {"restricted": {"mood": [named]}}
    reason = "is about mood: without `sensitive` of that group everybody sees the answer"

    assert found(small) == ([f"{SHORT}: well: {reason}"] if named == "well" else [])


def test_a_question_asked_because_of_a_restricted_answer_needs_a_group(small):
    small.item["extension"].append({"url": ours("sensitive", "")["url"], "valueCode": "mood"})
    add(small, item("pain", "a", enableWhen=[when("well", "yes")]))

    assert any("is asked because of well, which is restricted" in one for one in found(small))


def test_a_fuzzy_translation_is_found(small):
    small.files["protocol.json"]["languages"] = ["en", "ja"]
    write_po(small, "en", ("short/well#text", "Are you well?", ""))
    write_po(small, "ja", ("short/well#text", "Are you well?", "お元気ですか"))
    path = small.folder / "locales/ja.po"
    path.write_text(path.read_text().replace("msgctxt", "#, fuzzy\nmsgctxt"))

    assert "locales/ja.po: short/well#text: the text is fuzzy" in found(small)


def test_a_finding_ends_with_exit_code_1(small):
    del small.item["extension"][1]

    assert exit_code(check(str(small.write()))) == 1


def test_a_language_that_is_switched_on_but_not_complete_is_found(small):
    small.files["protocol.json"]["languages"] = ["en", "ko"]
    write_po(small, "ko", ("short/well#text", "Are you well?", "잘 지내세요?"))

    assert any("protocol.json: ko: is switched on, but not offered:" in line for line in found(small))
