"""The Cloud API's shape: /v<version>/<number>/messages, /v<version>/<media>, and the files' own host."""

import json

from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from tests.fakes.provider import graph_rules as rules
from tests.fakes.provider.graph_hooks import GraphDeliveries
from tests.fakes.provider.graph_templates import GraphTemplates, take_place
from tests.fakes.provider.graph_world import MEDIA_LIFE, MEDIA_URL, Number, Update
from tests.fakes.provider.stage import Refused, play


class Graph:
    """All numbers of one fake provider."""

    def __init__(self, stage):
        self.stage = stage
        self.numbers = {}
        self.deliveries = GraphDeliveries(stage)

    def routes(self):
        return [
            *GraphTemplates(self, self.stage).routes(),
            Route("/v{version}/{number}/messages", self.call, methods=["POST"]),
            Route("/v{version}/{number}/media", self.upload, methods=["POST"]),
            Route("/v{version}/{ref}", self.look_up),
            Route("/lookaside/", self.download),
        ]

    async def reset(self):
        self.deliveries.stop()
        self.numbers = {}

    async def call(self, request):
        """Answer one call of /messages and put it into the ledger."""
        body = await request.body()
        try:
            payload = json.loads(body)
        except ValueError:
            payload = {}
        payload = payload if isinstance(payload, dict) else {}
        method = "read" if payload.get("status") == "read" else "messages"
        recipient = str(payload.get("to") or payload.get("recipient") or "")
        fault = self.stage.faults.verdict("whatsapp", method, recipient)
        accepts, then = fault == "ok" or fault.startswith("accept-then-"), fault.removeprefix("accept-then-")
        entry = _entry(request, method, recipient, payload) | {"verdict": fault}
        if not accepts:
            await self.stage.ledger.write(self.stage.now(), **entry, accepted=False)
            return await play(request, fault, rules.refusal)
        answer = await self._answer(request, payload, entry)
        return answer if then == "ok" else await play(request, then, rules.refusal)

    async def upload(self, request):
        """Take a file of the product's: only of the documented kinds and sizes."""
        fault = self.stage.faults.verdict("whatsapp", "upload", "")
        if fault != "ok":
            return await play(request, fault, rules.refusal)
        async with request.form() as form:
            try:
                number = self._entitled(request, request.path_params["number"])
                content = await rules.uploaded(form)
            except Refused as no:
                return JSONResponse(*rules.refusal(no.status, no.description, **no.parameters))
            ref = number.file(content, form["type"], self.stage.now())["id"]
        number.media[ref]["ours"] = True
        return JSONResponse({"id": ref})

    async def look_up(self, request):
        """Tell where a file lies, for five minutes."""
        ref = request.path_params["ref"]
        is_number = ref in self.numbers
        fault = self.stage.faults.verdict("whatsapp", "number" if is_number else "media", "")
        if fault != "ok":
            return await play(request, fault, rules.refusal)
        try:
            asked = ref if is_number else request.query_params.get("phone_number_id", "")
            number = self._entitled(request, asked)
        except Refused as no:
            return JSONResponse(*rules.refusal(no.status, no.description, **no.parameters))
        if is_number:
            limits = {"whatsapp_business_manager_messaging_limit": number.tier}
            asked = request.query_params.get("fields", "").split(",")
            return JSONResponse({"id": ref} | {name: limits[name] for name in asked if name in limits})
        file = number.media.get(ref)
        if file is None or self.stage.now() - file["since"] > MEDIA_LIFE:
            told = "Unsupported get request. Object does not exist"
            return JSONResponse(*rules.refusal(400, told, code=100, subcode=33))
        until = int(self.stage.now()) + MEDIA_URL
        url = file.get("url") or f"{request.base_url}lookaside/?mid={ref}&number={number.id}&ext={until}"
        told = {
            "messaging_product": "whatsapp", "id": ref, "url": url, "mime_type": file["mime_type"],
            "sha256": file["sha256"], "file_size": str(file.get("size", len(file["content"]))),
        }  # fmt: skip
        return JSONResponse(told)

    async def download(self, request):
        """Give a file's bytes, to whoever has the token and a fresh address."""
        fault = self.stage.faults.verdict("whatsapp", "download", "")
        if fault != "ok":
            return await play(request, fault, rules.refusal)
        asked = request.query_params
        try:
            number = self._entitled(request, asked["number"])
        except Refused:
            return Response(status_code=401)
        if int(asked["ext"]) < self.stage.now():
            return Response(status_code=404)
        return Response(number.media[asked["mid"]]["content"])

    async def _answer(self, request, payload, entry):
        try:
            number = self._entitled(request, request.path_params["number"])
            if entry["method"] == "read":
                result, wamid = self._read(number, payload), {}
            else:
                result = await self._send(number, payload)
                wamid = {"message_id": result["messages"][0]["id"]}
        except Refused as no:
            told = entry | {"verdict": str(no.parameters["code"]), "error": no.description, "accepted": False}
            await self.stage.ledger.write(self.stage.now(), **told)
            return JSONResponse(*rules.refusal(no.status, no.description, **no.parameters))
        await self.stage.ledger.write(self.stage.now(), **entry, **wamid, accepted=True)
        return JSONResponse(result)

    def _entitled(self, request, number_id):
        """Return the number that the token in the call opens."""
        number = self.numbers.get(number_id)
        given = request.headers.get("Authorization", "")
        if given not in {f"Bearer {known.token}" for known in self.numbers.values()}:
            raise rules.bad(190, "Error validating access token")
        if number is None or given != f"Bearer {number.token}":
            raise rules.bad(100, "Unsupported post request. Object does not exist", subcode=33)
        return number

    def _read(self, number, payload):
        rules.check_read(payload)
        for person in number.people:
            for message in person.messages:
                if message["wamid"] == payload["message_id"] and not message["ours"]:
                    message["read"] = True
                    return {"success": True}
        raise rules.bad(131009, "no such message")

    async def _send(self, number, payload):
        rules.check_message(payload)
        kind = payload["type"]
        if kind in rules.FILES:
            rules.check_file(kind, number.media.get(payload[kind]["id"]))
        template = number.template(payload["template"]) if kind == "template" else None
        person = number.reachable(payload)
        if number.check_window(person, kind, self.stage.now()):
            take_place(number, person, self.stage.now())
        number.pace.take(person, self.stage.now())
        wamid = number.wamid("OUT")
        text, buttons = _shown(payload, template)
        person.add(wamid=wamid, ours=True, text=text, buttons=buttons, kind=kind, body=payload)
        number.sent[wamid] = (person, payload.get("biz_opaque_callback_data", ""))
        for status in number.statuses:
            await self.tell(number, wamid, status)
        asked = payload.get("to") or payload.get("recipient")
        contact = {"input": asked} | {
            name: value for name, value in person.contact().items() if name != "profile"
        }
        return {
            "messaging_product": "whatsapp", "contacts": [contact],
            "messages": [{"id": wamid, "message_status": "accepted"}],
        }  # fmt: skip

    async def tell(self, number, wamid, status, code=None):
        """Tell the product how far a message got; a failure comes without contacts."""
        person, callback = number.sent[wamid]
        content = {"id": wamid, "status": status, "timestamp": str(int(self.stage.now()))}
        content |= person.recipient() | ({"biz_opaque_callback_data": callback} if callback else {})
        if status == "sent":
            content["pricing"] = {"billable": True, "pricing_model": "PMP", "type": "regular"}
        if status == "failed":
            if person.phone:
                content.pop("recipient_user_id", None)
            error = {"code": code or 131026, "title": "Failed", "error_data": {"details": "It failed."}}
            content["errors"] = [error]
        await number.emit(Update("status", content, None if status == "failed" else person.contact()))

    def number(self, number_id):
        return self.numbers.setdefault(number_id, Number(number_id))


def _entry(request, method, recipient, payload):
    attempt = request.headers.get("X-Attempt", "")
    return {
        "channel": "whatsapp",
        "account": request.path_params["number"],
        "method": method,
        "recipient": recipient,
        "outbox": request.headers.get("X-Outbox-Id", ""),
        "attempt": int(attempt) if attempt.isdecimal() else None,
        "body": payload,
    }


def _shown(payload, template):
    """Return what the person sees: the text, and the buttons as (label, id)."""
    content = payload[payload["type"]]
    match payload["type"]:
        case "text":
            return content["body"], []
        case "template":
            return _filled(content, template)
        case "interactive":
            action = content["action"]
            shown = [button["reply"] for button in action.get("buttons", [])]
            shown += [row for section in action.get("sections", []) for row in section["rows"]]
            return content["body"]["text"], [(button["title"], button["id"]) for button in shown]
        case _:
            return content.get("caption", ""), []


def _filled(content, template):
    text, payloads = template["body"], {}
    for part in content.get("components", []):
        if part["type"] == "button":
            payloads[int(part["index"])] = part["parameters"][0]["payload"]
            continue
        for place, parameter in enumerate(part["parameters"], start=1):
            text = text.replace(f"{{{{{place}}}}}", parameter["text"])
    return text, [(label, payloads.get(place, label)) for place, label in enumerate(template["buttons"])]
