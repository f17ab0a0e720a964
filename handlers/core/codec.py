"""Core values as compact JSON text and back: what storage seals and the contract export prints.

Decoding is tolerant forwards: fields that are unknown are ignored and missing ones get their
defaults, so that a process of the version before can read what the newer one wrote. A text that is
not ours at all raises ValueError.
"""

import json
from base64 import b64decode, b64encode
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Final

from handlers.core.case import Dialogue
from handlers.core.json_values import from_json, sparse, to_json, to_plain
from handlers.core.messages import Attached, Body, Button, Template
from handlers.core.pending import Confirm, ConfirmKind, Doubt
from handlers.core.values import (
    ResponseId,
    Slot,
    Value,
)

_READABLE: Final = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"), allow_nan=False)
_ESCAPED: Final = json.JSONEncoder(separators=(",", ":"), allow_nan=False)


def encode_values(values: Sequence[Value]) -> str:
    """Return the values as a JSON array."""
    return _dump([to_json(value) for value in values])


def decode_values(text: str) -> tuple[Value, ...]:
    """Return the values in a JSON array; raise ValueError if it holds no values of ours."""
    return tuple(from_json(raw) for raw in _load(text, list))


def encode_dialogue(dialogue: Dialogue) -> str:
    """Return a dialogue as a JSON object that holds only what differs from a fresh one."""
    return _dump(
        sparse(
            response=dialogue.response,
            asked=_slot(dialogue.asked) if dialogue.asked else None,
            page=dialogue.page,
            picked=list(dialogue.picked),
            misses=dialogue.misses,
            confirm=_confirm(dialogue.confirm) if dialogue.confirm else None,
            revising=_slot(dialogue.revising) if dialogue.revising else None,
            menu=dialogue.menu,
            last_tap=dialogue.last_tap,
            last_tap_at=dialogue.last_tap_at,
            burst=dialogue.burst,
            seen=list(dialogue.seen),
            doubt=_doubt(dialogue.doubt) if dialogue.doubt else None,
            listed=[list(row) for row in dialogue.listed],
        )
    )


def decode_dialogue(text: str) -> Dialogue:
    """Return the dialogue in a JSON object; raise ValueError if it is none."""
    raw = _load(text, dict)
    return Dialogue(
        response=ResponseId(raw["response"]) if "response" in raw else None,
        asked=_read_slot(raw["asked"]) if "asked" in raw else None,
        page=raw.get("page", 0),
        picked=tuple(raw.get("picked", ())),
        misses=raw.get("misses", 0),
        confirm=_read_confirm(raw["confirm"]) if "confirm" in raw else None,
        revising=_read_slot(raw["revising"]) if "revising" in raw else None,
        menu=raw.get("menu", ""),
        last_tap=raw.get("last_tap", ""),
        last_tap_at=raw.get("last_tap_at", ""),
        burst=int(raw.get("burst", 0)),
        seen=tuple(raw.get("seen", ())),
        doubt=_read_doubt(raw["doubt"]) if "doubt" in raw else None,
        listed=tuple((data, label) for data, label in raw.get("listed", ())),
    )


def encode_body(body: Body) -> str:
    """Return a message as a JSON object."""
    return _dump(
        sparse(
            text=body.text,
            choices=[_button(button) for button in body.choices],
            keys=[_button(button) for button in body.keys],
            hint=body.hint,
            many=body.many,
            template=_template(body.template) if body.template else None,
            ack=body.ack,
            language=body.language,
            file=_file(body.file) if body.file else None,
        )
    )


def decode_body(text: str) -> Body:
    """Return the message in a JSON object; raise ValueError if it is none."""
    raw = _load(text, dict)
    return Body(
        text=raw.get("text", ""),
        choices=tuple(_read_button(button) for button in raw.get("choices", ())),
        keys=tuple(_read_button(button) for button in raw.get("keys", ())),
        hint=raw.get("hint", ""),
        many=raw.get("many", False),
        template=_read_template(raw["template"]) if "template" in raw else None,
        ack=raw.get("ack", ""),
        language=raw.get("language", ""),
        file=_read_file(raw["file"]) if "file" in raw else None,
    )


def plain(values: Sequence[Value]) -> object:
    """Return the values as a reader of JSON expects them.

    One value stands alone and several are a list: codes of choices, ISO 8601 strings, numbers, ids
    of documents. None where there is no value.
    """
    if not values:
        return None
    several = [to_plain(value) for value in values]
    return several[0] if len(several) == 1 else several


def _file(file: Attached) -> list[str]:
    return [file.name, file.mime, b64encode(file.content).decode()]


def _read_file(raw: Sequence[str]) -> Attached:
    return Attached(raw[0], raw[1], b64decode(raw[2]))


def _dump(raw: object) -> str:
    text = _READABLE.encode(raw)
    try:
        text.encode()
    except UnicodeEncodeError:
        # Half of a surrogate pair, as services do send: only its escaped form can be stored.
        return _ESCAPED.encode(raw)
    return text


def _load(text: str, kind: type) -> Any:
    raw = json.loads(text)
    if not isinstance(raw, kind):
        raise ValueError(f"expected a JSON {kind.__name__}")  # noqa: TRY004 - a bad text, not a bad call
    return raw


def _slot(slot: Slot) -> list[object]:
    return [slot.link_id, *slot.instance]


def _read_slot(raw: Sequence[Any]) -> Slot:
    return Slot(raw[0], tuple(raw[1:]))


def _confirm(confirm: Confirm) -> dict[str, object]:
    return sparse(
        kind=confirm.kind.value,
        response=confirm.response,
        slot=_slot(confirm.slot) if confirm.slot else None,
        value=confirm.value,
    )


def _read_confirm(raw: Mapping[str, Any]) -> Confirm:
    return Confirm(
        kind=ConfirmKind(raw["kind"]),
        response=ResponseId(raw["response"]) if "response" in raw else None,
        slot=_read_slot(raw["slot"]) if "slot" in raw else None,
        value=raw.get("value", ""),
    )


def _doubt(doubt: Doubt) -> list[object]:
    return [doubt.at.isoformat(), doubt.misses, doubt.asked]


def _read_doubt(raw: Sequence[Any]) -> Doubt:
    return Doubt(datetime.fromisoformat(raw[0]), raw[1], raw[2])


def _button(button: Button) -> dict[str, object]:
    return sparse(data=button.data, label=button.label, detail=button.detail, picked=button.picked)


def _read_button(raw: Mapping[str, Any]) -> Button:
    return Button(
        data=raw.get("data", ""),
        label=raw.get("label", ""),
        detail=raw.get("detail", ""),
        picked=raw.get("picked", False),
    )


def _template(template: Template) -> dict[str, object]:
    return sparse(
        name=template.name,
        language=template.language,
        parameters=list(template.parameters),
        payloads=list(template.payloads),
    )


def _read_template(raw: Mapping[str, Any]) -> Template:
    return Template(
        name=raw.get("name", ""),
        language=raw.get("language", ""),
        parameters=tuple(raw.get("parameters", ())),
        payloads=tuple(raw.get("payloads", ())),
    )
