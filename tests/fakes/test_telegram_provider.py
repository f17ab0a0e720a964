"""The fake provider refuses what Telegram refuses, and its ledger tells what happened."""

import asyncio
import json
import time

import httpx2
import pytest

from tests.fakes.conftest import CHAT


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
