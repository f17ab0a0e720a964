"""The account's templates on the fake WhatsApp: made, listed, reviewed, with Meta's limits; and its tier."""

import json
import re
from itertools import count

from starlette.responses import JSONResponse
from starlette.routing import Route

from tests.fakes.provider import graph_rules as rules
from tests.fakes.provider.stage import Refused, play

CATEGORIES = {"UTILITY", "MARKETING", "AUTHENTICATION"}
LANGUAGES = {"en", "en_US", "ja", "zh_CN", "zh_TW", "vi", "ar", "de", "es"}
MOST = 250
DAY = 24 * 3600
TIERS = {"TIER_250": 250, "TIER_2K": 2000, "TIER_10K": 10_000, "TIER_100K": 100_000}
_NUMBER = re.compile(r"\{\{(\d+)\}\}")
_ids = count(6610020030040050)


class GraphTemplates:
    """GET and POST /v<version>/<account>/message_templates."""

    def __init__(self, graph, stage):
        self._graph = graph
        self._stage = stage

    def routes(self):
        path = "/v{version}/{account}/message_templates"
        apps = Route("/v{version}/{account}/subscribed_apps", self.subscribed)
        return [Route(path, self.show), Route(path, self.make, methods=["POST"]), apps]

    async def subscribed(self, request):
        """List the apps that get the account's webhooks."""
        return await self._answer(request, lambda _, number: {"data": number.apps})

    async def show(self, request):
        """List the templates, some at a time."""
        return await self._answer(request, self._page)

    async def make(self, request):
        """Ask for a template; it is approved at once where the number says so, else after a review."""
        body = await request.body()
        return await self._answer(request, lambda request, number: _make(number, json.loads(body)))

    async def _answer(self, request, act):
        fault = self._stage.faults.verdict("whatsapp", "templates", "")
        if fault != "ok":
            return await play(request, fault, rules.refusal)
        try:
            return JSONResponse(act(request, self._entitled(request)))
        except Refused as no:
            return JSONResponse(*rules.refusal(no.status, no.description, **no.parameters))

    def _entitled(self, request):
        account, given = request.path_params["account"], request.headers.get("Authorization", "")
        for number in self._graph.numbers.values():
            if (account, given) == (number.waba, f"Bearer {number.token}"):
                return number
        raise rules.bad(100, "Unsupported request. Object does not exist", subcode=33)

    def _page(self, request, number):
        asked = request.query_params
        start, size = int(asked.get("after") or 0), min(int(asked.get("limit", 25)), number.page)
        known = list(number.templates.items())
        data = [_shown(name, language, one) for (name, language), one in known[start : start + size]]
        if start + size >= len(known):
            return {"data": data, "paging": {"cursors": {"before": "0", "after": str(len(known))}}}
        after = str(start + size)
        return {"data": data, "paging": {"cursors": {"before": "0", "after": after}, "next": "https://next"}}


def take_place(number, person, now):
    """Count somebody written to outside their window, or refuse: so many people in 24 hours."""
    most = TIERS.get(number.tier)
    counted = {who: at for who, at in number.started.items() if now - at < DAY}
    if most is not None and id(person) not in counted and len(counted) >= most:
        number.over_the_day += 1
        raise rules.bad(131048, "Message failed to send: the limit of this phone number is reached")
    number.started = counted | {id(person): now}


def _shown(name, language, one):
    labels = one["buttons"]
    return {
        "name": name, "language": language, "status": one["status"],
        "category": one.get("category", "UTILITY"), "quality_score": {"score": one.get("quality", "UNKNOWN")},
        "id": one.get("id", "1"),
        "components": [
            {"type": "BODY", "text": one["body"]},
            {"type": "BUTTONS", "buttons": [{"type": "QUICK_REPLY", "text": label} for label in labels]},
        ],
    }  # fmt: skip


def _make(number, asked):
    rules.only(
        asked,
        {"name", "language", "category", "components"},
        "template",
        ("name", "language", "category", "components"),
    )
    if not re.fullmatch(r"[a-z0-9_]{1,512}", asked["name"]):
        raise rules.bad(100, "name: only lower case letters, digits and underscores")
    if asked["language"] not in LANGUAGES or asked["category"] not in CATEGORIES:
        raise rules.bad(100, "no such language or category")
    if (asked["name"], asked["language"]) in number.templates:
        raise rules.bad(100, "Content in this language already exists", subcode=2388024)
    if len(number.templates) >= MOST:
        raise rules.bad(100, "too many templates", subcode=2388094)
    body, buttons = _components(asked["components"])
    status = "APPROVED" if number.approves else "PENDING"
    made = {"body": body, "buttons": buttons, "status": status, "id": str(next(_ids))}
    number.templates[asked["name"], asked["language"]] = made | {"category": asked["category"]}
    return {"id": made["id"], "status": status, "category": asked["category"]}


def _components(components):
    body, buttons = "", []
    for part in rules.several(components, 4, "components"):
        if part.get("type") == "BODY":
            body = _body(rules.only(part, {"type", "text", "example"}, "body", ("text",)))
        elif part.get("type") == "BUTTONS":
            buttons = [_button(one) for one in rules.several(part.get("buttons"), 10, "buttons")]
        else:
            raise rules.bad(100, "no such component")
    if not body:
        raise rules.bad(100, "a template needs a body")
    if len(set(buttons)) < len(buttons):
        raise rules.bad(100, "two buttons are alike")
    return body, buttons


def _body(part):
    text = rules.words(part["text"], 1024, "body.text")
    numbers = [int(number) for number in _NUMBER.findall(text)]
    if sorted(set(numbers)) != list(range(1, len(set(numbers)) + 1)):
        raise rules.bad(100, "variables must be numbered from 1", subcode=2388040)
    if re.match(r"\W*\{\{", text) or re.search(r"\}\}[^\w}]*$", text):
        raise rules.bad(100, "Variables can't be at the start or end of the template.", subcode=2388299)
    if re.search(r"\}\}\s*\{\{", text):
        raise rules.bad(100, "variables stand next to each other", subcode=2388273)
    given = part.get("example", {}).get("body_text", [[]])
    if numbers and len(given[0]) != len(set(numbers)):
        raise rules.bad(100, "an example for each variable is needed", subcode=2388043)
    return text


def _button(button):
    rules.only(button, {"type", "text"}, "button", ("type", "text"))
    if button["type"] != "QUICK_REPLY":
        raise rules.bad(100, "button.type")
    return rules.words(button["text"], 25, "button.text")
