"""What a coordinator does not see: restricted answers, and everything that would tell of them."""

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.restricted import restriction_of, without_restricted
from handlers.core.buttons import answer_data, read_data
from handlers.core.changes import Level
from handlers.core.values import DocumentId, FileRef, ResponseId
from storage.views.models import DocumentView, FlagView, MessageView, Record
from tests.console.samples import CATALOGS, NOW, PATIENT, PROTOCOL, answer, coded, questionnaire, response

HIDDEN = restriction_of(PROTOCOL, CATALOGS)
STORED = ("stored", NOW, "patient")
MONEY = questionnaire("intake-c")
PAGE = response("r1", "intake-c", answer("pay.ins", "Acme Insurance"), coded("trv.fit", "yes"))
SIGNS = response("r2", "intake-b3", coded("sym.selfharm", "now"), coded("sym.faint", "no"))


def seen(**record):
    return without_restricted(Record(PATIENT, responses=(PAGE, SIGNS), **record), HIDDEN)


def message(text, asks="", *, inbound=False):
    index = MONEY.order[asks] if asks else 0
    button = read_data(answer_data("r1", index, (), "skip"))
    return MessageView(NOW, inbound, text, "", asks=((button.response, button.index),) if asks else ())


def flag(rule, level, link_id="hx.cancer", words="yes"):
    evidence = ((link_id, words),)
    return FlagView(rule, PATIENT.id, rule, "1", level, "any", "text", evidence, (), ResponseId("r1"), NOW)


def texts(*messages):
    """Return what is shown of messages, given oldest first."""
    said = tuple(replace(one, at=NOW + timedelta(seconds=n)) for n, one in enumerate(messages))
    return ["-" if one.is_restricted else one.text for one in seen(messages=said).messages]


def test_restricted_answers_are_not_there():
    left = [str(slot) for view in seen().responses for slot in view.response.answers]

    assert left == ["trv.fit", "sym.faint"]


@pytest.mark.parametrize(
    ("raised", "is_seen"),
    [
        (flag("CA-02", Level.LIKELY_NO), True),
        (flag("IN-02", Level.LIKELY_NO), False),
        (flag("words-seen", Level.CRISIS, "free text", "I want to die"), False),
        (flag("words-seen", Level.RED, "free text", "chest pain"), True),
        (flag("of-an-earlier-pack", Level.REVIEW, "sym.phq1"), False),
    ],
    ids=lambda value: getattr(value, "rule", ""),
)
def test_a_flag_that_tells_of_a_restricted_answer_is_not_there(raised, is_seen):
    assert bool(seen(flags=(raised,)).flags) is is_seen


def test_what_was_spoken_as_a_restricted_answer_is_no_file():
    spoken = replace(PAGE.response, answers={a.slot: a for a in [answer("pay.ins", FileRef("d1", "", ""))]})
    files = tuple(
        DocumentView(
            DocumentId(one), PATIENT.id, "voice", "", "", 1, "", "", purpose, "stored", NOW, "patient"
        )
        for one, purpose in (("d1", ""), ("d2", "doc.mri"), ("d3", "doc.inf"))
    )
    record = Record(PATIENT, responses=(replace(PAGE, response=spoken),), documents=files)

    assert [one.id for one in without_restricted(record, HIDDEN).documents] == ["d2"]


def test_the_talk_about_a_restricted_question_is_hidden_up_to_the_next_question():
    talk = (
        message("Who travels with you?", "trv.fit"),
        message("My sister", inbound=True),
        message("Do you have insurance?", "pay.ins"),
        message("Acme", inbound=True),
        message("Noted."),
        message("And now?", "trv.fit"),
    )

    assert texts(*talk) == ["Who travels with you?", "My sister", "-", "-", "-", "And now?"]


def test_a_list_of_answers_that_repeats_a_restricted_question_is_hidden():
    asked = MONEY.item("pay.ins").text

    assert texts(message(f"You told us:\n{asked} Acme")) == ["-"]


def test_words_that_a_restricted_flag_quotes_are_hidden():
    crisis = flag("words-seen", Level.CRISIS, "free text", "I want to die")
    record = seen(flags=(crisis,), messages=(message("I want to die", inbound=True),))

    assert [one.text for one in record.messages] == [""]
