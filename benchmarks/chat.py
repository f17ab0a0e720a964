"""A person in Telegram: the updates that their taps and words arrive as."""

import json
from dataclasses import dataclass, field
from itertools import count
from typing import Any

from handlers.core.messages import Body, Button
from tests.handlers import paths

STEPS = (*paths.TO_CONSENT, *paths.CONSENT, *paths.ABOUT, *paths.HEALTH, *paths.END)
"""A whole intake, part A: taps by their label, words after "="."""

_DATE = 1_790_000_000
_numbers = count(1)


@dataclass
class Person:
    """One private chat and what was heard in it."""

    chat: int
    heard: list[Body] = field(default_factory=list)

    def start(self) -> bytes:
        """Return the update of /start."""
        return self._message("/start")

    def do(self, step: str) -> bytes:
        """Return the update of one step: words after "=", else a tap on the newest button so labelled."""
        return self._message(step[1:]) if step.startswith("=") else self._tap(step)

    def _message(self, text: str) -> bytes:
        return _update({"message": {**self._place(), "from": self._user(), "text": text}})

    def _tap(self, label: str) -> bytes:
        body, button = self._found(label)
        shown = {"inline_keyboard": [[{"text": b.label, "callback_data": b.data}] for b in body.choices]}
        query = {
            "id": str(_DATE * 1000 + next(_numbers)),
            "from": self._user(),
            "message": {**self._place(), "text": body.text, "reply_markup": shown},
            "chat_instance": "-3000000000000000000",
            "data": button.data,
        }
        return _update({"callback_query": query})

    def _found(self, label: str) -> tuple[Body, Button]:
        for body in reversed(self.heard):
            for button in (*body.choices, *body.keys):
                if button.label == label:
                    return body, button
        raise LookupError(f"no button {label!r}; heard last: {self.heard[-1:]}")

    def _place(self) -> dict[str, Any]:
        chat = {"id": self.chat, "first_name": "Test", "type": "private"}
        return {"message_id": next(_numbers), "date": _DATE, "chat": chat}

    def _user(self) -> dict[str, Any]:
        return {"id": self.chat, "is_bot": False, "first_name": "Test"}


def _update(content: dict[str, Any]) -> bytes:
    return json.dumps({"update_id": next(_numbers), **content}).encode()
