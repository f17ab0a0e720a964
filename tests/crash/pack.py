"""A small pack: an intake of four questions and three check-ins of two, so that a run holds many."""

import json
from pathlib import Path

from babel.messages import pofile

SHIPPED = Path(__file__).parents[2] / "handlers/protocols/parkinson-cell-therapy"
BASE = "https://yorisoi.example/fhir"
INTAKE = "crash-intake"
STEPS = (("M1", "P1M", "P7D"), ("M3", "P3M", "P14D"), ("M6", "P6M", "P21D"))
EXTENSION = f"{BASE}/StructureDefinition"


def write_pack(folder):
    """Write the pack into `folder`, which is made."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, items in _questionnaires():
        _write(folder / f"{name}.questionnaire.json", _questionnaire(name, items))
    _write(folder / "protocol.json", _protocol())
    (folder / "locales").mkdir(exist_ok=True)
    _write_texts(folder / "locales" / "en.po")
    return folder


def _write_texts(path):
    """Take the shipped pack's cards and consents: the product says them whatever the questions are."""
    with (SHIPPED / "locales" / "en.po").open("rb") as file:
        shipped = pofile.read_po(file)
    for message in list(shipped):
        if message.id and "#" in (message.context or ""):
            shipped.delete(message.id, message.context)
    with path.open("wb") as file:
        pofile.write_po(file, shipped)


def _questionnaires():
    yield (
        INTAKE,
        [
            _choice("consent.health", "May we keep your answers?", ("yes", "Yes, I agree"), ("no", "No")),
            _choice("consent.messages", "May we write to you?", ("yes", "Yes"), ("no", "No")),
            _words("note", "What should we know?"),
            _choice("end.send", "Send your answers?", ("send", "Send now"), ("later", "Save for later")),
        ],
    )
    for step, _, _ in STEPS:
        yield (
            f"crash-{step.lower()}",
            [
                _choice(f"{step}.feel", "How do you feel?", ("better", "Better"), ("same", "No change")),
                _choice(f"{step}.walk", "How do you walk?", ("well", "Well"), ("hard", "With effort")),
            ],
        )


def _questionnaire(name, items):
    return {
        "resourceType": "Questionnaire", "id": name, "url": f"{BASE}/Questionnaire/{name}",
        "version": "1.0.0", "title": name, "status": "draft", "subjectType": ["Patient"], "item": items,
    }  # fmt: skip


def _choice(link_id, text, *options):
    system = f"{BASE}/CodeSystem/intake"
    listed = [{"valueCoding": {"system": system, "code": code, "display": label}} for code, label in options]
    return _item(link_id, text, "choice") | {"answerOption": listed}


def _words(link_id, text):
    return _item(link_id, text, "text") | {"maxLength": 200}


def _item(link_id, text, kind):
    extras = [
        {"url": f"{EXTENSION}/skippable", "valueBoolean": False},
        {"url": f"{EXTENSION}/why", "valueString": "So that a test can ask it."},
    ]
    return {"linkId": link_id, "text": text, "type": kind, "required": True, "extension": extras}


def _protocol():
    shipped = json.loads((SHIPPED / "protocol.json").read_text(encoding="utf-8"))
    return {
        "texts": shipped["texts"], "cards": shipped["cards"],
        "id": "crash", "version": "1.0.0", "title": "A pack for tests", "status": "draft, for tests",
        "languages": ["en"], "intake": [INTAKE], "anchors": ["infusion"], "ladders": {},
        "steps": [
            {
                "id": step, "anchor": "infusion", "offset": offset, "kind": "checkin",
                "questionnaire": f"crash-{step.lower()}", "windowBefore": "P3D", "windowAfter": window,
            }
            for step, offset, window in STEPS
        ],
        "effects": {
            "consent.health": "consent:health", "consent.messages": "consent:messages", "end.send": "submit",
        },
    }  # fmt: skip


def _write(path, content):
    path.write_text(json.dumps(content, indent=1), encoding="utf-8")
