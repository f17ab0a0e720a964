"""The question for the treatment: what is said before it, and what is shown."""

from tests.handlers.desk import Desk
from tests.handlers.paths import ABOUT, HEALTH, consented, walk

BEFORE = HEALTH[: HEALTH.index("Own fat cells, drip")]


def asked_for_treatment() -> Desk:
    return walk(consented(), *ABOUT, *BEFORE)


def test_the_balanced_statement_stands_before_the_question():
    desk = asked_for_treatment()

    assert "not proven to work" in desk.heard[-2].text
    assert "not a yes or a no to treatment" in desk.heard[-2].text
    assert "Which treatment" in desk.heard[-1].text


def test_the_plan_is_named_with_what_its_number_means():
    desk = asked_for_treatment()

    assert "PB0000000" in desk.heard[-2].text
    assert "does not mean that the treatment works" in desk.heard[-2].text


def test_only_treatments_with_a_filed_plan_are_shown():
    desk = asked_for_treatment()

    assert [button.label for button in desk.heard[-1].choices] == ["Own fat cells, drip", "Not sure"]


def test_a_tick_does_not_say_it_again():
    desk = asked_for_treatment()

    said = desk.tap("Own fat cells, drip")

    assert not any("not proven" in body.text for body in said)
