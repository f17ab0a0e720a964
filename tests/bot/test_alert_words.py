"""What staff read outside the console: case numbers, how urgent, a link, and nothing else."""

import pytest

from bot.alert_words import AlertWords
from handlers.core.changes import Level
from handlers.core.on_call import Means, Way
from handlers.ports import ClaimedNotice, NoticeKind
from tests.console.samples import CATALOGS, NOW
from tests.storage.samples import CLINIC, clinic

WORDS = AlertWords(CATALOGS, "https://clinic.example")


def notice(number=1, level=Level.RED, kind=NoticeKind.ALERT, **more):
    told = {"alert": f"a{number}", "code": f"AB-{number}", "level": level, "raised_at": NOW} | more
    return ClaimedNotice(CLINIC, f"n{number}", kind, Way(Means.TELEGRAM, "7"), 1, 1, **told)


def labels(body):
    return [(key.label, key.data) for key in body.keys]


def test_one_alert_is_one_line_with_its_link_and_its_button():
    body = WORDS.body(clinic(), [notice()])

    assert body.text.startswith("Red alert: case AB-1.")
    assert body.text.endswith("https://clinic.example/console/alerts/a1")
    assert labels(body) == [("I take it", "take:a1")]


@pytest.mark.parametrize("level", [Level.RED, Level.CRISIS])
def test_what_kind_of_sign_it_was_is_not_said(level):
    assert "Red alert" in WORDS.body(clinic(), [notice(level=level)]).text


def test_several_alerts_are_one_message_the_most_urgent_first():
    body = WORDS.body(clinic(), [notice(1, Level.ORANGE), notice(2), notice(2)])

    assert body.text.splitlines()[:3] == [
        "2 alerts wait for somebody:",
        "Red: case AB-2",
        "Orange: case AB-1",
    ]
    assert labels(body) == [("I take AB-2", "take:a2"), ("I take AB-1", "take:a1")]


def test_many_alerts_name_the_first_and_count_the_others():
    body = WORDS.body(clinic(), [notice(number) for number in range(50)])

    assert "… and 40 more" in body.text
    assert len(body.keys) == 10


def test_a_letter_says_in_its_subject_how_many_there_are():
    subjects = [WORDS.mail(clinic(), [notice(n) for n in range(number)])[0] for number in (1, 3)]

    assert subjects == ["Aoi: Red alert, case AB-0", "Aoi: 3 alerts"]


def test_a_taken_alert_names_who_has_it():
    taken = notice(kind=NoticeKind.TAKEN, taken_at=NOW, taken_by="Mika", ack="q1")

    body = WORDS.body(clinic(), [taken])

    assert "Case AB-1: Mika has taken it" in body.text
    assert (body.keys, body.ack) == ((), "q1")
