"""Expressions over answers: operators and Kleene's three values."""

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from handlers.core.measures import Truth
from handlers.core.rules import Facts, Outcome, by_link_id, evaluate, items_in
from handlers.core.values import Absent, Answer, Coding, PartialDate, Quantity, Slot

NOW = datetime(2026, 11, 24, tzinfo=UTC)
T, F, U = Truth.TRUE, Truth.FALSE, Truth.UNKNOWN


def answer(*values, absent=None, link_id="q", instance=()):
    given = tuple(Coding(v) if isinstance(v, str) else v for v in values)
    return Answer(Slot(link_id, instance), given, NOW, absent=absent)


def facts(answers=None, *, disabled=(), open_=(), not_offered=(), **more):
    def enabled(link_id):
        return None if link_id in open_ else link_id not in disabled

    return Facts(
        answers=answers or {},
        enabled=enabled,
        today=date(2026, 11, 24),
        offered=lambda link_id: link_id not in not_offered,
        **more,
    )


KNOWN = facts({"t": answer("yes"), "f": answer("no")})
LEAVES = {name: {"item": name, "op": "=", "value": "yes"} for name in "tfu"}


@pytest.mark.parametrize(
    ("parts", "any_", "all_"),
    [
        ("tt", T, T),
        ("tf", T, F),
        ("tu", T, U),
        ("ff", F, F),
        ("fu", U, F),
        ("uu", U, U),
        ("tfu", T, F),
    ],
)
def test_any_and_all_follow_kleene(parts, any_, all_):
    leaves = [LEAVES[name] for name in parts]

    assert evaluate({"any": leaves}, KNOWN).truth is any_
    assert evaluate({"all": leaves}, KNOWN).truth is all_


def test_an_unknown_rule_names_what_it_knows_and_what_it_waits_for():
    outcome = evaluate({"all": [LEAVES["t"], LEAVES["u"]]}, KNOWN)

    assert outcome == Outcome(U, evidence=("t",), waiting_for=("u",))


def test_a_true_rule_names_only_the_answers_that_make_it_true():
    assert evaluate({"any": [LEAVES["t"], LEAVES["f"], LEAVES["u"]]}, KNOWN) == Outcome(T, ("t",))


@pytest.mark.parametrize(
    ("op", "value", "given", "expected"),
    [
        ("=", "a", ["a"], T),
        ("=", "a", ["b"], F),
        ("=", "ns", ["ns"], T),
        ("!=", "a", ["b"], T),
        ("!=", "a", ["a"], F),
        ("in", ["a", "b"], ["b"], T),
        ("in", ["a", "b"], ["c"], F),
        ("contains", "a", ["b", "a"], T),
        ("contains", "a", ["b"], F),
        ("contains_any", ["a", "x"], ["b", "a"], T),
        ("contains_any", ["x", "y"], ["b", "a"], F),
        (">=", 39, [Decimal("39.0")], T),
        ("<", 46, [Quantity(Decimal("39.4"), "Cel")], T),
        (">", 3, ["3"], F),
        (">", 3, ["many"], U),
    ],
)
def test_operators_compare_codes_and_numbers(op, value, given, expected):
    when = {"item": "q", "op": op, "value": value}

    assert evaluate(when, facts({"q": answer(*given)})).truth is expected


@pytest.mark.parametrize(
    ("state", "expected"),
    [
        (facts(), U),
        (facts(open_={"q"}), U),
        (facts(disabled={"q"}), F),
        (facts({"q": answer(absent=Absent.SKIPPED)}), U),
    ],
)
@pytest.mark.parametrize("op", ["=", "!="])
def test_what_is_skipped_or_still_to_come_is_unknown_and_what_is_not_asked_is_false(state, expected, op):
    assert evaluate({"item": "q", "op": op, "value": "a"}, state).truth is expected


@pytest.mark.parametrize(
    ("state", "expected"),
    [
        (facts(), T),
        (facts({"q": answer(absent=Absent.SKIPPED)}), T),
        (facts(disabled={"q"}), T),
        (facts({"q": answer("a")}), F),
        (facts(not_offered={"q"}), U),
    ],
)
def test_missing_is_decided_once_the_part_was_offered(state, expected):
    assert evaluate({"item": "q", "op": "missing", "value": None}, state).truth is expected


@pytest.mark.parametrize(
    ("state", "expected"),
    [
        (facts(), U),
        (facts({"q": answer(absent=Absent.SKIPPED)}), T),
        (facts(disabled={"q"}), F),
        (facts({"q": answer("a")}), F),
    ],
)
def test_skipped_is_decided_once_the_question_was_put(state, expected):
    assert evaluate({"item": "q", "op": "skipped"}, state).truth is expected


@pytest.mark.parametrize(
    ("when", "op", "months", "expected"),
    [
        (PartialDate(2026, 5), "monthsSinceLt", 6, F),
        (PartialDate(2026, 6), "monthsSinceLt", 6, T),
        (PartialDate(2026, 5, 25), "monthsSinceLt", 6, T),
        (PartialDate(2026, 5, 24), "monthsSinceLt", 6, F),
        (PartialDate(2021, 11), "monthsSinceGte", 60, T),
        (PartialDate(2021, 12), "monthsSinceGte", 60, F),
        # The year alone: decided only where every month of it says the same.
        (PartialDate(2021), "monthsSinceLt", 60, U),
        (PartialDate(2022), "monthsSinceLt", 60, T),
        (PartialDate(2020), "monthsSinceLt", 60, F),
        (PartialDate(2027, 1), "monthsSinceLt", 6, T),
    ],
)
def test_months_are_counted_from_dates_of_any_precision(when, op, months, expected):
    rule = {"item": "q", "op": op, "value": months}

    assert evaluate(rule, facts({"q": answer(when)})).truth is expected


@pytest.mark.parametrize(
    ("born", "expected"),
    [
        (PartialDate(1946, 11, 24), T),
        (PartialDate(1946, 11, 25), F),
        (PartialDate(1946), U),
        (PartialDate(1945), T),
        (PartialDate(1948, 2, 29), F),
    ],
)
def test_age_is_in_full_years(born, expected):
    rule = {"calc": "age", "op": ">", "value": 79}

    assert evaluate(rule, facts({"id.dob": answer(born)})).truth is expected


@pytest.mark.parametrize(
    ("height", "weight", "expected"),
    [
        (Decimal(170), Decimal(102), T),
        (Decimal("1.7"), Decimal(101), F),
        (Quantity(Decimal(67), "[in_i]"), Quantity(Decimal(225), "[lb_av]"), T),
        (Quantity(Decimal(170), "cm"), Quantity(Decimal(70), "kg"), F),
        (Decimal(0), Decimal(70), U),
    ],
)
def test_body_mass_index_takes_the_units_that_people_use(height, weight, expected):
    given = facts({"body.height": answer(height), "body.weight": answer(weight)})

    assert evaluate({"calc": "bmi", "op": ">=", "value": 35}, given).truth is expected


@pytest.mark.parametrize(
    ("first", "second", "expected"),
    [("2", "1", T), ("1", "1", F), ("3", None, T), ("1", None, U), (None, None, U)],
)
def test_a_phq2_is_decided_as_soon_as_its_sum_is(first, second, expected):
    pairs = [("sym.phq1", first), ("sym.phq2", second)]
    given = facts({link_id: answer(code) for link_id, code in pairs if code is not None})

    assert evaluate({"score": "phq2", "op": ">=", "value": 3}, given).truth is expected


def test_a_computed_value_waits_for_what_it_is_computed_from():
    given = facts({"body.height": answer(Decimal(170))})

    outcome = evaluate({"calc": "bmi", "op": ">=", "value": 35}, given)

    assert outcome == Outcome(U, (), ("body.weight",))


SCALE = ("0", "1", "2", "3", "4", "ns")


@pytest.mark.parametrize(
    ("now", "before", "expected"),
    [("3", "1", T), ("4", "3", F), ("1", "3", F), ("4", None, U), ("4", "ns", U), ("ns", "1", U)],
)
def test_an_increase_is_counted_in_steps_of_the_scale(now, before, expected):
    rule = {"item": "f.x", "op": "increasedBy", "value": 2, "baseline": "sym.x"}
    baseline = {"sym.x": answer(before)} if before else {}

    given = facts({"f.x": answer(now)}, baseline=baseline, scale=lambda _: SCALE)

    assert evaluate(rule, given).truth is expected


@pytest.mark.parametrize(
    ("now", "before", "expected"),
    [("real", "no", T), ("real", "real", F), ("no", "no", F), ("real", None, T)],
)
def test_what_was_not_there_before_is_new_and_so_is_what_nobody_asked_before(now, before, expected):
    rule = {"item": "f.see", "op": "newly", "value": "real", "baseline": "sym.see"}
    baseline = {"sym.see": answer(before)} if before else {}

    assert evaluate(rule, facts({"f.see": answer(now)}, baseline=baseline)).truth is expected


def test_what_code_must_find_out_is_unknown_until_it_has():
    when = {"system": "document too old"}

    assert evaluate(when, facts(), "DO-04").truth is U
    assert evaluate(when, facts(found={"DO-04": ("doc.mri",)}), "DO-04").truth is T


@pytest.mark.parametrize(
    "when",
    [{"item": "q", "op": "like", "value": "a"}, {"calc": "luck", "op": ">", "value": 1}],
)
def test_an_expression_that_is_not_understood_is_an_error(when):
    with pytest.raises(ValueError, match="unknown"):
        evaluate(when, facts({"q": answer("a")}))


def test_the_answers_of_a_repeating_group_count_together():
    answers = {Slot("q", (n,)): answer(code, instance=(n,)) for n, code in enumerate("ab")}

    merged = by_link_id(answers)

    assert merged["q"].codes() == ("a", "b")


def test_an_expression_knows_which_items_it_reads():
    when = {
        "any": [
            {"item": "a", "op": "=", "value": "x"},
            {"all": [{"calc": "age", "op": ">", "value": 1}, {"score": "phq2", "op": ">=", "value": 3}]},
        ]
    }

    assert items_in(when) == {"a", "id.dob", "sym.phq1", "sym.phq2"}
