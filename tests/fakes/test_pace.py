"""How the fake services count, pure."""

import pytest

from tests.fakes.provider.graph_world import Pace as GraphPace
from tests.fakes.provider.pace import Spacing, Window
from tests.fakes.provider.stage import Refused
from tests.fakes.provider.telegram_world import Pace as TelegramPace


def taken(take, moments):
    """Return for each moment whether a message was taken then."""
    found = []
    for moment in moments:
        try:
            take(moment)
            found.append(True)
        except Refused:
            found.append(False)
    return found


def telegram(**limits):
    pace = TelegramPace()
    pace.set(**({"on": True, "per_chat": 0, "per_bot": 30} | limits))
    return pace


def whatsapp(**limits):
    pace = GraphPace()
    pace.set(**({"on": True, "per_number": 80, "per_pair": 6.0, "burst": 45} | limits))
    return pace


def test_a_window_holds_so_many_in_any_second_wherever_it_begins():
    window = Window(2)
    window.take(0.0)
    window.take(0.9)

    assert [round(window.wait(now), 6) for now in (0.95, 1.0, 1.5)] == [0.05, 0.0, 0.0]


def test_a_spacing_saves_up_a_burst_and_no_more():
    spacing = Spacing(6.0, burst=3)
    for _ in range(3):
        spacing.take("a", 100.0)

    assert (spacing.wait("a", 100.0), spacing.wait("b", 100.0) > 0) == (6.0, False)


def test_telegram_lets_nothing_through_before_its_waiting_time_is_over():
    pace = telegram(per_bot=1)
    found = taken(lambda now: pace.take(1, now), [0.0, 0.5, 1.2, 1.6])

    assert (found, pace.penalty.inside) == ([True, False, False, True], 1)


def test_a_chat_that_is_too_fast_keeps_no_other_waiting():
    pace = telegram(per_chat=1.0)
    taken(lambda now: pace.take(1, now), [0.0, 0.5])

    assert taken(lambda now: pace.take(2, now), [0.6]) == [True]


@pytest.mark.parametrize(("number", "is_taken"), [(80, True), (81, False)])
def test_whatsapp_takes_eighty_in_a_second(number, is_taken):
    pace = whatsapp()
    found = [taken(lambda now, who=who: pace.take(who, now), [0.01 * who])[0] for who in range(number)]

    assert found[-1] is is_taken


def test_whatsapp_says_which_limit_was_passed():
    pace, person = whatsapp(burst=1), object()
    pace.take(person, 0.0)

    with pytest.raises(Refused) as caught:
        pace.take(person, 5.0)

    assert caught.value.parameters["code"] == 131056


def test_limits_that_are_off_refuse_nothing():
    assert taken(lambda now: TelegramPace().take(1, now), [0.0] * 50) == [True] * 50
