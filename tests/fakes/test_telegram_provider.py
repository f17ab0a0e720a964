"""The fake provider refuses what Telegram refuses, and its ledger tells what happened."""

import asyncio
import json
import time

import httpx2
import pytest

from bot.channels.telegram.parse import parse
from handlers.core.events import (
    Chose,
    ContactResumed,
    ContactStopped,
    Edited,
    FileKind,
    Said,
    SentDocument,
    Started,
)
from tests.fakes.provider.client import FakeProvider, buttons

CHAT = 990000123


@pytest.fixture(scope="module")
def ledger_file(tmp_path_factory):
    return tmp_path_factory.mktemp("provider") / "ledger.jsonl"


@pytest.fixture(scope="module")
async def running(ledger_file):
    provider = await FakeProvider.start(ledger_file)
    yield provider
    await provider.stop()


@pytest.fixture
async def provider(running):
    await running.reset()
    return running


@pytest.fixture
async def patient(provider):
    patient = provider.patient(CHAT)
    await patient.start()
    return patient


@pytest.fixture
async def call(provider):
    """Call the Bot API with plain HTTP, as any library may."""
    async with httpx2.AsyncClient(timeout=10) as http:

        async def call(method, headers=None, **params):
            url = f"{provider.url}/bot{provider.token}/{method}"
            return (await http.post(url, json=params, headers=headers)).json()

        yield call


def markup(*rows):
    return {
        "inline_keyboard": [[{"text": label, "callback_data": data} for label, data in row] for row in rows]
    }


TOO_OLD = "query is too old and response timeout expired or query ID is invalid"
REFUSED = [
    ("sendMessage", {"text": "x" * 4097}, "message is too long"),
    ("sendMessage", {"text": "😀" * 2049}, "message is too long"),
    ("sendMessage", {"text": " \n"}, "message text is empty"),
    ("sendMessage", {}, "message text is empty"),
    ("sendMessage", {"text": "x", "colour": "red"}, "unknown parameters ['colour']"),
    ("sendMessage", {"text": "x", "chat_id": 5}, "chat not found"),
    ("sendMessage", {"text": "x", "reply_markup": markup([("Yes", "é" * 33)])}, "BUTTON_DATA_INVALID"),
    ("sendMessage", {"text": "x", "reply_markup": markup([("Yes", "")])}, "BUTTON_DATA_INVALID"),
    ("sendMessage", {"text": "x", "reply_markup": markup([("", "a")])}, "BUTTON_TEXT_INVALID"),
    ("sendMessage", {"text": "x", "reply_markup": markup([("Y", "a")] * 9)}, "reply markup is too long"),
    ("sendMessage", {"text": "x", "reply_markup": markup(*[[("Y", "a")]] * 101)}, "reply markup is too long"),
    ("sendMessage", {"text": "x", "reply_markup": "{"}, "can't parse reply_markup JSON object"),
    ("sendMessage", {"text": "x", "reply_parameters": {"message_id": 99}}, "message to be replied not found"),
    ("answerCallbackQuery", {"callback_query_id": "1"}, TOO_OLD),
    ("editMessageReplyMarkup", {"message_id": 99}, "message to edit not found"),
    ("deleteMessage", {"message_id": 99}, "message to delete not found"),
    ("sendChatAction", {"action": "dancing"}, "wrong parameter action in request"),
    ("getFile", {"file_id": "none"}, "wrong file_id or the file is temporarily unavailable"),
    ("setWebhook", {"url": "x", "secret_token": "not so"}, "secret token contains unallowed characters"),
    ("setMyCommands", {"commands": [{"command": "Menu", "description": "x"}]}, "BOT_COMMAND_INVALID"),
]  # fmt: skip


@pytest.mark.parametrize(("method", "params", "reason"), REFUSED)
async def test_what_telegram_refuses_is_refused(call, patient, method, params, reason):
    chat = (
        {"chat_id": CHAT}
        if method.startswith(("send", "edit", "delete")) and method != "deleteWebhook"
        else {}
    )

    answer = await call(method, **chat | params)

    assert (answer["error_code"], answer["description"]) == (400, f"Bad Request: {reason}")


async def test_what_is_just_within_the_limits_is_taken(call, patient):
    rows = markup(*[[("Y", "é" * 32)] * 8] * 12)

    answer = await call("sendMessage", chat_id=CHAT, text="😀" * 2048, reply_markup=rows)

    assert answer["ok"]


async def test_a_form_is_understood_like_json(provider, patient):
    async with httpx2.AsyncClient() as http:
        form = {"chat_id": str(CHAT), "text": "x", "reply_markup": json.dumps(markup([("Yes", "a")]))}
        answer = await http.post(f"{provider.url}/bot{provider.token}/sendMessage", data=form)

    assert answer.json()["ok"]


async def test_a_wrong_token_and_an_unknown_method_are_refused(provider, call):
    unknown = await call("sendLove", chat_id=CHAT)
    async with httpx2.AsyncClient() as http:
        wrong = (await http.get(f"{provider.url}/botwrong/getMe")).json()

    assert (unknown["error_code"], wrong["error_code"]) == (404, 401)


async def test_a_bot_that_is_blocked_may_not_write(call, patient):
    await patient.block()

    answer = await call("sendMessage", chat_id=CHAT, text="x")

    assert (answer["error_code"], answer["description"]) == (403, "Forbidden: bot was blocked by the user")


async def test_a_second_message_within_a_second_waits_when_limits_are_on(provider, call, patient):
    await provider.limits(on=True)

    answers = [await call("sendMessage", chat_id=CHAT, text="x") for _ in range(2)]

    assert [answer.get("parameters") for answer in answers] == [None, {"retry_after": 1}]


async def test_the_thirty_first_message_of_a_second_waits(provider, call):
    await provider.limits(on=True, per_chat=0, per_bot=30)
    await provider.say(CHAT, "/start")

    answers = await asyncio.gather(*(call("sendMessage", chat_id=CHAT, text="x") for _ in range(31)))

    assert [answer["ok"] for answer in answers].count(False) == 1


async def test_the_ledger_joins_a_call_to_its_row(provider, call, patient, ledger_file):
    await call("sendMessage", {"X-Outbox-Id": "ob-7", "X-Attempt": "2"}, chat_id=CHAT, text="x")

    [line] = await provider.ledger(method="sendMessage")
    written = [json.loads(text) for text in ledger_file.read_text(encoding="utf-8").splitlines()]
    assert (line["recipient"], line["outbox"], line["attempt"], line["verdict"]) == (
        str(CHAT),
        "ob-7",
        2,
        "ok",
    )
    assert written[-1] == line


@pytest.mark.parametrize(
    ("verdict", "taken"),
    [("500", False), ("429:3", False), ("reset", False), ("garbage", False), ("302", False),
     ("accept-then-drop", True), ("accept-then-502", True), ("accept-then-garbage", True)],
)  # fmt: skip
async def test_the_ledger_knows_what_took_effect_whatever_the_caller_was_told(
    provider, patient, verdict, taken
):
    await provider.faults(verdict, method="sendMessage")
    async with httpx2.AsyncClient() as http:
        url = f"{provider.url}/bot{provider.token}/sendMessage"
        await asyncio.gather(http.post(url, json={"chat_id": CHAT, "text": "x"}), return_exceptions=True)

    [line] = await provider.ledger(method="sendMessage")
    heard = [m for m in await provider.messages(CHAT) if m["from"]["is_bot"]]
    assert (line["accepted"], line["verdict"], len(heard)) == (taken, verdict, int(taken))


async def test_a_mix_of_faults_is_drawn_the_same_from_the_same_seed(provider, call, patient):
    async def verdicts():
        await provider.calm()
        await provider.faults(mix={"500": 0.5}, method="sendMessage", seed=7)
        return [(await call("sendMessage", chat_id=CHAT, text="x"))["ok"] for _ in range(20)]

    first, second = await verdicts(), await verdicts()

    assert first == second
    assert 0 < sum(first) < 20


ACTS = [
    (lambda p: p.start("inv_7"), Started("inv_7", "ja")),
    (lambda p: p.say("hello"), Said("hello")),
    (lambda p: p.edit(1, "changed"), Edited("1", "changed")),
    (lambda p: p.block(), ContactStopped("blocked")),
    (lambda p: p.unblock(), ContactResumed()),
]


async def understood(provider):
    newest = (await provider.bot())["pending"][-1]
    return parse(json.dumps(newest).encode()).what


@pytest.mark.parametrize(("act", "what"), ACTS)
async def test_what_a_patient_does_is_understood_by_our_parser(provider, act, what):
    patient = provider.patient(CHAT, language="ja")
    await patient.say("first")

    await act(patient)

    assert await understood(provider) == what


@pytest.mark.parametrize("inaccessible", [False, True])
async def test_a_tap_is_understood_by_our_parser(provider, call, patient, inaccessible):
    await call("sendMessage", chat_id=CHAT, text="Q", reply_markup=markup([("Yes", "a:1"), ("No", "a:2")]))

    tapped = await patient.tap("No", inaccessible=inaccessible)

    assert await understood(provider) == Chose("a:2", ack=tapped["query"])


@pytest.mark.parametrize("kind", FileKind)
async def test_a_file_is_understood_by_our_parser(provider, patient, kind):
    await patient.send_file(b"x" * 99, kind=kind.value, caption="page 2", album="7")

    what = await understood(provider)
    assert isinstance(what, SentDocument)
    assert (what.kind, what.size, what.caption, what.album) == (kind, 99, "page 2", "7")


async def test_a_file_can_be_fetched_by_its_link(provider, call):
    await provider.send_file(CHAT, b"content", name="a.pdf", mime="application/pdf")
    ref = (await provider.bot())["pending"][0]["message"]["document"]["file_id"]

    path = (await call("getFile", file_id=ref))["result"]["file_path"]

    async with httpx2.AsyncClient() as http:
        assert (await http.get(f"{provider.url}/file/bot{provider.token}/{path}")).content == b"content"


async def test_an_update_waits_until_a_higher_offset_confirms_it(provider, call, patient):
    [update] = (await call("getUpdates"))["result"]
    again = (await call("getUpdates"))["result"]

    after = (await call("getUpdates", offset=update["update_id"] + 1))["result"]

    assert (again, after) == ([update], [])


async def test_an_update_is_kept_for_a_day(provider, call, patient):
    now = (await provider.ledger())[-1]["t"]

    await provider.set_clock(now + 24 * 3600 + 1)

    assert (await call("getUpdates"))["result"] == []


async def test_a_long_poll_ends_with_the_first_update(provider, call):
    polling = asyncio.create_task(call("getUpdates", timeout=9))
    await provider.say(CHAT, "/start")

    answer = await polling

    assert len(answer["result"]) == 1


async def test_polling_is_refused_while_a_webhook_is_set(call):
    await call("setWebhook", url="http://127.0.0.1:9/nobody")

    answer = await call("getUpdates")

    assert answer["error_code"] == 409


async def test_a_kind_that_was_not_asked_for_is_not_kept(provider, call, patient):
    await call("getUpdates", allowed_updates=["message"])

    await patient.block()

    assert [list(update)[1] for update in (await provider.bot())["pending"]] == ["message"]


async def test_a_patient_hears_each_message_once_and_in_order(call, patient):
    for text in ("one", "two", "three"):
        await call("sendMessage", chat_id=CHAT, text=text, reply_markup=markup([(text, "a")]))

    heard = [await patient.hears(), await patient.hears("three")]

    assert [buttons(message) for message in heard] == [["one"], ["three"]]


async def test_a_patient_who_waits_in_vain_is_told_what_was_said_instead(call, patient):
    await call("sendMessage", chat_id=CHAT, text="something else")

    with pytest.raises(AssertionError, match="something else"):
        await patient.hears("thanks", seconds=0.2)


async def test_a_button_that_is_not_there_cannot_be_tapped(patient):
    with pytest.raises(AssertionError, match="no button Yes"):
        await patient.tap("Yes")


async def test_a_keyboard_can_be_taken_away_once(call, patient):
    sent = await call("sendMessage", chat_id=CHAT, text="Q", reply_markup=markup([("Yes", "a")]))
    which = {"chat_id": CHAT, "message_id": sent["result"]["message_id"]}

    first, second = (
        await call("editMessageReplyMarkup", **which),
        await call("editMessageReplyMarkup", **which),
    )

    assert (first["ok"], second["description"]) == (True, "Bad Request: message is not modified")


async def test_a_files_address_is_good_for_an_hour(provider, call, patient):
    sent = await patient.send_file(b"words", name="a.pdf")
    update = next(u for u in (await provider.bot())["pending"] if u["update_id"] == sent["update_id"])
    found = await call("getFile", file_id=update["message"]["document"]["file_id"])
    url = f"{provider.url}/file/bot{provider.token}/{found['result']['file_path']}"

    async with httpx2.AsyncClient() as http:
        codes = [(await http.get(url)).status_code]
        await provider.set_clock(time.time() + 3700)
        codes.append((await http.get(url)).status_code)

    assert codes == [200, 404]


async def test_an_answer_may_be_huge(provider, call, patient):
    await provider.faults("huge:2", method="sendMessage")
    async with httpx2.AsyncClient() as http:
        answer = await http.post(
            f"{provider.url}/bot{provider.token}/sendMessage", json={"chat_id": CHAT, "text": "x"}
        )

    assert len(answer.content) > 2 * 1024 * 1024


@pytest.mark.parametrize("verdict", ["close", "reset", "drip"])
async def test_an_answer_may_never_come(provider, call, patient, verdict):
    await provider.faults(verdict, method="sendMessage")

    with pytest.raises((httpx2.HTTPError, TimeoutError)):
        async with asyncio.timeout(1):
            await call("sendMessage", chat_id=CHAT, text="x")
