"""What staff see of an answer that was spoken, and of one that is not known."""

import pytest

from handlers.core.evidence import NOT_IN_LANGUAGE, words
from handlers.core.values import Absent, Answer, DocumentId, FileRef, Slot
from tests.console.samples import NOW, questionnaire, reader, response

SPOKEN = Answer(
    Slot("end.more"), (FileRef(DocumentId("d1"), "audio/ogg"),), NOW, source="m1", absent=Absent.VOICE
)
UNSURE = Answer(Slot("dx.when"), (), NOW, absent=Absent.UNKNOWN)


def line(answer, language="en"):
    form = reader(language).form(response("r0", "intake-a", answer), None)
    [shown] = [each for section in form.sections for each in section.lines]
    return shown


def test_a_spoken_answer_leads_to_its_voice_note():
    assert (line(SPOKEN).answer, line(SPOKEN).document, line(SPOKEN).skipped) == ("Voice note", "d1", False)


def test_not_sure_is_told_from_skipped():
    assert (line(UNSURE).answer, line(UNSURE).skipped) == ("Not sure", True)


def test_both_are_told_in_japanese():
    assert [line(one, "ja").answer for one in (SPOKEN, UNSURE)] == ["音声メッセージ", "わからない"]


@pytest.mark.parametrize(
    ("language", "told"),
    [
        ("en", ["Voice note", "Not sure", "not asked in this language"]),
        ("ja", ["音声メッセージ", "わからない", "この言語では尋ねていません"]),
    ],
)
def test_beside_a_flag_stands_in_staffs_language_why_there_are_no_words(language, told):
    item = questionnaire("intake-a").item("end.more")

    said = [words(SPOKEN), words(UNSURE), NOT_IN_LANGUAGE]

    assert [reader(language).words.retold(item, one) for one in said] == told
