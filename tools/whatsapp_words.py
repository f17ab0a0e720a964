"""The words of docs/whatsapp.md: examples of what comes in, and what Yorisoi does with it, for people."""

from datetime import timedelta
from typing import Any

_MEDIA = {"id": "100", "mime_type": "x/y"}
_BUTTON = {"id": "a:r:0:1", "title": "Yes"}
_MOVED = {"previous_user_id": "US.1", "user_id": "US.2"}
_TEMPLATE = {"message_template_name": "checkin_start_v1", "message_template_language": "en"}

EXAMPLES: tuple[tuple[str, str, dict[str, Any]], ...] = (
    ("text", "words", {"text": {"body": "March 2019"}}),
    (
        "text",
        "words that hold an invitation's code",
        {"text": {"body": "Hello, my invitation is #AbC-1234_xAbC-1234_xAbC-1234_xAbC-1234_xAbC"}},
    ),
    ("text", "empty", {"text": {}}),
    ("button", "a tap under a template", {"button": {"payload": "f:1:start", "text": "Start"}}),
    ("button", "a tap that came without its id", {"button": {"text": "Start"}}),
    ("interactive", "`button_reply`", {"interactive": {"type": "button_reply", "button_reply": _BUTTON}}),
    ("interactive", "`list_reply`", {"interactive": {"type": "list_reply", "list_reply": _BUTTON}}),
    ("interactive", "`nfm_reply` (a Flow) and others", {"interactive": {"type": "nfm_reply"}}),
    ("document", "a file", {"document": _MEDIA}),
    ("image", "a photo", {"image": _MEDIA}),
    ("audio", "a recording", {"audio": _MEDIA}),
    ("audio", "a voice note (`voice: true`)", {"audio": _MEDIA | {"voice": True}}),
    ("voice", "a voice note", {"voice": _MEDIA}),
    ("video", "a video", {"video": _MEDIA}),
    ("sticker", "a sticker", {"sticker": _MEDIA}),
    ("location", "a place", {"location": {}}),
    ("contacts", "somebody's contact, or the own number", {"contacts": [{}]}),
    ("reaction", "an emoji under a message", {"reaction": {"message_id": "wamid.0", "emoji": "+"}}),
    ("reaction", "the emoji is taken back", {"reaction": {"message_id": "wamid.0"}}),
    ("order", "an order from a catalogue", {"order": {}}),
    ("referral", "came from an advertisement", {"referral": {}}),
    ("edit", "an earlier message was changed", {"edit": {"original_message_id": "wamid.0"}}),
    ("revoke", "an earlier message was deleted", {"revoke": {"original_message_id": "wamid.0"}}),
    ("unsupported", "polls, view-once and what Meta passes on to nobody", {"unsupported": {"type": "poll"}}),
    ("unsupported", "a file over 100 MB (131052)", {"errors": [{"code": 131052}]}),
    (
        "system",
        "`user_changed_number`, `user_changed_user_id`",
        {"system": _MOVED | {"type": "user_changed_number"}},
    ),
    ("system", "new device keys and others", {"system": {"type": "customer_identity_changed"}}),
    ("request_welcome", "the chat was opened, nothing said", {}),
    ("anything new", "a type that we do not know", {}),
    ("any", "in a group (`group_id`)", {"group_id": "1"}),
    ("any", "from nobody: neither a number nor a user id", {"from": ""}),
)

FIELDS: tuple[tuple[str, dict[str, Any]], ...] = (
    ("message_template_status_update", _TEMPLATE | {"event": "PAUSED"}),
    ("message_template_quality_update", _TEMPLATE | {"new_quality_score": "RED"}),
    ("template_category_update", _TEMPLATE | {"new_category": "MARKETING"}),
    ("account_update", {"event": "ACCOUNT_RESTRICTION"}),
    ("account_alerts", {"alert_type": "X"}),
    ("account_review_update", {"decision": "APPROVED"}),
    ("business_capability_update", {"max_daily_conversation_per_phone": 250}),
    ("phone_number_name_update", {"decision": "APPROVED"}),
    ("phone_number_quality_update", {"event": "DOWNGRADE"}),
    ("messages", {"errors": [{"code": 131042}]}),
    ("user_preferences", {"user_preferences": [{"value": "stop"}]}),
    ("any other", {}),
)
"""`messages` stands for `errors[]` that belong to no message."""

DOES = {
    "Said": "the patient's words: an answer, a command, a question or a note to the team",
    "Started": "begins or goes on; the code is used up, and says who this is",
    "Chose": "answers its own question, however late it comes",
    "SentDocument": "thanks, fetches it at once and checks it; it answers the question if that asks for a file",
    "Edited": "keeps the old answer and the new words; offers the button to change an answer",
    "Withdrawn": "notes it in the timeline; what was said stays in the record",
    "AddressChanged": "follows the person to the new number or id, and asks who is there before anything personal",
    "Unusable": "changes no answer; thanks, says that this cannot be read, and asks to tap or to type",
    "Unusable (too-large)": "says that it is too large, offers the page for it; a task for staff",
    "Unusable (group)": "counts it; nobody is answered in a group",
    "Other": "counts it; nobody is told anything",
    "TemplateNews": "keeps it; one that is stopped, worse or of another category is a task; one in order lets what was held go",
    "AccountNews": "keeps it; what stops all sending holds the queue and is a task for staff",
}

STATUSES = {
    "sent": "the message's state moves up, never down; it is matched by its id or by our own mark",
    "delivered": "the same; a check-in that was held for lost goes on",
    "read": "the same",
    "failed": "by its code, see below",
    "Other": "counted",
}

FOLLOWS = {
    "failed": "failed",
    "once": "once more {}",
    "again": "again {}, however often",
    "held": "held until its template is taken",
    "template": "the window counts as closed unless the patient wrote since, so its template goes",
    "queue": "the account's whole queue is held",
    "gone": "nothing more goes there",
    "task": "a task for staff",
}
"""What is decided about a message that failed, in this order."""

WAITS = {
    timedelta(0): "at once",
    timedelta(minutes=1): "after a minute",
    timedelta(minutes=5): "after 5 minutes",
    timedelta(days=1): "after a day",
}

CODES = {
    0: "authentication",
    1: "unknown API fault",
    2: "service down",
    3: "capability missing",
    4: "too many calls of the app",
    10: "permission denied",
    33: "number deleted",
    100: "invalid parameter (with subcode 33: no such number, as for the account)",
    190: "token expired",
    200: "permissions",
    368: "blocked for policy",
    80007: "too many calls of the account",
    130403: "forbidden",
    130429: "too many messages of the number",
    130472: "user in an experiment",
    130497: "country restricted",
    131000: "something went wrong",
    131005: "access denied",
    131008: "parameter missing",
    131009: "parameter invalid",
    131016: "service unavailable",
    131021: "sender is recipient",
    131026: "undeliverable",
    131030: "not in the test list",
    131031: "account locked",
    131037: "display name not approved",
    131042: "payment",
    131045: "registration",
    131047: "window closed",
    131048: "spam limit",
    131049: "healthy ecosystem engagement",
    131050: "user stopped marketing messages",
    131051: "type unsupported",
    131052: "media download",
    131053: "media upload",
    131056: "too many messages to this person",
    131057: "account in maintenance",
    131062: "user id not supported for this message",
    131063: "marketing templates disabled",
    131064: "limit after template violations",
    132000: "number of parameters",
    132001: "no such template in that language",
    132005: "template's text too long",
    132007: "template against policy",
    132008: "parameter's format",
    132012: "parameter's format",
    132015: "template paused",
    132016: "template disabled",
    132018: "parameters",
    133004: "server temporarily unavailable",
    133010: "number not registered",
    133016: "too many registrations",
    135000: "generic fault",
    137000: "identity key mismatch",
}
