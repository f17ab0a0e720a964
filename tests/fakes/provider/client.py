"""The fake provider from a test's side: start it, be a patient, read the ledger."""

import asyncio
import base64
import json
import sys
from pathlib import Path

import httpx2

TOKEN = "7000000001:a-made-up-token-of-the-fake-provider"
WHATSAPP_NUMBER = "482913307651204"
WHATSAPP_TOKEN = "EAAG-a-made-up-token-of-the-fake-provider"
WHATSAPP_SECRET = "a-made-up-secret-of-the-fake-app"
ROOT = Path(__file__).parents[3]
PATIENCE = 15.0


class FakeProvider:
    """A running provider. `url` is what the settings *_API_BASE_URL and *_FILE_BASE_URL take.

    WHATSAPP_MEDIA_HOSTS takes `host`.
    """

    def __init__(self, process, port, token):
        self._process = process
        self.host = f"127.0.0.1:{port}"
        self.url = f"http://{self.host}"
        self.token = token
        self._http = httpx2.AsyncClient(base_url=self.url, timeout=PATIENCE * 4)

    @classmethod
    async def start(cls, ledger="", token=TOKEN):
        """Start the process and return once it listens; `ledger` is the file to append to."""
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "tests.fakes.provider", "--ledger", str(ledger),
            cwd=ROOT, stdout=asyncio.subprocess.PIPE,
        )  # fmt: skip
        return cls(process, json.loads(await process.stdout.readline())["port"], token)

    async def stop(self):
        """End the process."""
        await self._http.aclose()
        if self._process.returncode is None:
            self._process.terminate()
        await self._process.wait()
        self._process._transport.close()

    def patient(self, chat, **about):
        """Return somebody with a telephone; `about` may hold name and language."""
        return Patient(self, chat, **about)

    async def say(self, chat, text, **about):
        return await self.telegram("say", chat=chat, text=text, **about)

    async def tap(self, chat, label="", **where):
        return await self.telegram("tap", chat=chat, label=label, **where)

    async def send_file(self, chat, content, **about):
        return await self.telegram("file", chat=chat, content=base64.b64encode(content).decode(), **about)

    async def block(self, chat, *, blocked=True):
        return await self.telegram("block", chat=chat, blocked=blocked)

    async def raw(self, update):
        return await self.telegram("raw", update=update)

    async def redeliver(self, *updates):
        return await self.telegram("redeliver", updates=updates)

    async def limits(self, *, on, **figures):
        return await self.telegram("limits", on=on, **figures)

    async def telegram(self, what, **asked):
        """Do one thing on Telegram's side."""
        return await self._post(f"/control/telegram/{what}", token=self.token, **asked)

    async def connect_whatsapp(self, url="", *, number=WHATSAPP_NUMBER):
        """Set up a WhatsApp number, with `url` as its webhook."""
        await self.whatsapp("connect", number=number, token=WHATSAPP_TOKEN, secret=WHATSAPP_SECRET, url=url)

    async def whatsapp(self, what, *, number=WHATSAPP_NUMBER, **asked):
        """Do one thing on WhatsApp's side."""
        return await self._post(f"/control/whatsapp/{what}", number=number, **asked)

    def whatsapp_patient(self, phone="12025550143", user_id="US.70315529846610237754", name="Patient A"):
        """Return somebody with WhatsApp; an id may be empty."""
        return WhatsAppPatient(self, {"phone": phone, "user_id": user_id, "name": name})

    async def whatsapp_messages(self, who, *, after=0, wait=0.0, number=WHATSAPP_NUMBER):
        """Return a person's messages, theirs and ours."""
        return await self._get("/control/whatsapp/messages", number=number, after=after, wait=wait, **who)

    async def whatsapp_pending(self, *, wait=0.0, number=WHATSAPP_NUMBER):
        """Return what the webhook has not taken; waits for nothing to be left."""
        return (await self._get("/control/whatsapp/number", number=number, wait=wait))["pending"]

    async def faults(self, *verdicts, **where):
        """Script the next calls: see `faults.py` for verdicts; channel, method, recipient, mix, seed."""
        await self._post("/control/faults", verdicts=verdicts, **where)

    async def calm(self):
        (await self._http.delete("/control/faults")).raise_for_status()

    async def set_clock(self, epoch):
        await self._post("/control/clock", now=epoch)

    async def reset(self):
        await self._post("/control/reset")

    async def bot(self, *, wait=0.0):
        """Return how the bot stands: webhook, commands, pending updates; waits for none to be pending."""
        return await self._get("/control/telegram/bot", token=self.token, wait=wait)

    async def all_taken(self, *, seconds=PATIENCE):
        """Return once the product has confirmed every update; fail when the time is over."""
        assert not (await self.bot(wait=seconds))["pending"], "updates still wait"

    async def messages(self, chat, *, after=0, wait=0.0):
        """Return the chat's messages, the patient's and the bot's."""
        return await self._get(
            "/control/telegram/messages", token=self.token, chat=chat, after=after, wait=wait
        )

    async def ledger(self, *, since=0, wait=0.0, **wanted):
        """Return the ledger's lines whose fields are as wanted, e.g. method="sendMessage"."""
        lines = await self._get("/control/ledger", since=since, wait=wait)
        return [line for line in lines if all(line.get(name) == value for name, value in wanted.items())]

    async def wait_for(self, *, count=1, seconds=PATIENCE, **wanted):
        """Return the lines as wanted as soon as there are `count`; fail when the time is over."""
        until, last = _deadline(seconds), 0
        while True:
            found = await self.ledger(**wanted)
            if len(found) >= count:
                return found
            left = until - _now()
            assert left > 0, f"only {len(found)} of {count} came: {wanted}"
            lines = await self._get("/control/ledger", since=last, wait=left)
            last = lines[-1]["seq"] if lines else last

    async def _post(self, path, **asked):
        answer = await self._http.post(path, json=asked)
        assert answer.is_success, f"{path}: {answer.text}"
        return answer.json()

    async def _get(self, path, **asked):
        answer = await self._http.get(path, params=asked)
        answer.raise_for_status()
        return answer.json()


class Patient:
    """Somebody in a chat, who hears each message of the bot once and in order."""

    def __init__(self, provider, chat, **about):
        self._provider = provider
        self.chat = chat
        self._about = about
        self._heard = 0

    async def start(self, payload=""):
        """Press Start, as the first thing or after an invitation's link."""
        return await self.say(f"/start {payload}".strip())

    async def say(self, text, **how):
        return await self._provider.say(self.chat, text, **self._about, **how)

    async def tap(self, label="", **where):
        return await self._provider.tap(self.chat, label, **where)

    async def send_file(self, content, **about):
        return await self._provider.send_file(self.chat, content, **about)

    async def edit(self, message_id, text):
        return await self._provider.telegram("edit", chat=self.chat, message_id=message_id, text=text)

    async def block(self):
        return await self._provider.block(self.chat)

    async def unblock(self):
        return await self._provider.block(self.chat, blocked=False)

    async def hears(self, fragment="", *, seconds=PATIENCE):
        """Return the next message of the bot that holds `fragment`; fail when the time is over."""
        until, others = _deadline(seconds), []
        while (left := until - _now()) > 0:
            for message in await self._provider.messages(self.chat, after=self._heard, wait=left):
                self._heard = message["message_id"]
                if not message["from"]["is_bot"]:
                    continue
                text = message.get("text") or message.get("caption", "")
                if fragment in text:
                    return message
                others.append(text)
        raise AssertionError(f"nobody said {fragment!r}, but: {others}")


class WhatsAppPatient:
    """Somebody with WhatsApp, who hears each message of the clinic once and in order."""

    def __init__(self, provider, who):
        self._provider = provider
        self.who = who
        self._heard = 0

    async def say(self, text, **how):
        return await self.do("say", text=text, **how)

    async def tap(self, label="", **where):
        return await self.do("tap", label=label, **where)

    async def send_file(self, content, **about):
        return await self.do("file", content=base64.b64encode(content).decode(), **about)

    async def do(self, what, **asked):
        """Do anything else: send, edit, withdraw, leave."""
        return await self._provider.whatsapp(what, who=self.who, **asked)

    async def move(self, phone="", user_id=""):
        """Change the phone number, and with it the business-scoped user id."""
        moved = await self.do("move", phone=phone, user_id=user_id)
        self.who = self.who | {"phone": phone, "user_id": user_id}
        return moved

    async def hears(self, fragment="", *, seconds=PATIENCE):
        """Return the clinic's next message that holds `fragment`; fail when the time is over."""
        until, others = _deadline(seconds), []
        while (left := until - _now()) > 0:
            for message in await self._provider.whatsapp_messages(self.who, after=self._heard, wait=left):
                self._heard = message["n"]
                if not message["ours"]:
                    continue
                if fragment in message["text"]:
                    return message
                others.append(message["text"])
        raise AssertionError(f"nobody said {fragment!r}, but: {others}")


def labels(message):
    """Return the labels of a WhatsApp message's buttons or rows, in reading order."""
    return [label for label, _ in message["buttons"]]


def buttons(message):
    """Return the labels of a message's buttons, in reading order."""
    rows = message.get("reply_markup", {}).get("inline_keyboard", [])
    return [button["text"] for row in rows for button in row]


def _now():
    return asyncio.get_running_loop().time()


def _deadline(seconds):
    return _now() + seconds
