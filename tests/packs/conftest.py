"""A small pack to break in every way."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

Json = dict[str, Any]
SYSTEM = "https://example.org/codes"


def option(code: str, label: str) -> Json:
    return {"valueCoding": {"system": SYSTEM, "code": code, "display": label}}


def ours(name: str, text: str) -> Json:
    return {"url": f"https://yorisoi.example/fhir/StructureDefinition/{name}", "valueString": text}


QUESTIONNAIRE: Json = {
    "resourceType": "Questionnaire",
    "id": "short",
    "url": "https://example.org/short",
    "version": "1",
    "status": "draft",
    "item": [
        {
            "linkId": "well",
            "extension": [ours("helper", "Is {first_name} well?"), ours("why", "To know how it goes.")],
            "text": "Are you well?",
            "type": "choice",
            "answerOption": [option("yes", "Yes"), option("no", "No")],
        }
    ],
}
PROTOCOL: Json = {
    "id": "small",
    "version": "1",
    "title": "A small pack",
    "status": "draft",
    "languages": ["en"],
    "intake": ["short"],
    "anchors": ["infusion"],
    "ladders": {"gentle": [{"after": "P1D", "action": "remind"}]},
    "steps": [
        {
            "id": "M1",
            "anchor": "infusion",
            "offset": "P1M",
            "kind": "checkin",
            "questionnaire": "short",
            "ladder": "gentle",
        }
    ],
}
FLAGS: Json = {
    "rules": [
        {
            "id": "R1",
            "level": "RED",
            "when": {"item": "well", "op": "=", "value": "no"},
            "staffText": "Not well.",
        }
    ]
}


class SmallPack:
    """Files of a pack, changed before they are read."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.files: dict[str, Json] = {
            "short.questionnaire.json": QUESTIONNAIRE,
            "protocol.json": PROTOCOL,
            "flags.json": FLAGS,
        }
        self.files = json.loads(json.dumps(self.files))

    def write(self) -> Path:
        for name, content in self.files.items():
            (self.folder / name).write_text(json.dumps(content), encoding="utf-8")
        return self.folder

    def change(self, change: Callable[[dict[str, Json]], object]) -> Path:
        change(self.files)
        return self.write()

    @property
    def item(self) -> Json:
        return self.files["short.questionnaire.json"]["item"][0]

    @property
    def rule(self) -> Json:
        return self.files["flags.json"]["rules"][0]


@pytest.fixture
def small(tmp_path: Path) -> SmallPack:
    return SmallPack(tmp_path)
