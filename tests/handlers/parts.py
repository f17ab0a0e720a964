"""A small intake in three parts, and a desk that walks it: the later parts hang on answers of the first."""

import json
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from handlers.core.buttons import answer_data
from handlers.core.case import Response
from handlers.core.events import Chose
from handlers.core.protocol import Protocol
from storage.protocols import read_pack
from tests.handlers.desk import Desk

HIDDEN = "http://hl7.org/fhir/StructureDefinition/questionnaire-hidden"
OURS = "https://yorisoi.example/fhir/StructureDefinition/"
CONSENT = ("health", "abroad", "messages")


def question(link_id: str, *codes: str, when: tuple[str, str] | None = None, **more: Any) -> dict[str, Any]:
    """Return a choice with these codes (yes and no if none are given), asked when another says so."""
    options = [{"valueCoding": {"code": code, "display": code.title()}} for code in codes or ("yes", "no")]
    item = {"linkId": link_id, "type": "choice", "text": f"{link_id}?", "answerOption": options, **more}
    if when is not None:
        item["enableWhen"] = [
            {"question": when[0], "operator": "=", "answerCoding": {"code": when[1]}},
        ]
    return item


def carried(link_id: str, *codes: str) -> dict[str, Any]:
    """Return a question of an earlier part as a later one carries it."""
    marks = [{"url": HIDDEN, "valueBoolean": True}, {"url": OURS + "carried", "valueBoolean": True}]
    return question(link_id, *codes, extension=marks)


def form(name: str, *items: dict[str, Any]) -> dict[str, Any]:
    """Return a questionnaire."""
    return {
        "resourceType": "Questionnaire",
        "id": name,
        "url": f"https://example.org/{name}",
        "version": "1",
        "title": name.title(),
        "status": "draft",
        "item": list(items),
    }


FIRST = form(
    "first",
    *(question(f"ok.{purpose}") for purpose in CONSENT),
    question("ill"),
    question("since", "long", "short", when=("ill", "yes")),
    question("send", "send", "later"),
)
SECOND = form(
    "second",
    carried("ill"),
    carried("since", "long", "short"),
    question("tired", when=("ill", "yes")),
    question("worse", when=("since", "long")),
    question("walk"),
)
THIRD = form(
    "third",
    carried("walk"),
    question("fall", when=("walk", "no")),
    question("sleep"),
    question("hour", "pm", "any"),
)
PROTOCOL: dict[str, Any] = {
    "id": "parts",
    "version": "7",
    "title": "An intake in parts",
    "status": "draft",
    "languages": ["en"],
    "intake": ["first", {"questionnaire": "second", "minutes": 4}, {"questionnaire": "third"}],
    "effects": {
        **{f"ok.{purpose}": f"consent:{purpose}" for purpose in CONSENT},
        "send": "submit",
        "hour": "best-time",
    },
    "unfinished": [
        {"after": "P1D", "action": "remind"},
        {"after": "P3D", "action": "remind"},
        {"after": "P10D", "action": "remind"},
        {"after": "P14D", "action": "task"},
    ],
}


def rule(name: str, when: dict[str, Any], level: str = "REVIEW") -> dict[str, Any]:
    """Return a rule of the pre-screen."""
    return {"id": name, "level": level, "when": when, "staffText": f"Rule {name}.", "sources": ["a source"]}


ILL = {"item": "ill", "op": "=", "value": "yes"}
RULES = [
    rule("ILL", ILL),
    rule("BOTH", {"all": [ILL, {"item": "walk", "op": "=", "value": "no"}]}),
    rule("FALL", {"item": "fall", "op": "=", "value": "yes"}),
    rule("ASK", {"item": "sleep", "op": "missing"}, "MISSING"),
]


def write(folder: Path, **files: dict[str, Any]) -> Path:
    """Write the pack, `files` in place of its own (by name without ending)."""
    own = {f"{each['id']}.questionnaire": each for each in (FIRST, SECOND, THIRD)}
    for name, content in {**own, "protocol": PROTOCOL, "prescreen": {"rules": RULES}, **files}.items():
        (folder / f"{name}.json").write_text(json.dumps(content), encoding="utf-8")
    return folder


@cache
def protocol() -> Protocol:
    """Return the pack, read."""
    with TemporaryDirectory() as folder:
        return read_pack(write(Path(folder)))


@dataclass
class PartsDesk(Desk):
    """A desk whose clinic asks in parts."""

    def __post_init__(self) -> None:
        super().__post_init__()
        self.around = replace(self.around, protocol=protocol())

    def walk(self, *answers: str) -> "PartsDesk":
        """Type these answers."""
        for answer in answers:
            self.say(answer)
        return self

    def sent(self, ill: str = "Yes", *more: str) -> "PartsDesk":
        """Answer the first part and send it."""
        self.start()
        return self.walk("Yes", "Yes", "Yes", ill, *(more or (("Short",) if ill == "Yes" else ())), "Send")

    def change(self, response: Response, link_id: str, code: str) -> None:
        """Tap an old button: another answer to a question of this response, and Yes, it is meant."""
        form = next(
            q for q in self.around.protocol.questionnaires.values() if q.url == response.questionnaire
        )
        options = [option.code for option in form.item(link_id).options]
        self.take(Chose(answer_data(response.id, form.order[link_id], (), str(options.index(code)), "")))
        self.say("Yes")
