"""What is malformed, unknown, too large or forged: answered or recorded, and never a neighbour's loss."""

import pytest

from bot.channels.whatsapp.signature import HEADER, sign
from tests.channels.whatsapp.webhooks import messages, raw, said
from tests.fakes.provider.client import WHATSAPP_SECRET
from tests.journeys.clinic import SECRET
from tests.journeys.people import Tapable
from tests.journeys.story import gives_consent

pytestmark = pytest.mark.timeout(120)

TELEGRAM = "/webhooks/telegram/main"
WHATSAPP = "/webhooks/whatsapp/main"
KEY = {"X-Telegram-Bot-Api-Secret-Token": SECRET}
TOO_LARGE = b'{"update_id": 1, "x": "' + b"x" * (3 * 1024 * 1024) + b'"}'
SOMEBODY = {"id": 881, "is_bot": False, "first_name": "Nobody"}
CHANNEL = {"id": -1001, "type": "channel", "title": "News"}
ADDED = {"user": {"id": 7000000001, "is_bot": True, "first_name": "Clinic"}, "status": "administrator"}
STRANGE = {
    "nothing at all": b"",
    "no JSON": b"\xff\xfe not JSON",
    "JSON that ends too early": b'{"update_id": 5, "message": {"text": "he',
    "a list": b"[1, 2, 3]",
    "a very deep list": b"[" * 200_000,
    "an empty update": b"{}",
    "a message of nothing": b'{"update_id": 6, "message": null}',
    "a chat that is a number": b'{"update_id": 7, "message": {"message_id": 1, "chat": 5, "text": "x"}}',
    "a lone surrogate": b'{"update_id": 8, "message": {"text": "\\ud800", "chat": {"id": 9}}}',
    "a huge number": b'{"update_id": 9, "message": {"message_id": 1e400, "chat": {"id": 1e400}}}',
}
UNKNOWN = {
    "a poll's answer": {"poll_answer": {"poll_id": "1", "user": SOMEBODY, "option_ids": [0]}},
    "a kind of tomorrow": {"telepathy": {"from": SOMEBODY, "thought": "hello"}},
    "a channel's post": {"channel_post": {"message_id": 1, "date": 1, "chat": CHANNEL, "text": "news"}},
    "being added to a channel": {
        "my_chat_member": {
            "date": 1, "chat": CHANNEL, "from": SOMEBODY,
            "old_chat_member": ADDED | {"status": "left"}, "new_chat_member": ADDED,
        }
    },
}  # fmt: skip
ODD_WORDS = {
    "emoji": "Zoë 👩🏽‍⚕️ O'Neill 🙂",
    "from right to left": "محمد علي بن سالم",
    "markup and quotes": "Anna <b>&amp;\"'--;%s{0} $$",
}
CLEANED = {
    "both directions and an override": ("Anna \u202eannA אננה", "Anna annA אננה"),
    "control characters": ("An\x07na\x1b[31m \x00Bell", "Anna[31m Bell"),
}


@pytest.fixture
async def patient(house):
    """Somebody on Telegram who has just been greeted."""
    return await house.meets(house.somebody("telegram"))


async def still_answers(person):
    """Fail unless the person gets an answer."""
    await person.says("menu")
    assert await person.is_asked()


async def post(house, path, body, headers):
    return (await house.office.http.post(path, content=body, headers=headers)).status_code


@pytest.mark.parametrize("body", STRANGE.values(), ids=STRANGE)
async def test_what_cannot_be_read_is_acknowledged_and_the_next_message_answered(house, patient, body):
    assert await post(house, TELEGRAM, body, KEY) == 200

    await still_answers(patient)


@pytest.mark.parametrize("update", UNKNOWN.values(), ids=UNKNOWN)
async def test_updates_that_are_no_message_of_a_person_are_taken_without_a_word(house, patient, update):
    before = len(await house.accepted(method="sendMessage"))

    await house.provider.raw(dict(update))
    await house.provider.all_taken()
    await still_answers(patient)

    assert len(await house.accepted(method="sendMessage")) == before + 1


async def test_a_webhook_with_a_wrong_secret_is_refused(house):
    wrong = {"X-Telegram-Bot-Api-Secret-Token": "x" * 40}

    assert await post(house, TELEGRAM, b"{}", wrong) == 403
    assert await post(house, TELEGRAM, b"{}", {}) == 403


async def test_a_whatsapp_webhook_with_a_wrong_signature_is_refused(house):
    body = raw(messages(said("hello")))

    assert await post(house, WHATSAPP, body, {HEADER: f"sha256={'0' * 64}"}) in {401, 403}
    assert await post(house, WHATSAPP, body, {}) in {401, 403}


async def test_more_than_three_megabytes_are_refused(house):
    signed = {HEADER: sign(WHATSAPP_SECRET, TOO_LARGE)}

    assert await post(house, TELEGRAM, TOO_LARGE, KEY) == 413
    assert await post(house, WHATSAPP, TOO_LARGE, signed) == 413


async def test_an_account_that_nobody_set_up_is_not_there(house):
    assert await post(house, "/webhooks/telegram/other", b"{}", KEY) == 404


async def test_an_edited_message_keeps_the_answer_and_says_so(house, patient):
    sent = await house.provider.say(patient.chat, "hello")
    await house.provider.telegram("edit", chat=patient.chat, message_id=sent["message_id"], text="bye")

    assert await patient.hears("Your saved answer stays as it was")


async def test_a_sticker_is_answered_kindly(house, patient):
    about = {"id": patient.chat, "is_bot": False, "first_name": "Patient"}
    chat = {"id": patient.chat, "type": "private", "first_name": "Patient"}
    sticker = {"file_id": "S", "file_unique_id": "s", "width": 1, "height": 1, "is_animated": False}
    message = {"message_id": 90_001, "date": 1_772_413_000, "chat": chat, "from": about, "sticker": sticker}
    await house.provider.raw({"message": message})

    assert await patient.hears("I cannot read this kind of message")


async def test_a_group_hears_nothing_about_health(house, patient):
    await house.provider.say(-4_500_001, "hello doctor", kind="group", name="Family")
    await house.provider.all_taken()
    await still_answers(patient)

    said = await house.provider.messages(-4_500_001)
    assert [message["text"] for message in said if message["from"]["is_bot"]] == []


async def test_a_hundred_thousand_characters_are_answered(house, patient):
    await patient.says("a" * 100_000)

    assert await patient.is_asked()


async def test_a_hundred_thousand_characters_on_the_page_are_refused_in_words(house):
    person = await house.meets(house.somebody("web"))

    answer = await person.http.post(
        "/chat/messages",
        json={"id": "a-page-made-this-id", "kind": "text", "text": "a" * 100_000},
        headers={"Accept": "application/json"},
    )

    assert answer.status_code == 413
    assert "too long" in answer.json()["message"]


@pytest.mark.parametrize("words", ODD_WORDS.values(), ids=ODD_WORDS)
async def test_odd_words_are_kept_as_they_were_typed(house, patient, words):
    await gives_consent(patient)
    await patient.says(words)
    await patient.taps("Yes")
    await patient.is_asked("full name, as in the passport")

    assert words in await signatures(house)


@pytest.mark.parametrize(("typed", "kept"), CLEANED.values(), ids=CLEANED)
async def test_what_no_eye_can_see_is_left_out(house, patient, typed, kept):
    await gives_consent(patient)
    await patient.says(typed)
    await patient.taps("Yes")
    await patient.is_asked("full name, as in the passport")

    assert kept in await signatures(house)


async def signatures(house):
    """Return the names that were typed to confirm a permission."""
    rows = (await house.product.export())["answers"]
    return [row["value"] for row in rows if row["link_id"] == "consent.name_sign"]


async def test_the_same_update_twice_is_one_answer(house, patient):
    await patient.taps("English")
    await patient.is_asked()
    [tap] = [
        line["body"] for line in await house.provider.ledger(method="webhook")
        if line["body"].get("callback_query", {}).get("from", {}).get("id") == patient.chat
    ]  # fmt: skip
    before = len(await house.accepted(recipient=str(patient.chat)))

    await house.provider.redeliver(tap, tap)
    await house.provider.all_taken()
    await still_answers(patient)

    assert len(await house.accepted(recipient=str(patient.chat))) == before + 1


async def test_a_program_is_not_taken_for_a_letter(house, patient):
    await gives_consent(patient)
    await patient.sends_file("letter.exe", "application/x-msdownload", b"MZ\x90\x00" + b"\0" * 500)

    assert await patient.hears("file")
    await still_answers(patient)


async def test_a_file_before_consent_is_not_kept(house, patient):
    await patient.sends_file("letter.pdf", "application/pdf", b"%PDF-1.4 %%EOF")

    assert await patient.hears("Please answer the permission question first")


async def test_a_button_of_nobodys_making_is_answered(house, patient):
    newest = patient.heard[-1].buttons[0]
    await house.provider.raw(
        {"callback_query": {
            "id": "990099", "from": {"id": patient.chat, "is_bot": False, "first_name": "Patient"},
            "message": {
                "message_id": newest.message, "date": 0, "chat": {"id": patient.chat, "type": "private"},
            },
            "chat_instance": "1", "data": "a:000000000000:99:99",
        }}
    )  # fmt: skip

    assert isinstance(newest, Tapable)
    assert await patient.hears()


async def test_a_bad_item_in_a_batch_costs_no_neighbour_its_answer(house):
    first = await house.meets(house.somebody("whatsapp"))
    second = await house.meets(house.somebody("whatsapp"))
    await house.provider.whatsapp("delivery", held=True)
    await first.says("menu")
    await house.provider.whatsapp("send", who=first.who, kind="telepathy", telepathy={"thought": [None]})
    await house.provider.whatsapp("change", field="messages", value={"messages": [7, None, {"id": []}]})
    await second.says("menu")
    await house.provider.whatsapp("delivery", held=False, batch=10)

    assert await first.is_asked()
    assert await second.is_asked()


async def test_nothing_that_came_in_was_given_up(house):
    metrics = (await house.office.http.get("/metrics")).text
    pending = {line.split()[0]: line.split()[1] for line in metrics.splitlines() if "quarantine" in line}

    assert {value for name, value in pending.items() if not name.startswith("#")} == {"0.0"}
