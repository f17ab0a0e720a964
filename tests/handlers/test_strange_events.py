"""Events that nobody expects must not stop the inbox."""

import pytest

from handlers.core.events import Chose, ContactResumed, ContactStopped
from tests.handlers.desk import Desk
from tests.handlers.paths import ABOUT, consented, submitted, walk


@pytest.mark.parametrize("what", [ContactStopped("blocked"), ContactResumed()])
def test_a_stranger_who_blocks_the_bot_leaves_no_trace(what):
    desk = Desk()

    said = desk.take(what)

    assert said == []
    assert desk.log[:-1] == []


@pytest.mark.parametrize("data", ["c:party", "f:someone:dance", "c:", "x", "a:nobody:1:0"])
def test_a_button_that_we_no_longer_know_is_explained(data):
    desk = walk(consented(), *ABOUT)

    said = desk.take(Chose(data))

    assert "older question" in said[0].text


@pytest.mark.parametrize("argument", ["9" * 5000, "p" + "9" * 5000, "-1", "p"])
def test_an_absurd_number_to_change_shows_the_answers(argument):
    desk = submitted()

    said = desk.take(Chose(f"c:change:{argument}"))

    assert "Which answer" in said[-1].text
