"""Talk through a questionnaire in a test: what is said and tapped goes in, the turns come out."""

import json
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any

from handlers.core import step as engine
from handlers.core.buttons import answer_data
from handlers.core.case import Dialogue, Response, ResponseStatus
from handlers.core.codec import plain
from handlers.core.events import Chose, Said
from handlers.core.fhir import read_questionnaire
from handlers.core.limits import LIMITS
from handlers.core.messages import Choice, Phrase, Say
from handlers.core.questionnaire import Questionnaire
from handlers.core.turn import Scene, Turn, Words
from handlers.core.understanding import build_words
from handlers.core.values import AnsweredBy, ChannelKind, ResponseId, Slot
from locales.po import read_po_file

ROOT = Path(__file__).parents[3]
NOON = datetime(2026, 11, 24, 12, tzinfo=UTC)
RESPONSE = ResponseId("r00000000001")


@cache
def words(language: str = "en") -> Words:
    """Return the real words of a language."""
    entries = read_po_file(ROOT / "locales" / language / "words.po").entries
    return build_words(language, {each.key: (each.forms[0] or each.source[0]) for each in entries}, {})


def load(name: str) -> Questionnaire:
    """Return one of the tiny questionnaires in tests/questionnaires."""
    path = ROOT / "tests" / "questionnaires" / f"{name}.json"
    return read_questionnaire(json.loads(path.read_text()), source=path.name)


def made(*items: dict[str, Any], **more: Any) -> Questionnaire:
    """Return a questionnaire of these items."""
    return read_questionnaire(
        {"resourceType": "Questionnaire", "id": "q", "item": list(items), **more}, source="made.json"
    )


def choice(link_id: str, *codes: str, **more: Any) -> dict[str, Any]:
    """Return a choice item with these codes as options; a code with ! is exclusive."""
    return {
        "linkId": link_id,
        "type": "choice",
        "text": link_id,
        "answerOption": [_option(c) for c in codes],
        **more,
    }


def when(question: str, operator: str, **answer: Any) -> dict[str, Any]:
    """Return an enableWhen."""
    return {"question": question, "operator": operator, **answer}


def _option(code: str) -> dict[str, Any]:
    option: dict[str, Any] = {"valueCoding": {"code": code.rstrip("!"), "display": code.rstrip("!").title()}}
    if code.endswith("!"):
        url = "http://hl7.org/fhir/StructureDefinition/questionnaire-optionExclusive"
        option["extension"] = [{"url": url, "valueBoolean": True}]
    return option


@dataclass
class Talk:
    """A conversation about one questionnaire: it remembers the turns."""

    questionnaire: Questionnaire
    channel: ChannelKind = ChannelKind.TELEGRAM
    more: dict[str, Any] = field(default_factory=dict)
    turns: list[Turn] = field(default_factory=list)

    @property
    def scene(self) -> Scene:
        """Return the scene as it stands now."""
        answers = self.turns[-1].answers if self.turns else {}
        response = Response(
            RESPONSE, self.questionnaire.url, "1", ResponseStatus.IN_PROGRESS, NOON, answers=answers
        )
        return replace(
            Scene(
                questionnaire=self.questionnaire,
                response=response,
                dialogue=self.turns[-1].dialogue if self.turns else Dialogue(),
                now=NOON,
                by=AnsweredBy.PATIENT,
                source="m1",
                words=words(),
                limits=LIMITS[self.channel],
            ),
            **self.more,
        )

    def begin(self) -> "Talk":
        """Open or resume."""
        return self._took(engine.begin(self.scene))

    def say(self, *texts: str) -> "Talk":
        """Type these texts, one after the other."""
        for text in texts:
            self._took(engine.step(self.scene, Said(text)))
        return self

    def tap(self, link_id: str, *codes: str, instance: tuple[int, ...] = ()) -> "Talk":
        """Tap these buttons of a question: an option's code, or yes, no, done, skip …"""
        for code in codes:
            self.press(self.data(link_id, code, instance))
        return self

    def press(self, data: str) -> "Talk":
        """Tap the button with this id."""
        return self._took(engine.step(self.scene, Chose(data)))

    def press_label(self, key: str) -> "Talk":
        """Tap the button of the last message with this label."""
        return self.press(next(each.data for each in self.buttons if each.label.key == key))

    def do(self, action: Any, *arguments: Any) -> "Talk":
        """Take one of the engine's other steps: back, skip, why, revise, receive_file."""
        return self._took(action(self.scene, *arguments))

    def data(self, link_id: str, code: str, instance: tuple[int, ...] = ()) -> str:
        """Return the id of a button of a question."""
        codes = [option.code for option in self.questionnaire.item(link_id).options]
        name, _, tag = code.partition("-")
        name = str(codes.index(name)) if name in codes else name
        return answer_data(RESPONSE, self.questionnaire.order[link_id], instance, name, tag)

    @property
    def turn(self) -> Turn:
        """Return the last turn."""
        return self.turns[-1]

    @property
    def last(self) -> Say:
        """Return the last message of the last turn."""
        return self.turn.says[-1]

    @property
    def buttons(self) -> tuple[Choice, ...]:
        """Return the buttons of the last message, side doors included."""
        return (*self.last.choices, *self.last.keys)

    @property
    def labels(self) -> list[str]:
        """Return the choices of the last message as shown without a catalog."""
        return [shown(each.label) for each in self.last.choices]

    @property
    def doors(self) -> list[str]:
        """Return the side doors of the last message by their last word, without those of every question."""
        own = (each.label.key for each in self.last.keys if not each.label.key.startswith("talk."))
        return [key.rpartition(".")[2] for key in own]

    @property
    def keys(self) -> list[str]:
        """Return the keys of all texts of the last turn, in order."""
        return [text.key for say in self.turn.says for text in say.texts]

    @property
    def asked(self) -> str:
        """Return the place of the open question, empty at the end."""
        return str(self.turn.dialogue.asked or "")

    @property
    def answers(self) -> dict[str, object]:
        """Return all answers as plain values."""
        return {str(slot): plain(answer.values) for slot, answer in self.turn.answers.items()}

    def _took(self, turn: Turn) -> "Talk":
        self.turns.append(turn)
        return self


def talk(questionnaire: Questionnaire, **more: Any) -> Talk:
    """Return a conversation whose first question has been asked."""
    channel = more.pop("channel", ChannelKind.TELEGRAM)
    return Talk(questionnaire, channel, more).begin()


def shown(phrase: Phrase) -> str:
    """Return a phrase as its default, or as its key."""
    return phrase.default or phrase.key


def slot(link_id: str, *instance: int) -> Slot:
    """Return a slot."""
    return Slot(link_id, instance)
