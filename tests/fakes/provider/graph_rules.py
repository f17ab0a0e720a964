"""What the Cloud API refuses (channels.md 3.2, 3.3): fields, lengths, counts, names that are alike."""

import re

from tests.fakes.provider.stage import Refused

TITLES = {
    0: "Authentication Error", 4: "Application request limit reached", 33: "Parameter value is not valid",
    100: "Invalid parameter", 190: "Access token has expired", 80007: "Rate limit issues",
    130429: "Rate limit hit", 131000: "Something went wrong", 131008: "Required parameter is missing",
    131009: "Parameter value is not valid", 131016: "Service unavailable",
    131026: "Message undeliverable", 131047: "Re-engagement message",
    131056: "(Business Account, Consumer Account) pair rate limit hit",
    132000: "Number of parameters does not match", 132001: "Template name does not exist in the translation",
    132012: "Parameter format does not match", 132015: "Template is paused",
}  # fmt: skip
STATUSES = {190: 401, 132001: 404, 131016: 503, 131000: 500}
BY_STATUS = {401: 190, 403: 10, 404: 100, 429: 130429, 500: 131000, 503: 131016}
KINDS = {"text", "interactive", "template", "document", "image"}
TOP = {
    "messaging_product", "recipient_type", "to", "recipient", "type", "context", "biz_opaque_callback_data",
} | KINDS  # fmt: skip
FILES = {
    "image": ({"image/jpeg", "image/png"}, 5 * 1024 * 1024),
    "document": ({"application/pdf", "text/plain", "application/msword"}, 100 * 1024 * 1024),
}
READ = {"messaging_product", "status", "message_id", "typing_indicator"}


def bad(code, details, subcode=None):
    return Refused(STATUSES.get(code, 400), details, code=code, subcode=subcode)


def refusal(status, description="", *, code=None, subcode=None):
    """Return a refusal's body and status, as JSONResponse takes them; a description may be a bare code."""
    if code is None and description.isdecimal():
        code, description = int(description), ""
    code = BY_STATUS.get(status, 131000) if code is None else code
    error = {
        "message": f"(#{code}) {TITLES.get(code, 'An error')}", "type": "OAuthException", "code": code,
        "error_data": {"messaging_product": "whatsapp", "details": description or "scripted"},
        "fbtrace_id": "AbCdEf456",
    }  # fmt: skip
    return ({"error": error | ({"error_subcode": subcode} if subcode else {})}, status)


def only(value, allowed, where, needed=()):
    """Return an object that holds no other fields than these, and all that are needed."""
    if not isinstance(value, dict):
        raise bad(100, f"{where} must be an object")
    if unknown := set(value) - set(allowed):
        raise bad(100, f"unexpected keys {sorted(unknown)} on {where}")
    if missing := set(needed) - set(value):
        raise bad(131008, f"{where} lacks {sorted(missing)}")
    return value


def words(value, most, where, *, least=1):
    if not isinstance(value, str) or not least <= len(value.strip()):
        raise bad(131009, f"{where} is empty")
    if len(value.encode("utf-16-le")) // 2 > most:
        raise bad(131009, f"{where} is longer than {most}")
    return value


def several(value, most, where):
    if not isinstance(value, list) or not 1 <= len(value) <= most:
        raise bad(131009, f"{where} must hold 1 to {most}")
    return value


def check_message(payload):
    """Check everything about a message that does not depend on anybody's state."""
    only(payload, TOP, "message", ("messaging_product", "type"))
    if payload["messaging_product"] != "whatsapp" or payload.get("recipient_type") not in {
        None,
        "individual",
    }:
        raise bad(100, "wrong messaging_product or recipient_type")
    kind = payload["type"]
    if kind not in KINDS or set(payload) & KINDS != {kind}:
        raise bad(100, "type must name the one content")
    if not (payload.get("to") or payload.get("recipient")):
        raise bad(131008, "to or recipient is needed")
    words(payload.get("biz_opaque_callback_data", "-"), 512, "biz_opaque_callback_data")
    quoted = only(payload.get("context", {"message_id": "-"}), {"message_id"}, "context")
    words(quoted.get("message_id"), 512, "context.message_id")
    CHECKS[kind](payload[kind])


def _text(text):
    only(text, {"body", "preview_url"}, "text", ("body",))
    words(text["body"], 4096, "text.body")


def _interactive(content):
    only(content, {"type", "header", "body", "footer", "action"}, "interactive", ("type", "body", "action"))
    words(only(content["body"], {"text"}, "body").get("text"), 1024, "body.text")
    if "header" in content:
        header = only(content["header"], {"type", "text"}, "header", ("type", "text"))
        words(header["text"], 60, "header.text")
    if "footer" in content:
        words(only(content["footer"], {"text"}, "footer").get("text"), 60, "footer.text")
    if content["type"] == "button":
        _buttons(content["action"])
    elif content["type"] == "list":
        _list(content["action"])
    else:
        raise bad(100, "interactive.type")


def _buttons(action):
    buttons = several(only(action, {"buttons"}, "action").get("buttons"), 3, "buttons")
    replies = []
    for button in buttons:
        if only(button, {"type", "reply"}, "button", ("type", "reply"))["type"] != "reply":
            raise bad(100, "button.type")
        replies.append(only(button["reply"], {"id", "title"}, "reply", ("id", "title")))
    for reply in replies:
        words(reply["id"], 256, "reply.id")
        words(reply["title"], 20, "reply.title")
    _apart(replies)


def _list(action):
    only(action, {"button", "sections"}, "action", ("button", "sections"))
    words(action["button"], 20, "action.button")
    sections = several(action["sections"], 10, "sections")
    rows = []
    for section in sections:
        only(section, {"title", "rows"}, "section", ("rows",))
        if len(sections) > 1 or "title" in section:
            words(section.get("title"), 24, "section.title")
        rows += several(section["rows"], 10, "rows")
    for row in several(rows, 10, "rows in total"):
        only(row, {"id", "title", "description"}, "row", ("id", "title"))
        words(row["id"], 200, "row.id")
        words(row["title"], 24, "row.title")
        words(row.get("description", "-"), 72, "row.description")
    _apart(rows)


def _apart(choices):
    for name in ("id", "title"):
        if len({choice[name] for choice in choices}) < len(choices):
            raise bad(131009, f"two have the same {name}")


def _template(content):
    only(content, {"name", "language", "components"}, "template", ("name", "language"))
    only(content["language"], {"code", "policy"}, "language", ("code",))
    words(content["name"], 512, "template.name")
    parts = content.get("components", [])
    for part in parts:
        only(part, {"type", "sub_type", "index", "parameters"}, "component", ("type",))
        for parameter in part.get("parameters", []):
            _parameter(part, parameter)
    _components(parts)


def _components(parts):
    """Check that no component comes twice, and that parameters are all named or all by place."""
    places = [(part["type"], part.get("index")) for part in parts]
    if len(set(places)) < len(places):
        raise bad(100, "two components of one kind")
    named = {"parameter_name" in one for part in parts for one in part.get("parameters", [])}
    if named == {True, False} and not any(part["type"] == "button" for part in parts):
        raise bad(100, "named and positional parameters")


def _parameter(part, parameter):
    if part["type"] == "button":
        only(parameter, {"type", "payload"}, "parameter", ("type", "payload"))
        words(parameter["payload"], 256, "payload")
        if part.get("index") not in set("0123456789"):
            raise bad(100, "index must be a string from 0 to 9")
        return
    only(parameter, {"type", "text", "parameter_name"}, "parameter", ("type", "text"))
    if re.search(r"[\n\t]| {4}", words(parameter["text"], 1024, "parameter.text")):
        raise bad(132012, "Param text cannot have new-line/tab characters or more than 4 consecutive spaces")


def check_read(payload):
    """Check a mark "read", which may show that somebody types."""
    only(payload, READ, "message", ("messaging_product", "message_id"))
    if payload.get("typing_indicator", {"type": "text"}) != {"type": "text"}:
        raise bad(100, "typing_indicator.type")


def _document(content):
    only(content, {"id", "filename", "caption"}, "document", ("id",))
    words(content.get("caption", "-"), 1024, "caption")
    words(content.get("filename", "-"), 240, "filename")


def _image(content):
    only(content, {"id", "caption"}, "image", ("id",))
    words(content.get("caption", "-"), 1024, "caption")


async def uploaded(form):
    """Return an upload's bytes; refuse what is not of a kind that may be sent, or too large (3.2, 3.4)."""
    if form.get("messaging_product") != "whatsapp" or not hasattr(form.get("file"), "read"):
        raise bad(100, "messaging_product and file are needed")
    content, kind = await form["file"].read(), form.get("type")
    most = next((most for kinds, most in FILES.values() if kind in kinds), None)
    if most is None or form["file"].content_type != kind:
        raise bad(100, f"Param file must be a file with one of the supported types. Received {kind}")
    if not 0 < len(content) <= most:
        raise bad(131053, "the file is too large, or empty")
    return content


def check_file(kind, held):
    """Refuse an id that was never given for an upload, or a file of another kind."""
    if held is None or not held.get("ours"):
        raise bad(131009, "no such media id")
    if held["mime_type"] not in FILES[kind][0]:
        raise bad(131053, f"{held['mime_type']} is no {kind}")


CHECKS = {
    "text": _text,
    "interactive": _interactive,
    "template": _template,
    "document": _document,
    "image": _image,
}
