"""Meta's error codes → what to do (channels.md 3.11)."""

from datetime import timedelta

import httpx2
import pytest

from bot.channels.whatsapp.faults import (
    ACTIONS,
    CODES,
    Fault,
    decide,
    decide_broken,
    decide_fetch,
    read_fault,
)
from handlers.errors import (
    AccountFault,
    ContactGone,
    FetchHeld,
    FetchLater,
    FetchRefused,
    NotToday,
    SendLater,
    SendRejected,
    SendUncertain,
    TemplateRefused,
    WindowClosed,
)

TABLE = [
    ((2, 4, 80007, 130429, 131016, 131056, 131057, 133004, 133016), SendLater, True),
    ((1, 131000, 135000), SendLater, False),
    ((131047,), WindowClosed, False),
    ((100, 131008, 131009, 131021, 131030, 131051, 131053, 130403, 130472), SendRejected, False),
    ((131062, 137000), SendRejected, False),
    ((131049,), NotToday, False),
    ((131026, 131050), ContactGone, False),
    (
        (132000, 132001, 132005, 132007, 132008, 132012, 132015, 132016, 132018, 131063),
        TemplateRefused,
        False,
    ),
    ((0, 3, 10, 200, 299, 33, 190, 368, 130497, 131005, 131031, 131037, 131042), AccountFault, False),
    ((131045, 131048, 131064, 133010), AccountFault, False),
    ((999999,), SendRejected, False),
]


@pytest.mark.parametrize(
    ("code", "kind", "free"), [(code, kind, free) for codes, kind, free in TABLE for code in codes]
)
@pytest.mark.parametrize("http", [200, 400, 401, 404])
def test_a_code_says_what_to_do_whatever_the_status(code, kind, free, http):
    error = decide(Fault(http, code))

    assert (type(error), error.code, error.free) == (kind, str(code), free)


@pytest.mark.parametrize(
    ("http", "kind", "free"),
    [
        (302, SendLater, True),
        (400, SendRejected, False),
        (401, AccountFault, False),
        (403, AccountFault, False),
        (404, SendRejected, False),
        (429, SendLater, True),
        (500, SendUncertain, False),
        (503, SendUncertain, False),
    ],
)
def test_without_a_code_the_status_says_what_to_do(http, kind, free):
    error = decide(Fault(http))

    assert (type(error), error.code, error.free) == (kind, f"http-{http}", free)


@pytest.mark.parametrize("code", [1, 131000, 135000, 999999])
def test_an_unknown_fault_of_a_broken_service_may_have_come_after_the_message_was_taken(code):
    assert type(decide(Fault(500, code))) is SendUncertain


@pytest.mark.parametrize("code", [2, 131016, 133004])
def test_a_broken_service_that_says_it_is_away_has_not_taken_the_message(code):
    assert (type(decide(Fault(503, code))), decide(Fault(503, code)).free) == (SendLater, True)


def test_a_number_that_does_not_exist_is_the_accounts_fault():
    assert type(decide(Fault(400, 100, 33))) is AccountFault


@pytest.mark.parametrize(
    ("headers", "code", "seconds"),
    [
        ({"Retry-After": "7"}, 131056, 7),
        ({}, 131056, 6),
        ({}, 130429, 5),
        ({"Retry-After": "99999"}, 4, 3600),
    ],
)
def test_a_waiting_time_is_metas_or_the_tables(headers, code, seconds):
    fault = read_fault(400, headers, {"error": {"code": code}})

    assert decide(fault).after == timedelta(seconds=seconds)


@pytest.mark.parametrize(
    "answer", [None, [], "x", {"error": "x"}, {"error": {"code": "x", "error_data": "y"}}]
)
def test_an_error_of_another_shape_has_no_code(answer):
    assert read_fault(400, {}, answer) == Fault(400)


def test_no_code_stands_in_two_places():
    assert len(ACTIONS) == sum(len(codes) for _, codes in CODES)


@pytest.mark.parametrize(
    ("error", "kind", "free"),
    [
        (httpx2.ConnectError(""), SendLater, True),
        (httpx2.ConnectTimeout(""), SendLater, True),
        (httpx2.PoolTimeout(""), SendLater, True),
        (httpx2.ReadTimeout(""), SendUncertain, False),
        (httpx2.WriteError(""), SendUncertain, False),
        (httpx2.RemoteProtocolError(""), SendUncertain, False),
        (TimeoutError(), SendUncertain, False),
    ],
)
def test_a_broken_connection_says_whether_anything_left_us(error, kind, free):
    told = decide_broken(error)

    assert (type(told), told.free) == (kind, free)


@pytest.mark.parametrize(
    ("fault", "kind", "free"),
    [
        (Fault(400, 100, 33), FetchRefused, False),
        (Fault(400, 100), FetchRefused, False),
        (Fault(400, 131052), FetchRefused, False),
        (Fault(401, 190), FetchHeld, False),
        (Fault(400, 131031), FetchHeld, False),
        (Fault(400, 4), FetchLater, True),
        (Fault(429), FetchLater, True),
        (Fault(502), FetchLater, True),
        (Fault(400, 131000), FetchLater, False),
    ],
)
def test_a_fault_while_fetching_says_what_to_do(fault, kind, free):
    told = decide_fetch(fault)

    assert (type(told), told.free) == (kind, free)
