"""Webhook bodies of every kind that Meta documents (channels.md 3.5 to 3.9): what is mutated."""

from tests.channels.whatsapp.webhooks import (
    CONTACT,
    DOCUMENT,
    NAMELESS,
    NUMBER,
    PHONE,
    TOO_LARGE,
    USER,
    body,
    change,
    message,
    messages,
    said,
    status,
    statuses,
    template_event,
)

WORDS = (
    *("start", "yes", "no", "1", "2", "skip", "back", "why", "menu", "stop", "change 3", "help"),
    *(
        "日本語",
        "中文",
        "Tiếng Việt",
        "العربية",
        "3 March 1958",
        "9:30 pm",
        "ok",
        "#AbC-1234_xAbC-1234_xAbC-1234_xAbC-1234_xAbC",
    ),
    *("I want to die", "fever 40", "\u202eabc\u202c", "a" * 5000, "\x00", "\ud800", "%s{}{0}", ""),
)
SAID = ("Hello", "Yes", "No", "2019", "3 March 1958", "Skip", "menu", "1", "change 2", "I walk alone")
"""What an untouched message says."""
CODES = (0, 33, 100, 130429, 131026, 131042, 131047, 131049, 131050, 131056, 132015, 999999)
TAPS = ("a:resp1:0:0", "f:1:start", "f:1:later", "f:1:stop", "c:menu", "c:start", "c:stop", "x", "")
ORIGINAL = {"original_message_id": "wamid.IN0001"}
EDIT = ORIGINAL | {"message": {"context": {"id": "M0"}, "type": "text", "text": {"body": "corrected"}}}
MOVED = {"type": "user_changed_number", "body": "User changed", "wa_id": "12025550178"}
MOVED |= {"previous_user_id": USER, "user_id": "US.18840772519936605123"}
FLOW = {"name": "flow", "response_json": '{"flow_token": "x"}'}
UNSUPPORTED = {"code": 131051, "title": "Message type unknown", "error_data": {"details": "Unknown."}}
TEMPLATE = {
    "message_template_id": 6610020030040050, "message_template_name": "checkin_start_v1",
    "message_template_language": "en",
}  # fmt: skip


def _answers():
    kinds = ("button_reply", "list_reply")
    taps = [{"type": kind, kind: {"id": tap, "title": "Yes"}} for kind in kinds for tap in TAPS]
    return [
        message("interactive", interactive=tap) for tap in [*taps, {"type": "nfm_reply", "nfm_reply": FLOW}]
    ]


def _files():
    media = {"id": "1003200440055007", "mime_type": "image/jpeg", "sha256": "x" * 44}
    kinds = ("image", "audio", "voice", "video", "sticker")
    return [message("document", document=DOCUMENT), *(message(kind, **{kind: media}) for kind in kinds)]


def _others():
    return [
        message("location", location={"latitude": 35.6, "longitude": 139.7, "name": "Here"}),
        message("contacts", origin="contact_request", contacts=[{"phones": [{"phone": f"+{PHONE}"}]}]),
        message("order", order={"catalog_id": "1", "product_items": [{"quantity": 1}]}),
        message("reaction", reaction={"message_id": "wamid.OUT1", "emoji": "\U0001f44d"}),
        message("edit", edit=EDIT),
        message("revoke", revoke=ORIGINAL),
        message("unsupported", unsupported={"type": "poll"}, errors=[UNSUPPORTED]),
        message("unsupported", errors=[TOO_LARGE]),
        message("system", system=MOVED),
        message("system", system={"type": "customer_identity_changed", "identity": "x"}),
        message("button", button={"payload": "f:1:start", "text": "Start"}, context={"id": "wamid.OUT9"}),
        message("request_welcome"),
        said("hi", referral={"source_url": "https://example.org", "headline": "x"}),
        said("in a group", group_id="g1"),
        said("quoted", context={"id": "wamid.OUT0001", "forwarded": True}),
    ]


def _receipts():
    states = ("sent", "delivered", "read", "played", "deleted")
    pricing = {"billable": True, "pricing_model": "PMP", "category": "utility"}
    failed = [status("failed", recipient_id=PHONE, errors=[{"code": code, "title": "x"}]) for code in CODES]
    return [*(status(state, recipient_user_id=USER, pricing=pricing) for state in states), *failed]


def _changes():
    account = {"event": "ACCOUNT_RESTRICTION", "restriction_info": [{"restriction_type": "RESTRICTED"}]}
    told = {
        "message_template_quality_update": TEMPLATE | {"new_quality_score": "RED"},
        "template_category_update": TEMPLATE | {"new_category": "UTILITY", "correct_category": "MARKETING"},
        "account_update": account,
        "phone_number_quality_update": {"event": "DOWNGRADE", "current_limit": "TIER_250"},
        "user_preferences": {"user_preferences": [{"wa_id": PHONE, "value": "stop"}]},
        "smb_message_echoes": {"message_echoes": [{"from": "12025550110", "to": PHONE}]},
    }
    return [body({"field": field, "value": value}) for field, value in told.items()]


def _bodies():
    one_each = [*(said(words) for words in WORDS), *_answers(), *_files(), *_others()]
    yield from (messages(one) for one in one_each)
    yield from (messages(one | {"from": None}, contacts=[NAMELESS]) for one in one_each[::3])
    yield from (statuses(one, contacts=[CONTACT] if n % 2 else ()) for n, one in enumerate(_receipts()))
    yield from _changes()
    yield from (template_event(event) for event in ("PAUSED", "REJECTED", "APPROVED"))
    yield body(change(errors=[{"code": 130429}, {"code": 131042}]))
    yield body(change(number="9", messages=[said()]), change(messages=[said()], statuses=[status()]))
    yield messages(*(one | {"id": f"wamid.B{n}"} for n, one in enumerate(one_each)))


BODIES = tuple(_bodies())


def neighbour(name, sender, *, says=""):
    """Return a whole entry that nothing was done to: its item must come in, whatever stands beside it."""
    contact = {"profile": {"name": "Neighbour"}, "wa_id": sender}
    if says:
        found = said(says, wamid=name) | {"from": sender, "from_user_id": ""}
        whole = change(NUMBER, [contact], messages=[found])
    else:
        whole = change(NUMBER, [], statuses=[status("read", wamid=name, recipient_id=sender)])
    return {"id": "318240559917736", "changes": [whole]}
