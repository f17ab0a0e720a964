"""A pack is read whole, or refused with the file, the place and the reason."""

import json

import pytest

from handlers.core.protocol import Offset, Rung, RungAction
from handlers.errors import PackError
from storage.pack_files import parse_duration
from storage.protocols import check_pack, pack_folder, read_pack


def test_a_pack_names_questionnaires_by_id_and_knows_them_by_url(small):
    protocol = read_pack(small.write())

    assert (protocol.intake, protocol.step("M1").questionnaire) == (
        ("https://example.org/short",),
        "https://example.org/short",
    )


def test_a_step_carries_its_ladder(small):
    assert read_pack(small.write()).step("M1").ladder == (Rung(Offset(days=1), RungAction.REMIND),)


def test_rules_and_word_lists_may_be_left_out(small):
    small.files.pop("flags.json")

    assert read_pack(small.write()).flags == ()


def step_of(files):
    return files["protocol.json"]["steps"][0]


def rule_of(files):
    return files["flags.json"]["rules"][0]


def when(files, expression):
    rule_of(files)["when"] = expression


BROKEN = [
    (lambda f: step_of(f).update(questionnaire="long"), "protocol.json: M1: unknown questionnaire long"),
    (lambda f: step_of(f).update(anchor="moon"), "protocol.json: M1: unknown anchor moon"),
    (lambda f: step_of(f).update(ladder="steep"), "protocol.json: M1: unknown ladder steep"),
    (lambda f: step_of(f).update(offset="30 days"), "protocol.json: steps.0.offset: "),
    (lambda f: step_of(f).update(kind="party"), "protocol.json: steps.0.kind: "),
    (lambda f: step_of(f).update(colour="red"), "protocol.json: steps.0.colour: "),
    (lambda f: step_of(f).pop("questionnaire"), "protocol.json: M1: a checkin without a questionnaire"),
    (lambda f: step_of(f).update(kind="status"), "protocol.json: M1: a status without a text"),
    (
        lambda f: f["protocol.json"]["steps"].append(step_of(f)),
        "protocol.json: M1: the step's id stands twice",
    ),
    (lambda f: f["protocol.json"].update(intake=[]), "protocol.json: intake: "),
    (lambda f: f["protocol.json"].update(effects={"ill": "name"}), "protocol.json: ill: has an effect, but"),
    (lambda f: f["protocol.json"].update(effects={"well": "fly"}), "protocol.json: well: unknown effect fly"),
    (lambda f: f["protocol.json"].update(baseline={"well": "old"}), "protocol.json: old: stands in baseline"),
    (lambda f: rule_of(f).update(level="PINK"), "flags.json: R1: unknown level PINK"),
    (lambda f: f["flags.json"]["rules"].append(rule_of(f)), "flags.json: R1: the rule's id stands twice"),
    (lambda f: when(f, {"item": "ill", "op": "=", "value": "x"}), "flags.json: R1: there is no item ill"),
    (lambda f: when(f, {"item": "well", "op": "=", "value": "x"}), "flags.json: R1: well has no option x"),
    (lambda f: when(f, {"item": "well", "op": "in", "value": "no"}), "flags.json: R1: in has the wrong kind"),
    (
        lambda f: when(f, {"item": "well", "op": "like", "value": "no"}),
        "flags.json: R1: unknown operator like",
    ),
    (lambda f: when(f, {"item": "well", "op": ">", "value": "no"}), "flags.json: R1: not a number"),
    (
        lambda f: when(f, {"item": "well", "op": "newly", "value": "no"}),
        "flags.json: R1: newly needs a baseline",
    ),
    (lambda f: when(f, {"calc": "luck", "op": ">", "value": 1}), "flags.json: R1: unknown value luck"),
    (lambda f: when(f, {"score": "luck", "op": ">", "value": 1}), "flags.json: R1: unknown value luck"),
    (lambda f: when(f, {"any": []}), "flags.json: R1: any stands alone and holds a list"),
    (lambda f: when(f, {"all": ["well"]}), "flags.json: R1: an expression is an object"),
    (lambda f: when(f, {}), "flags.json: R1: a leaf names an item, a baseline, a calc, a score or a system"),
    (lambda f: when(f, {"system": "x", "why": "y"}), "flags.json: R1: unknown field why"),
]


@pytest.mark.parametrize(("change", "reason"), BROKEN)
def test_a_pack_that_does_not_fit_together_is_refused_with_the_place(small, change, reason):
    folder = small.change(change)

    with pytest.raises(PackError) as refused:
        read_pack(folder)

    assert str(refused.value).startswith(reason)


@pytest.mark.parametrize(("change", "reason"), BROKEN)
def test_the_check_finds_what_reading_refuses(small, change, reason):
    folder = small.change(change)

    assert any(str(problem).startswith(reason) for problem in check_pack(folder))


def test_an_awaited_item_may_be_named_by_a_rule(small):
    when(small.files, {"item": "later", "op": "=", "value": "yes"})
    small.files["protocol.json"]["awaited"] = ["later"]

    assert read_pack(small.write()).flags[0].id == "R1"


def test_a_red_question_of_ten_options_needs_one_that_says_no(small):
    small.item["answerOption"] = [{"valueString": str(number)} for number in range(10)]
    when(small.files, {"item": "well", "op": "=", "value": "9"})

    [problem] = check_pack(small.write())

    assert problem.link_id == "well"


@pytest.mark.parametrize("name", ["short.questionnaire.json", "protocol.json", "flags.json"])
@pytest.mark.parametrize("content", [b"{", b"\xff\xfe", b"[]", b"[" * 100_000])
def test_a_file_that_is_not_ours_is_refused_with_its_name(small, name, content):
    folder = small.write()
    (folder / name).write_bytes(content)

    assert check_pack(folder)[0].file == name


def test_the_check_reports_every_broken_questionnaire(small):
    small.files["a.questionnaire.json"] = {"resourceType": "Questionnaire", "item": [{}]}
    small.files["b.questionnaire.json"] = {"resourceType": "Patient"}

    problems = check_pack(small.write())

    assert [problem.file for problem in problems] == ["a.questionnaire.json", "b.questionnaire.json"]


@pytest.mark.parametrize(
    ("text", "offset"),
    [
        ("P1M", Offset(months=1)),
        ("-P14D", Offset(days=-14)),
        ("PT24H", Offset(hours=24)),
        ("P1Y2M1W3DT4H", Offset(months=14, days=10, hours=4)),
    ],
)
def test_a_duration_keeps_months_days_and_hours_apart(text, offset):
    assert parse_duration(text) == offset


@pytest.mark.parametrize("text", ["", "P", "1M", "P1.5D", "PT", "P1M1", 5, None])
def test_what_is_no_duration_is_refused(text):
    with pytest.raises(ValueError, match="not a duration"):
        parse_duration(text)


def test_a_shipped_pack_is_found_by_its_name():
    assert json.loads((pack_folder("parkinson-cell-therapy") / "protocol.json").read_text(encoding="utf-8"))


def test_a_pack_may_stand_anywhere(small):
    assert pack_folder(str(small.write())) == small.folder


def test_a_missing_pack_is_named():
    with pytest.raises(PackError, match="no-such-pack"):
        pack_folder("no-such-pack")


def carries(small, link_id):
    """Let a second part of the intake carry this item."""
    url = "https://yorisoi.example/fhir/StructureDefinition/carried"
    part = json.loads(json.dumps(small.files["short.questionnaire.json"]))
    part |= {"id": "next", "url": "https://example.org/next"}
    part["item"][0] |= {"linkId": link_id, "extension": [{"url": url, "valueBoolean": True}]}
    small.files["next.questionnaire.json"] = part
    small.files["protocol.json"]["intake"] = ["short", "next"]
    return small.write()


def test_what_an_earlier_part_asks_may_be_carried(small):
    assert check_pack(carries(small, "well")) == []


def test_what_no_earlier_part_asks_cannot_be_carried(small):
    problems = [str(problem) for problem in check_pack(carries(small, "ill"))]

    assert problems == ["next.questionnaire.json: ill: is carried, but no earlier part asks it"]


@pytest.mark.parametrize(
    ("link_id", "problems"),
    [("well", []), ("ill", ["next.questionnaire.json: ill: is carried, but no part of the intake asks it"])],
)
def test_a_check_in_may_carry_what_the_intake_asks(small, link_id, problems):
    carries(small, link_id)
    small.files["protocol.json"] |= {"intake": ["short"]}
    small.files["protocol.json"]["steps"][0]["questionnaire"] = "next"

    assert [str(problem) for problem in check_pack(small.write())] == problems


def test_a_part_of_the_intake_may_say_how_long_it_takes(small):
    small.files["protocol.json"]["intake"] = [{"questionnaire": "short", "minutes": 4}]

    assert read_pack(small.write()).minutes == {"https://example.org/short": 4}


def test_the_ladder_of_an_unfinished_intake_does_not_give_up_by_itself(small):
    small.files["protocol.json"]["unfinished"] = [{"after": "P1D", "action": "give-up"}]

    [problem] = check_pack(small.write())

    assert (
        str(problem) == "protocol.json: unfinished: an unfinished intake ends with a person, not with give-up"
    )
