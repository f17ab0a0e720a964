"""Who answers, on the patient's page: beside each answer, with their consents, and a link for a helper."""

from dataclasses import replace

import pytest

from bot.console.access import Role
from handlers.core.case import Contact
from handlers.core.changes import AddContact, PutAnswer, RecordConsent
from handlers.core.values import AnsweredBy, ChannelKind, ContactId, ContactPoint, Purpose, ResponseId
from tests.console.record import anna, intake
from tests.console.samples import NOW, coded
from tests.console.test_pages import PAGE, words_of

HELPER = Contact(
    ContactId("c-helper"),
    ContactPoint(ChannelKind.TELEGRAM, "main", "77"),
    by=AnsweredBy.HELPER,
    name="Hanna Rossi",
    relation="child",
    last_heard_at=NOW,
)


async def shown(house, *changes, role=Role.NURSE):
    await house.add(anna(), *intake(), AddContact(HELPER), *changes)
    browser = await house.signed_in(role)
    return words_of(await browser.get(PAGE))


async def test_an_answer_says_which_helper_gave_it(house):
    given = replace(coded("trv.can", "yes"), by=AnsweredBy.HELPER, who=HELPER.id)

    page = await shown(house, PutAnswer(ResponseId("r-p1"), given))

    assert "helper: Hanna Rossi (son or daughter)" in page


async def test_who_answers_is_listed_with_their_channel(house):
    page = await shown(house)

    assert "Hanna Rossi (son or daughter) Telegram" in page


async def test_a_consent_is_shown_with_purpose_state_channel_and_version(house):
    refused = RecordConsent(
        purpose=Purpose.VOICE,
        given=False,
        text_version="v7",
        text_hash="hash",
        language="ja",
        at=NOW,
        by=AnsweredBy.PATIENT,
        channel="whatsapp",
    )

    page = await shown(house, refused)

    assert "v7 · ja · WhatsApp" in page


@pytest.mark.parametrize("whom", ["helper", "again"])
async def test_staff_make_a_link_for_a_helper_or_for_the_patient(house, whom):
    await house.add(anna(), *intake())
    browser = await house.signed_in(Role.COORDINATOR)

    answer = await browser.post(f"{PAGE}/{whom}")

    assert f"/chat/start/{whom}" in answer.text
    assert (f"invite.{whom}", "p1") in await house.acts()
