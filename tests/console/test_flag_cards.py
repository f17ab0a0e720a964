import pytest

from bot.console.flag_cards import LOUDNESS, board, counts
from handlers.core.changes import Level
from handlers.core.values import PartialDate
from tests.console.samples import answer, check_in, coded, flag, reader, record, response


def test_every_level_has_its_place():
    assert sorted(LOUDNESS) == sorted(Level)


def test_the_loudest_flag_comes_first():
    flags = (flag("a", Level.INFO), flag("b", Level.LIKELY_NO), flag("c", Level.RED))

    assert [card.level for card in board(record(flags=flags), reader()).open] == [
        Level.RED,
        Level.LIKELY_NO,
        Level.INFO,
    ]


def test_a_match_with_the_exclusion_list_leaves_the_decision_to_the_doctor():
    [card] = board(record(flags=(flag("CA-02", Level.LIKELY_NO),)), reader()).open

    assert card.fixed_line == (
        "Likely no: matches item CA-02 of the clinic's written exclusion list \N{EN DASH} doctor decides"
    )


def test_the_patients_own_words_stand_beside_the_label_of_staff():
    flags = (flag("a", evidence=(("hx.cancer", "Sì, in passato"),)),)
    shown = record(response("r0", "intake-a", coded("hx.cancer", "past")), flags=flags)

    [quote] = board(shown, reader()).open[0].quotes

    assert (quote.label, quote.words) == ("Yes, in the past", "Sì, in passato")


def test_a_flag_that_rests_on_a_sensitive_answer_is_hidden_from_who_may_not_see_it():
    flags = (flag("a", Level.CRISIS, evidence=(("f.selfharm", "Yes, now"),), response_id="r1"),)
    shown = record(
        response("r1", "check-in-month-1", coded("f.selfharm", "now")),
        follow_ups=(check_in("M1", "r1"),),
        flags=flags,
    )

    [card] = board(shown, reader(sees_sensitive=False)).open

    assert (card.hidden, card.quotes[0].label) == (True, "")


def test_what_cannot_be_decided_stands_apart_and_is_not_clear():
    shown = board(record(flags=(flag("a", Level.UNDECIDED),)), reader())

    assert (len(shown.open), len(shown.undecided)) == (0, 1)


def test_closed_flags_are_kept_with_their_reason():
    [card] = board(record(flags=(flag("a", closed=True),)), reader()).closed

    assert (card.closed_by, card.reason) == ("Dr. Ito", "seen")


def test_only_open_flags_are_counted():
    flags = (flag("a", Level.RED), flag("b", Level.RED, closed=True), flag("c", Level.INFO))

    assert counts(flags) == ((Level.RED, 1), (Level.INFO, 1))


@pytest.mark.parametrize(
    ("language", "evidence", "shown"),
    [
        ("en", "2023-05", "May 2023"),
        ("ja", "2023-05", "2023年5月"),
        ("ja", "about 2023", "2023年頃"),
        ("en", "2023-05-09", "9 May 2023"),
    ],
)
def test_a_date_behind_a_flag_is_said_in_the_readers_language(language, evidence, shown):
    flags = (flag("a", evidence=(("hx.cancer_end", evidence),)),)

    [quote] = board(record(flags=flags), reader(language)).open[0].quotes

    assert (quote.label, quote.words) == (shown, "")


def test_a_date_that_was_changed_since_stands_beside_the_new_one():
    flags = (flag("a", evidence=(("hx.cancer_end", "2023-05"),)),)
    changed = response("r0", "intake-a", answer("hx.cancer_end", PartialDate(2021)))

    [quote] = board(record(changed, flags=flags), reader("ja")).open[0].quotes

    assert (quote.label, quote.words) == ("2021年", "2023年5月")
