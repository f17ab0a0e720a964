"""The patient's hand on the fake WhatsApp: write, tap, send a file, edit, delete, change the number."""

import asyncio
import base64
from contextlib import suppress

import httpx2
from starlette.responses import JSONResponse
from starlette.routing import Route

from tests.fakes.provider.graph_world import Update
from tests.fakes.provider.stage import Refused

FILE_KINDS = {"document", "image", "audio", "video", "sticker"}


class GraphControl:
    """POST /control/whatsapp/<what> with JSON; `who` is {"phone", "user_id", "name"}, each optional."""

    def __init__(self, graph, stage):
        self._graph = graph
        self._stage = stage

    def routes(self):
        acts = (
            self.connect, self.handshake, self.say, self.tap, self.file, self.huge, self.send, self.edit,
            self.withdraw, self.leave, self.move, self.status, self.template, self.change, self.delivery,
            self.limits, self.subscribe,
        )  # fmt: skip
        return [
            *(Route(f"/control/whatsapp/{act.__name__}", self._act(act), methods=["POST"]) for act in acts),
            Route("/control/whatsapp/messages", self.messages),
            Route("/control/whatsapp/number", self.number),
        ]

    def _act(self, act):
        async def endpoint(request):
            asked = await request.json()
            try:
                return JSONResponse(await act(self._graph.number(asked.pop("number")), **asked))
            except Refused as no:
                return JSONResponse({"error": no.description}, no.status)

        return endpoint

    async def connect(self, number, *, token, secret="", url=""):
        """Set up a number: its token, its app's secret, and where its webhooks go."""
        number.token, number.secret, number.url = token, secret, url
        if url:
            self._graph.deliveries.start(number)
        await number.wake()
        return {}

    async def say(self, number, *, who, text, quoted=""):
        """The person writes, which opens the 24 hours."""
        context = {"context": {"from": "12025550110", "id": quoted}} if quoted else {}
        return await self._message(number, who, "text", {"text": {"body": text}} | context, text)

    async def tap(self, number, *, who, label="", data="", wamid="", bare=False):
        """The person taps the newest button with this label or id; `bare` leaves out the context."""
        person = number.person(**who)
        message, title, data = _button(person, label, data, wamid)
        context = {} if bare else {"context": {"from": "12025550110", "id": message["wamid"]}}
        if message["kind"] == "template":
            content = {"button": {"payload": data, "text": title}}
            return await self._message(number, who, "button", content | context, title)
        kind = f"{message['body']['interactive']['type']}_reply"
        content = {"interactive": {"type": kind, kind: {"id": data, "title": title}}}
        return await self._message(number, who, "interactive", content | context, title)

    async def file(
        self, number, *, who, content, kind="document", name="", mime="", caption="", voice=False, told=None
    ):
        """The person sends a file (base64); `told` is what Meta says of it beside the truth."""
        if kind not in FILE_KINDS:
            raise Refused(400, f"no such kind: {kind}")
        held = number.file(base64.b64decode(content), mime, self._stage.now())
        number.media[held["id"]] |= told or {}
        held |= {"filename": name} if name else {}
        held |= {"caption": caption} if caption else {}
        held |= {"voice": True} if voice else {}
        sent = await self._message(number, who, kind, {kind: held}, caption)
        return sent | {"ref": held["id"]}

    async def huge(self, number, *, who):
        """The person sends a file that is larger than Meta lets through."""
        details = {"details": "Max file size we currently support: 100MB."}
        error = {"code": 131052, "title": "Media download error", "error_data": details}
        return await self._message(number, who, "unsupported", {"errors": [error]}, "")

    async def handshake(self, number, *, token, challenge="1158201444"):
        """Ask the product whether the webhook's address is its own, as Meta does before it delivers."""
        asked = {"hub.mode": "subscribe", "hub.verify_token": token, "hub.challenge": challenge}
        async with httpx2.AsyncClient() as client:
            answer = await client.get(number.url, params=asked)
        return {"status": answer.status_code, "known": answer.text == challenge}

    async def send(self, number, *, who, kind, **content):
        """The person sends anything at all."""
        return await self._message(number, who, kind, content, "")

    async def edit(self, number, *, who, wamid, text):
        """The person edits an earlier message."""
        after = {"context": {"id": "M0"}, "type": "text", "text": {"body": text}}
        return await self._message(
            number, who, "edit", {"edit": {"original_message_id": wamid, "message": after}}, text
        )

    async def withdraw(self, number, *, who, wamid):
        """The person deletes an earlier message."""
        return await self._message(number, who, "revoke", {"revoke": {"original_message_id": wamid}}, "")

    async def leave(self, number, *, who, gone=True):
        """The person gives up WhatsApp, or comes back; nobody is told."""
        number.person(**who).gone = gone
        return {}

    async def move(self, number, *, who, phone="", user_id=""):
        """The person's phone number and user id change."""
        person = number.person(**who)
        system = {
            "type": "user_changed_number" if person.phone else "user_changed_user_id",
            "body": "User changed",
        }
        system |= {"wa_id": phone} if person.phone else {}
        system |= {"previous_user_id": person.user_id, "user_id": user_id} if person.user_id else {}
        content = {
            "id": number.wamid("SYS"), "timestamp": str(int(self._stage.now())),
            "type": "system", "system": system,
        } | ({"from": person.phone} if person.phone else {})  # fmt: skip
        person.phone, person.user_id = phone, user_id
        await number.emit(Update("message", content))
        return {"wamid": content["id"]}

    async def status(self, number, *, wamid, status, code=None):
        """Tell how far a message got."""
        await self._graph.tell(number, wamid, status, code)
        return {}

    async def template(self, number, *, name, language="en", body="", buttons=(), status="APPROVED"):
        """Have a template approved, paused or gone (status "")."""
        if status:
            known = number.templates.get((name, language), {"body": body, "buttons": list(buttons)})
            number.templates[name, language] = known | {"status": status}
        else:
            number.templates.pop((name, language), None)
        return {}

    async def change(self, number, *, field, value):
        """Any change at all, as it is."""
        await number.emit(Update("change", {"field": field, "value": value}))
        return {}

    async def delivery(self, number, **how):
        """Set how webhooks come: batch, copies, shuffle, held, and which statuses follow a send."""
        for name, value in how.items():
            setattr(number, name, tuple(value) if name == "statuses" else value)
        await number.wake()
        return {}

    async def limits(self, number, *, on, per_number=80, per_pair=6.0, burst=45):
        """Switch the limits on how many messages may be sent."""
        number.pace.set(on=on, per_number=per_number, per_pair=per_pair, burst=burst)
        return {}

    async def subscribe(self, number, *, apps):
        """Say which apps get the business account's webhooks."""
        number.apps = apps
        return {}

    async def messages(self, request):
        """Return a person's messages after a number; wait for one of ours to appear."""
        asked = request.query_params
        number, after = self._graph.number(asked["number"]), int(asked.get("after", 0))
        person = number.person(asked.get("phone", ""), asked.get("user_id", ""))

        def found():
            return [message for message in person.messages if message["n"] > after]

        if seconds := float(asked.get("wait", 0)):
            await self._stage.ledger.wait(lambda: [one for one in found() if one["ours"]], seconds)
        return JSONResponse(found())

    async def number(self, request):
        """Return what waits to be delivered, or wait until nothing does; and how its day's limit was kept."""
        number = self._graph.number(request.query_params["number"])
        with suppress(TimeoutError):
            async with asyncio.timeout(float(request.query_params.get("wait", 0))), number.changed:
                await number.changed.wait_for(lambda: not number.updates)
        day = {"started": len(number.started), "over_the_day": number.over_the_day}
        return JSONResponse({"pending": [update.content for update in number.updates]} | day)

    async def _message(self, number, who, kind, content, shown):
        person = number.person(**who)
        person.heard_at = self._stage.now()
        wamid = number.wamid("IN")
        person.add(wamid=wamid, ours=False, text=shown, kind=kind)
        message = (
            person.sender() | {"id": wamid, "timestamp": str(int(self._stage.now())), "type": kind} | content
        )
        await number.emit(Update("message", message, person.contact()))
        await self._stage.ledger.write(
            self._stage.now(), channel="whatsapp", account="", method=f"patient:{kind}",
            recipient=person.user_id or person.phone, outbox="", attempt=None, body=message, verdict="",
            accepted=True,
        )  # fmt: skip
        return {"wamid": wamid, "message": message, "contact": person.contact()}


def _button(person, label, data, wamid):
    shown = []
    for message in reversed(person.messages):
        if not message["ours"] or wamid not in ("", message["wamid"]):
            continue
        for title, known in message["buttons"]:
            if (label and label in (title, title.removeprefix("✓ "))) or (data and data == known):
                return message, title, known
            shown.append(title)
    raise Refused(404, f"no button {label or data}, but {shown}")
