"""Updates as Telegram sends them (channels.md 2.3); all ids and names are made up."""

import json

CHAT = 990000123
SENT_AT = 1792828800


def raw(update):
    return json.dumps(update).encode()


def person(**fields):
    return {"id": CHAT, "is_bot": False, "first_name": "Patient", "language_code": "ja"} | fields


def private():
    return {"id": CHAT, "type": "private", "first_name": "Patient"}


def message(*, update_id=700100201, **fields):
    base = {"message_id": 41, "date": SENT_AT, "from": person(), "chat": private()}
    return {"update_id": update_id, "message": base | fields}


def edit(*, update_id=700100203, **fields):
    base = {
        "message_id": 44,
        "date": SENT_AT,
        "edit_date": SENT_AT + 130,
        "from": person(),
        "chat": private(),
    }
    return {"update_id": update_id, "edited_message": base | fields}


def tap(*, update_id=700100204, **fields):
    button_of = {"message_id": 45, "date": SENT_AT, "chat": private(), "text": "Can you travel?"}
    base = {"id": "4251887340912265501", "from": person(), "message": button_of, "data": "a:7f3k:0:1"}
    return {"update_id": update_id, "callback_query": base | fields}


def membership(status, *, update_id=700100206, **fields):
    base = {
        "date": SENT_AT,
        "chat": private(),
        "from": person(),
        "old_chat_member": {"status": "member"},
        "new_chat_member": {"status": status, "user": {"id": 7000000001, "is_bot": True}},
    }
    return {"update_id": update_id, "my_chat_member": base | fields}


PHOTO = [
    {"file_id": "AgAC-s", "file_unique_id": "AQADs", "width": 90, "height": 67, "file_size": 1290},
    {"file_id": "AgAC-x", "file_unique_id": "AQADx", "width": 1280, "height": 960, "file_size": 148231},
]
DOCUMENT = {
    "file_id": "BQAC-1",
    "file_unique_id": "AgADq",
    "file_name": "referral.pdf",
    "mime_type": "application/pdf",
    "file_size": 481202,
}
VOICE = {"file_id": "AwAC-1", "file_unique_id": "AgADv", "duration": 14, "mime_type": "audio/ogg"}
GROUP = {"id": -100200300, "type": "supergroup", "title": "A group"}
CHANNEL = {"id": -100200400, "type": "channel", "title": "A channel"}
