"""An opening in an emergency as administrators are told of it: where to look, and nobody's name or number."""

from bot.alert_words import AlertWords
from handlers.ports import NoticeKind
from tests.bot.test_alert_words import CATALOGS, notice
from tests.storage.samples import clinic

WORDS = AlertWords(CATALOGS, "https://clinic.example")
OPENING = notice(kind=NoticeKind.EMERGENCY_OPENING, alert="", code="")


def test_a_chat_is_told_where_to_review_it():
    body = WORDS.body(clinic(), [OPENING])

    assert "opened in an emergency" in body.text
    assert body.text.endswith("https://clinic.example/console/break-glass")
    assert body.keys == ()


def test_a_letter_has_a_subject_of_its_own_unless_an_alert_waits():
    alone, _ = WORDS.mail(clinic(), [OPENING])
    beside, text = WORDS.mail(clinic(), [OPENING, notice()])

    assert "opened in an emergency" in alone
    assert "opened in an emergency" not in beside
    assert "opened in an emergency" in text
