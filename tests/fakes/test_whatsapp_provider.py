"""The fake provider refuses what the Cloud API refuses, and tells what happens as Meta does."""

import httpx2
import pytest

from tests.fakes.provider.client import WHATSAPP_NUMBER, WHATSAPP_TOKEN, FakeProvider

PHONE = "12025550143"


@pytest.fixture(scope="module")
async def running(tmp_path_factory):
    provider = await FakeProvider.start(tmp_path_factory.mktemp("provider") / "ledger.jsonl")
    yield provider
    await provider.stop()


@pytest.fixture
async def provider(running):
    await running.reset()
    await running.connect_whatsapp()
    return running


@pytest.fixture
async def patient(provider):
    patient = provider.whatsapp_patient()
    await patient.say("hello")
    return patient


@pytest.fixture
async def call(provider):
    """Call the Cloud API with plain HTTP, as any library may."""
    headers = {"Authorization": f"Bearer {WHATSAPP_TOKEN}"}
    async with httpx2.AsyncClient(timeout=10, headers=headers) as http:

        async def call(**message):
            url = f"{provider.url}/v26.0/{WHATSAPP_NUMBER}/messages"
            base = {"messaging_product": "whatsapp", "recipient_type": "individual", "to": PHONE}
            return (await http.post(url, json=base | message)).json()

        yield call


def text(body="hi", **more):
    return {"type": "text", "text": {"body": body} | more}


def interactive(kind, action, body="Q", **more):
    return {
        "type": "interactive",
        "interactive": {"type": kind, "body": {"text": body}, "action": action} | more,
    }


def reply(*titles, ids=None):
    ids = ids or [f"id{n}" for n in range(len(titles))]
    pairs = zip(ids, titles, strict=True)
    return {"buttons": [{"type": "reply", "reply": {"id": ident, "title": title}} for ident, title in pairs]}


def rows(number, **more):
    found = [{"id": f"id{n}", "title": f"title {n}"} | more for n in range(number)]
    return {"button": "Choose", "sections": [{"rows": found}]}


def template(name="checkin_start_v1", parameters=("A", "B"), language="en"):
    body = {"type": "body", "parameters": [{"type": "text", "text": given} for given in parameters]}
    return {
        "type": "template",
        "template": {"name": name, "language": {"code": language}, "components": [body]},
    }


def buttons(*indexes):
    found = template()
    for index in indexes:
        part = {"type": "button", "sub_type": "quick_reply", "index": index}
        found["template"]["components"].append(part | {"parameters": [{"type": "payload", "payload": "x"}]})
    return found


REFUSED = [
    (text("x" * 4097), 131009),
    (text(""), 131009),
    (text(colour="red"), 100),
    ({**text(), "colour": "red"}, 100),
    ({"type": "text"}, 100),
    ({**text(), "to": None}, 131008),
    ({**text(), "to": "5"}, 131026),
    (interactive("button", reply("a", "b", "c", "d")), 131009),
    (interactive("button", reply("x" * 21)), 131009),
    (interactive("button", reply("a", "a")), 131009),
    (interactive("button", reply("a", "b", ids=["1", "1"])), 131009),
    (interactive("button", reply("a"), body="x" * 1025), 131009),
    (interactive("button", reply("a"), footer={"text": "x" * 61}), 131009),
    (interactive("list", rows(11)), 131009),
    (interactive("list", rows(2, title="same")), 131009),
    (interactive("list", rows(1, title="x" * 25)), 131009),
    (interactive("list", rows(1, description="x" * 73)), 131009),
    (interactive("list", rows(1, id="x" * 201)), 131009),
    (interactive("list", rows(1) | {"button": "x" * 21}), 131009),
    (template("unheard_of"), 132001),
    (template(language="fr"), 132001),
    (template(parameters=("A",)), 132000),
    (template(parameters=("A\nB", "C")), 132012),
    (template("x" * 513), 131009),
    (buttons("10"), 100),
    (buttons("0", "0"), 100),
    (buttons("9"), 132018),
    (interactive("button", reply("a"), header={"type": "text", "text": "x" * 61}), 131009),
    (text() | {"context": {"id": "wamid.1"}}, 100),
    ({"status": "read", "message_id": "wamid.OUT1", "typing_indicator": {"type": "voice"}}, 100),
]


@pytest.mark.parametrize(("message", "code"), REFUSED, ids=range(len(REFUSED)))
async def test_what_breaks_a_rule_is_refused_with_its_code(call, patient, message, code):
    answer = await call(**message)

    assert answer["error"]["code"] == code


@pytest.mark.parametrize("message", [text("x" * 4096), interactive("list", rows(10)), template()])
async def test_what_keeps_the_rules_is_accepted(call, patient, message):
    answer = await call(**message)

    assert answer["messages"][0]["message_status"] == "accepted"


async def test_the_window_closes_24_hours_after_the_last_word(call, provider, patient):
    heard = (await provider.ledger(method="patient:text"))[0]["t"]
    codes = []
    for later in (24 * 3600 - 60, 24 * 3600 + 60):
        await provider.set_clock(heard + later)
        codes.append((await call(**text())).get("error", {}).get("code"))

    assert codes == [None, 131047]


async def test_statuses_tell_how_far_a_message_got(call, provider, patient):
    await provider.whatsapp("delivery", held=True)
    sent = await call(**text(), biz_opaque_callback_data="ob-1")
    await provider.whatsapp("status", wamid=sent["messages"][0]["id"], status="failed", code=131049)

    told = [item for item in await provider.whatsapp_pending() if "status" in item]

    assert [status["status"] for status in told] == ["sent", "delivered", "failed"]
    assert {status["biz_opaque_callback_data"] for status in told} == {"ob-1"}
    assert "recipient_user_id" not in told[-1]


async def test_a_changed_number_comes_without_the_person_around_it(provider, patient):
    await patient.move("12025550178", "US.18840772519936605123")

    told = (await provider.whatsapp_pending())[-1]["system"]
    assert (told["wa_id"], told["user_id"]) == ("12025550178", "US.18840772519936605123")


async def test_a_message_to_the_old_number_no_longer_arrives(call, patient):
    await patient.move("12025550178", "US.18840772519936605123")

    assert (await call(**text()))["error"]["code"] == 131026


async def test_a_file_is_gone_after_seven_days(provider, patient):
    ref = (await patient.send_file(b"x", mime="application/pdf"))["ref"]
    sent = (await provider.ledger(method="patient:document"))[0]["t"]
    codes = []
    for days in (6.9, 7.1):
        await provider.set_clock(sent + days * 24 * 3600)
        async with httpx2.AsyncClient(headers={"Authorization": f"Bearer {WHATSAPP_TOKEN}"}) as http:
            url = f"{provider.url}/v26.0/{ref}"
            answer = await http.get(url, params={"phone_number_id": WHATSAPP_NUMBER})
        codes.append(answer.json().get("error", {}).get("error_subcode"))

    assert codes == [None, 33]


async def test_too_large_a_file_comes_as_unsupported(provider, patient):
    await patient.do("huge")

    told = (await provider.whatsapp_pending())[-1]
    assert (told["type"], told["errors"][0]["code"]) == ("unsupported", 131052)
