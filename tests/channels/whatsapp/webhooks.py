"""Webhooks as Meta sends them (channels.md 3.5 to 3.9); all ids, numbers and names are made up."""

import json

from handlers.core.messages import Body, Button, Outbound, Template

NUMBER = "482913307651204"
PHONE = "12025550143"
USER = "US.70315529846610237754"
SENT_AT = 1792828800
METADATA = {"display_phone_number": "12025550110", "phone_number_id": NUMBER}
CONTACT = {"profile": {"name": "Patient A"}, "wa_id": PHONE, "user_id": USER}
NAMELESS = {"profile": {"name": "Patient A", "username": "@example_user"}, "user_id": USER}


def body(*changes):
    return {
        "object": "whatsapp_business_account",
        "entry": [{"id": "318240559917736", "changes": list(changes)}],
    }


def change(number=NUMBER, contacts=(CONTACT,), **held):
    metadata = METADATA | {"phone_number_id": number}
    value = {"messaging_product": "whatsapp", "metadata": metadata, "contacts": list(contacts)} | held
    return {"field": "messages", "value": value}


def messages(*found, **how):
    return body(change(messages=list(found), **how))


def statuses(*found, contacts=()):
    return body(change(statuses=list(found), contacts=contacts))


def message(kind="text", wamid="wamid.IN0001", **content):
    base = {"from": PHONE, "from_user_id": USER, "id": wamid, "timestamp": str(SENT_AT), "type": kind}
    return base | content


def said(text="hello", **fields):
    return message(text={"body": text}, **fields)


def status(state="sent", wamid="wamid.OUT0001", **fields):
    base = {"id": wamid, "status": state, "timestamp": str(SENT_AT), "biz_opaque_callback_data": "ob_1"}
    return base | fields


def template_event(event="PAUSED", time=1795000000):
    value = {
        "event": event, "message_template_id": 6610020030040050, "message_template_name": "checkin_start_v1",
        "message_template_language": "en", "reason": None,
    }  # fmt: skip
    change_ = {"field": "message_template_status_update", "value": value}
    return {"object": "x", "entry": [{"id": "318240559917736", "time": time, "changes": [change_]}]}


def raw(webhook):
    return json.dumps(webhook).encode()


DOCUMENT = {
    "id": "1003200440055006", "mime_type": "application/pdf", "filename": "referral.pdf",
    "caption": "from my doctor", "sha256": "9VGyF0V1gXl4sWmQp0W9H1C2vXbq3J2bJbVJ8m0a9mQ=",
    "url": "https://lookaside.fbsbx.com/x",
}  # fmt: skip
TOO_LARGE = {"code": 131052, "title": "Media download error", "error_data": {"details": "Max 100MB."}}
QUESTION = Body(
    text="Can you travel?",
    choices=(Button("a:resp1:0:0", "Yes"), Button("a:resp1:0:1", "No")),
    keys=(Button("a:resp1:0:skip", "Skip"),),
    template=Template(
        "checkin_start_v1", "en", ("Patient A", "the clinic"), ("f:1:start", "f:1:later", "f:1:stop")
    ),
)


def outbound(body=QUESTION, *, address=PHONE, attempt=1, window_open=True):
    return Outbound("ob-1", attempt, address, body, window_open=window_open)
