"""What staff read about the past: the record of acts, and the timeline of a patient."""

from datetime import timedelta
from types import SimpleNamespace

import pytest

from bot.console.access import Role
from bot.console.paperwork import message_lines
from handlers.core.summary.told import ToldConsent
from handlers.core.values import AnsweredBy, Purpose
from storage.views.models import MessageView
from tests.console.record import anna, intake
from tests.console.samples import CATALOGS, NOW
from tests.console.test_pages import PAGE, words_of

READER = SimpleNamespace(
    clinic=SimpleNamespace(zone="Asia/Tokyo"), catalog=CATALOGS.get("en"), may=lambda right: True
)


async def test_the_log_says_who_did_what_to_which_case_in_words(house):
    await house.add(anna(), *intake())
    doctor = await house.signed_in(Role.DOCTOR)
    await doctor.get(PAGE)
    auditor = await house.signed_in(Role.AUDITOR)

    answer = await auditor.get("/console/log")

    assert "A doctor Opened a patient's page YR-2041" in words_of(answer)
    assert "patient.read" not in words_of(answer)


async def test_the_log_names_the_case_behind_a_document(house):
    await house.add(anna(), *intake())
    [document] = (await house.views.record("default", anna().id)).documents
    await house.note(SimpleNamespace(actor="cli", action="document.view", subject=document.id, at=NOW))
    auditor = await house.signed_in(Role.AUDITOR)

    answer = await auditor.get("/console/log")

    assert "Command line Looked at a picture YR-2041" in words_of(answer)


@pytest.mark.parametrize(
    ("kind", "minutes", "text"),
    [
        ("Said", -5, "(not kept: said before consent)"),
        ("Chose", -5, "(not kept: said before consent)"),
        ("Started", -5, "Opened the chat"),
        ("Chose", 5, "A tap"),
        ("Withdrawn", 5, "Deleted a message of theirs"),
        ("Unusable", 5, "A message without text"),
    ],
)
def test_what_was_said_before_consent_is_called_so(kind, minutes, text):
    consent = ToldConsent(Purpose.HEALTH, True, "v1", "en", NOW, AnsweredBy.PATIENT)  # noqa: FBT003
    message = MessageView(NOW + timedelta(minutes=minutes), inbound=True, text="", state="", kind=kind)

    [line] = message_lines([message], READER, [consent])

    assert line.text == text
