"""The oracle of the chaos proofs notices what it is there for."""

import pytest

from tests.chaos import oracle
from tests.chaos.figures import Figure


def send(outbox, *, accepted=True, method="sendMessage"):
    return {"outbox": outbox, "accepted": accepted, "method": method, "verdict": "ok"}


def row(outbox, state="sent", ambiguous=0, channel="telegram"):
    return {"outbox_id": outbox, "state": state, "ambiguous": ambiguous, "channel": channel}


@pytest.mark.parametrize(
    ("times", "ambiguous", "wrong"), [(1, 0, []), (2, 1, []), (2, 0, ["o-1"]), (3, 2, ["o-1"])]
)
def test_a_message_may_come_once_more_for_an_ambiguous_send_and_never_thrice(times, ambiguous, wrong):
    ledger = [send("o-1")] * times

    assert oracle.doubles(ledger, [row("o-1", ambiguous=ambiguous)]) == (times - 1, wrong)


def test_what_is_said_to_be_sent_and_was_never_taken_is_named():
    ledger = [send("o-1"), send("o-2", accepted=False)]

    assert oracle.never_taken(ledger, [row("o-1"), row("o-2"), row("o-3", channel="web")]) == ["o-2"]


def test_what_is_left_over_is_counted_by_its_state():
    assert oracle.unsettled([row("o-1"), row("o-2", "queued"), row("o-3", "unknown")]) == {
        "queued": 1,
        "unknown": 1,
    }


def test_every_answer_but_a_good_one_and_503_is_forbidden():
    assert oracle.forbidden({"200": 5, "503": 9, "500": 1, "no answer": 2}) == 3


ANSWERS = {"id.name": oracle.NAME, "dx.by": "neuro"}


@pytest.mark.parametrize(
    ("stored", "is_right"),
    [
        ([("id.name", "Maria"), ("dx.by", "neuro")], True),
        ([("id.name", "Maria")], False),
        ([("id.name", "Maria"), ("dx.by", "neuro"), ("dx.by", "neuro")], False),
        ([("id.name", "Maria"), ("dx.by", "gp")], False),
        ([], False),
    ],
)
def test_an_answer_lost_doubled_or_changed_is_noticed(stored, is_right):
    export = {"answers": [{"patient": "p", "link_id": link, "value": value} for link, value in stored]}

    assert (oracle.wrong_answers(export, {"Maria": ANSWERS}) == {}) is is_right


@pytest.mark.parametrize("replies", [["b", "a"], ["a"], ["a", "b", "b"], ["a", "b", "c"]])
def test_another_order_and_one_too_few_or_too_many_are_noticed(replies):
    assert oracle.out_of_order(["a", "b"], replies)


@pytest.mark.parametrize(
    ("figure", "holds"),
    [
        (Figure("lost", 1, 0), False),
        (Figure("lost", 0, 0), True),
        (Figure("outages", 0, 1, least=True), False),
        (Figure("outages", 1, 1, least=True), True),
        (Figure("told", 7), True),
    ],
)
def test_a_figure_holds_within_its_limit(figure, holds):
    assert figure.holds is holds
