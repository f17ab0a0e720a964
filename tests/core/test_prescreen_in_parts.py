"""The pre-screen sees one patient, not one form: rules over answers of several parts of the intake."""

from datetime import UTC, date, datetime

from handlers.core.case import Response, ResponseStatus
from handlers.core.changes import Level
from handlers.core.evidence import NOT_IN_LANGUAGE
from handlers.core.frozen import replace
from handlers.core.measures import Truth
from handlers.core.prescreen import findings_to_flags, screen
from handlers.core.values import Absent, Answer, Coding, ResponseId, Slot
from tests.handlers.parts import SECOND, protocol

NOON = datetime(2026, 11, 24, 12, tzinfo=UTC)
TODAY = date(2026, 11, 24)


def part(name, **answers):
    given = {
        Slot(k): Answer(
            Slot(k), (Coding(said, display=said.title()),) if said else (), NOON, absent=_why(said)
        )
        for k, said in answers.items()
    }
    url = f"https://example.org/{name}"
    return Response(ResponseId(f"r-{name}"), url, "1", ResponseStatus.COMPLETED, NOON, answers=given)


def _why(said):
    return None if said else Absent.SKIPPED


def found(*parts, pack=None, language=""):
    pack = pack or protocol()
    findings = screen(pack, parts, today=TODAY, routes=frozenset(), language=language)
    return {finding.rule.id: finding.truth for finding in findings}


def flags(*parts, pack=None, language=""):
    pack = pack or protocol()
    findings = screen(pack, parts, today=TODAY, routes=frozenset(), language=language)
    return {f.rule: f for f in findings_to_flags(pack, parts, findings, at=NOON, language=language)}


def test_a_rule_over_answers_of_two_parts_matches_with_the_words_of_both():
    flag = flags(part("first", ill="yes"), part("second", walk="no"))["BOTH"]

    assert (flag.level, flag.evidence) == (Level.REVIEW, (("ill", "Yes"), ("walk", "No")))


def test_a_flag_has_the_rules_version_its_source_and_one_owner_whichever_part_it_reads():
    flag = flags(part("first", ill="no"), part("second", walk="no"), part("third", fall="yes"))["FALL"]

    assert (flag.rule_version, flag.sources, flag.response) == ("7", ("a source",), "r-first")


def test_what_is_not_asked_yet_leaves_the_rule_undecided():
    assert found(part("first", ill="yes"))["BOTH"] is Truth.UNKNOWN


def test_a_question_of_a_later_part_that_an_answer_has_ruled_out_is_false_before_that_part_is_begun():
    assert "FALL" not in found(part("first", ill="no"), part("second", walk="yes"))


def test_a_question_of_a_later_part_whose_condition_is_skipped_is_undecided():
    assert found(part("first", ill="no"), part("second", walk=""))["FALL"] is Truth.UNKNOWN


def test_a_carried_question_does_not_count_as_put_by_the_part_that_carries_it():
    waiting = flags(part("first", ill="yes"), part("third"))

    assert waiting["FALL"].evidence == (("fall", ""),)
    assert waiting["BOTH"].evidence == (("ill", "Yes"), ("walk", ""))


def test_an_answer_whose_question_is_no_longer_asked_counts_for_nothing():
    assert "FALL" not in found(part("first", ill="no"), part("second", walk="yes"), part("third", fall="yes"))


def test_missing_is_said_only_of_parts_that_were_begun():
    begun = found(part("first", ill="no"), part("second", walk="yes"), part("third", sleep=""))

    assert "ASK" not in found(part("first", ill="no"))
    assert begun["ASK"] is Truth.TRUE


def spoken_in(*languages):
    """Return the pack with a question of the second part that exists in these languages only."""
    pack = protocol()
    second = pack.questionnaires[SECOND["url"]]
    items = tuple(replace(i, languages=languages) if i.link_id == "walk" else i for i in second.items)
    second = replace(second, items=items, by_link_id={item.link_id: item for item in items})
    return replace(pack, questionnaires={**pack.questionnaires, second.url: second})


def test_what_is_not_asked_in_the_patients_language_is_undecided_and_says_so():
    told = flags(part("first", ill="yes"), part("second"), pack=spoken_in("en"), language="ja")

    assert told["BOTH"].evidence == (("ill", "Yes"), ("walk", NOT_IN_LANGUAGE))


def test_what_it_decides_is_undecided_too():
    parts = part("first", ill="yes"), part("second")

    assert found(*parts, pack=spoken_in("en"), language="ja")["FALL"] is Truth.UNKNOWN
