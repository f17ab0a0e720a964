"""Staff in a patient's chat: who may, what is stopped, what is asked about, and what appears by itself."""

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.console.access import Role
from handlers.core.changes import SaveContact
from handlers.core.values import ChannelKind, Purpose
from tests.console.house import CLINIC
from tests.console.record import anna, intake
from tests.console.samples import NOW
from tests.console.test_pages import PAGE, words_of

TALK = f"{PAGE}/talk"
LETTER = {"contact": "c-p1", "text": "We have a date.", "message": "m1"}


@pytest.fixture
async def coordinator(house):
    await house.add(anna(purposes=frozenset({Purpose.HEALTH, Purpose.MESSAGES})), *intake())
    return await house.signed_in(Role.COORDINATOR)


async def talk_of(house):
    return (await house.uow.case_of(CLINIC, anna().id)).patient.talk


async def sent(house):
    return [one.text for one in await house.views.messages(CLINIC, anna().id) if one.by_staff]


async def on_whatsapp(house):
    """Let the patient be on WhatsApp, where the window is closed."""
    case = await house.uow.case_of(CLINIC, anna().id)
    point = replace(case.contact.point, channel=ChannelKind.WHATSAPP)
    closed = replace(case.contact, point=point, window_closes_at=NOW - timedelta(hours=1))
    await house.database.write(
        lambda conn: conn.exec_driver_sql("UPDATE contact_points SET channel = 'whatsapp'")
    )
    await house.uow.save(await house.uow.case_of(CLINIC, anna().id), [SaveContact(closed)])


async def test_the_chat_is_taken_over_written_in_and_handed_back(house, coordinator):
    await coordinator.post(f"{TALK}/take", data={"name": "Yuki"})
    written = await coordinator.post(f"{TALK}/write", data=LETTER, follow_redirects=True)
    await coordinator.post(f"{TALK}/back")

    assert "Your message is on its way" in words_of(written)
    assert sum("We have a date." in text for text in await sent(house)) == 1
    assert (await talk_of(house)).person is None
    assert {"talk.take", "talk.write", "talk.back"} <= {action for action, _ in await house.acts()}


async def test_a_message_pressed_twice_goes_out_once(house, coordinator):
    await coordinator.post(f"{TALK}/take", data={"name": "Yuki"})
    for _ in range(2):
        await coordinator.post(f"{TALK}/write", data=LETTER)

    assert sum("We have a date." in text for text in await sent(house)) == 1


@pytest.mark.parametrize("text", ["This will cure you.", "You are eligible!", "Our success rate is 90 %."])
async def test_a_promise_is_stopped_and_stays_in_the_box(house, coordinator, text):
    await coordinator.post(f"{TALK}/take", data={"name": "Yuki"})

    answer = await coordinator.post(f"{TALK}/write", data=LETTER | {"text": text, "sure": "true"})

    assert "This can't be sent" in words_of(answer)
    assert text in answer.text
    assert not any(text in one for one in await sent(house))


async def test_a_doubtful_word_goes_out_only_when_it_was_looked_at_again(house, coordinator):
    await coordinator.post(f"{TALK}/take", data={"name": "Yuki"})
    doubtful = LETTER | {"text": "We are the best clinic in Japan."}

    asked = await coordinator.post(f"{TALK}/write", data=doubtful)
    await coordinator.post(f"{TALK}/write", data=doubtful | {"sure": "true"})

    assert "look again" in words_of(asked)
    assert sum("best clinic" in one for one in await sent(house)) == 1


async def test_who_lost_the_chat_to_somebody_else_sends_nothing(house, coordinator):
    await coordinator.post(f"{TALK}/take", data={"name": "Yuki"})
    await (await house.signed_in(Role.NURSE)).post(f"{TALK}/take", data={"name": "Ken"})

    answer = await coordinator.post(f"{TALK}/write", data=LETTER, follow_redirects=True)

    assert "Nothing was sent" in words_of(answer)
    assert not any("We have a date." in text for text in await sent(house))


async def test_a_closed_window_is_said_before_and_the_words_wait(house, coordinator):
    await on_whatsapp(house)
    await coordinator.post(f"{TALK}/take", data={"name": "Yuki"})
    warned = words_of(await coordinator.get(TALK))

    await coordinator.post(f"{TALK}/write", data=LETTER)

    assert "WhatsApp's 24 hours are over" in warned
    assert [one.text for one in (await talk_of(house)).waiting] == ["We have a date."]
    assert "Waits until they are there" in words_of(await coordinator.get(TALK))


async def test_nobody_comes_to_somebody_who_did_not_agree_that_words_are_kept(house):
    await house.add(anna(purposes=frozenset()))
    coordinator = await house.signed_in(Role.COORDINATOR)

    await coordinator.post(f"{TALK}/take", data={"name": "Yuki"})

    assert "has not agreed" in words_of(await coordinator.get(TALK))
    assert (await talk_of(house)).person is None


async def test_what_was_said_anew_appears_and_the_rest_stays(house, coordinator):
    page = await coordinator.get(TALK)
    mark = page.text.partition("live?shown=")[2][:12]

    assert (await coordinator.get(f"{TALK}/live?shown={mark}")).status_code == 204
    await coordinator.post(f"{TALK}/take", data={"name": "Yuki"})
    assert "You speak in this chat as Yuki" in words_of(await coordinator.get(f"{TALK}/live?shown={mark}"))


@pytest.mark.parametrize("role", [Role.ADMINISTRATOR, Role.AUDITOR, Role.INTERPRETER])
async def test_others_neither_read_nor_write(house, role):
    house.demo = False
    await house.add(anna(), *intake())
    browser = await house.signed_in(role)

    answers = [await browser.get(TALK), await browser.post(f"{TALK}/take", data={"name": "Yuki"})]

    assert [answer.status_code for answer in answers] == [403, 403]
