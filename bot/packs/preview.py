"""A pack's words as a patient will see them, made by what sends them: nothing here has a look of its own."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from enum import StrEnum
from io import StringIO
from typing import Any, Final, assert_never

from rich.console import Console

from bot.channels.printed import print_body
from bot.channels.telegram import render as telegram
from bot.channels.whatsapp import render as whatsapp
from bot.channels.whatsapp.words import words_from
from bot.surroundings import Surroundings
from handlers.core.asking import question
from handlers.core.case import Case, Clinic, Contact, Dialogue, Patient, Response, ResponseStatus, Stage
from handlers.core.limits import LIMITS
from handlers.core.messages import Body, Button, Phrase, Say
from handlers.core.questionnaire import Item, ItemType, Questionnaire
from handlers.core.showing import item_text
from handlers.core.turn import Scene
from handlers.core.values import (
    AnsweredBy,
    ChannelKind,
    ContactId,
    ContactPoint,
    Language,
    PatientId,
    ResponseId,
    Slot,
)
from handlers.errors import SendRejected
from handlers.neutral import neutralised
from handlers.wording import Wording, pieces
from handlers.world import World

_WIDTH: Final = 76
_UNSAVED: Final = "preview.unsaved"
"""A key that no catalog has: its default is said."""
_RESPONSE: Final = ResponseId("preview")


class Look(StrEnum):
    """Where a patient reads it. WhatsApp has two: with the content, or with links to our page alone."""

    WEB = "web"
    TELEGRAM = "telegram"
    WHATSAPP = "whatsapp"
    WHATSAPP_LINK = "whatsapp-link"
    TERMINAL = "terminal"


@dataclass(frozen=True, slots=True)
class Setting:
    """In front of whom the words are shown."""

    look: Look
    language: str
    helper: bool = False

    @property
    def channel(self) -> ChannelKind:
        """Return the channel."""
        return ChannelKind.WHATSAPP if self.look is Look.WHATSAPP_LINK else ChannelKind(self.look.value)


@dataclass(frozen=True, slots=True)
class Key:
    """A button or a row of a list."""

    label: str
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Bubble:
    """One message as it arrives. `rows` are buttons as they stand, `opens` names the button of a list.

    `listed` are the list's rows, `footer` the small print, `is_plain` says that every space counts.
    """

    text: str
    hint: str = ""
    rows: tuple[tuple[Key, ...], ...] = ()
    opens: str = ""
    listed: tuple[Key, ...] = ()
    footer: str = ""
    is_plain: bool = False


@dataclass(frozen=True, slots=True)
class Shown:
    """One question or text: its linkId, its messages, and why the service would refuse it (a code)."""

    link_id: str
    bubbles: tuple[Bubble, ...] = ()
    refused: str = ""
    has_condition: bool = False
    again: tuple[Bubble, ...] = ()
    """How it is asked again, with numbers to type, when an answer was not understood."""


class Preview:
    """Shows words of one pack to one kind of reader."""

    def __init__(self, around: Surroundings, clinic: Clinic, setting: Setting) -> None:
        """Take the pack's surroundings; the patient is an example."""
        is_link = setting.look is Look.WHATSAPP_LINK
        links = frozenset({ChannelKind.WHATSAPP}) if is_link else frozenset()
        self._setting = setting
        self._world: World = replace(
            around.world(clinic), links_only=links, default_language=setting.language
        )
        self._case = _example(clinic, setting, self._world)
        self._whatsapp = words_from(around.catalogs, setting.language)

    def questionnaire(self, form: Questionnaire) -> list[Shown]:
        """Return every question and text of a questionnaire in order, those under a condition too."""
        found = [self._item(form, item) for item in form.walk() if self._is_shown(form, item)]
        # However many questions there are, a link is all that stands there.
        return found[:1] if self._setting.look is Look.WHATSAPP_LINK else found

    def words(self, text: str) -> Shown:
        """Return words that are not kept yet: those of a card, or of an answer to a common question."""
        return self._shown("", Say((Phrase(_UNSAVED, default=text),))) if text else Shown("")

    def _is_shown(self, form: Questionnaire, item: Item) -> bool:
        if item.is_silent or item.link_id in form.unspoken(self._setting.language):
            return False
        parent = form.by_link_id.get(item.group_path[-1]) if item.group_path else None
        # A note stands in its question's message.
        return item.is_question or (
            item.type is ItemType.DISPLAY and not (parent and parent.is_question and item.is_note)
        )

    def _item(self, form: Questionnaire, item: Item) -> Shown:
        scene, slot = self._scene(form), Slot(item.link_id, (0,) * len(item.repeating))
        if not item.is_question:
            return self._shown(item.link_id, Say((item_text(scene, item),)), item)
        shown = self._shown(item.link_id, question(scene, (item, slot)), item)
        listed = question(scene, (item, slot), listed=True)
        is_link = self._setting.look is Look.WHATSAPP_LINK
        again = self._shown(item.link_id, listed).bubbles if item.options and not is_link else ()
        return replace(shown, again=again if again != shown.bubbles else ())

    def _shown(self, link_id: str, say: Say, item: Item | None = None) -> Shown:
        if self._setting.look is Look.WHATSAPP_LINK:
            return self._link(link_id, say)
        body = Wording(self._case, self._world).body(say)
        has_condition = bool(item and item.enable_when)
        try:
            parts = pieces(body, LIMITS[self._setting.channel].text)
            bubbles = tuple(bubble for part in parts for bubble in self._bubbles(part))
        except SendRejected as error:
            return Shown(link_id, refused=str(error), has_condition=has_condition)
        return Shown(link_id, bubbles, has_condition=has_condition)

    def _link(self, link_id: str, say: Say) -> Shown:
        """Return what stands there instead, without the code: nobody keeps the one that was made."""
        found = neutralised([(say, {})], self._case, self._world)
        body = Wording(self._case, self._world).body(found.says[0][0])
        for made in found.codes:
            body = replace(body, text=body.text.replace(made.code, "\N{HORIZONTAL ELLIPSIS}"))
        return Shown(link_id, tuple(self._bubbles(body)))

    def _bubbles(self, body: Body) -> Iterator[Bubble]:
        match self._setting.look:
            case Look.WEB:
                rows = tuple((_key(one),) for one in body.choices)
                yield Bubble(_plain(body.text), _plain(body.hint), (*rows, *_side_by_side(body.keys)))
            case Look.TELEGRAM:
                for part in telegram.render(body):
                    keyboard = (tuple(Key(key.label) for key in row) for row in part.keyboard)
                    yield Bubble(_plain(part.text), rows=tuple(keyboard))
            case Look.WHATSAPP | Look.WHATSAPP_LINK:
                message = whatsapp.render(body, self._whatsapp(body.language))
                if message is not None:
                    yield _of_whatsapp(message)
            case Look.TERMINAL:
                yield Bubble(_printed(body), is_plain=True)
            case unreachable:
                assert_never(unreachable)

    def _scene(self, form: Questionnaire) -> Scene:
        case, world = self._case, self._world
        response = Response(_RESPONSE, form.url, form.version, ResponseStatus.IN_PROGRESS, world.now)
        return Scene(
            questionnaire=form,
            response=response,
            dialogue=Dialogue(response=_RESPONSE),
            now=world.now,
            by=case.contact.by,
            source="preview",
            words=world.words(self._setting.language),
            limits=LIMITS[self._setting.channel],
            helper=self._setting.helper,
            vocabulary={"iso3166": world.places.countries(self._setting.language)},
            red=world.protocol.alarming,
            zone=case.patient.zone,
            birth_item=world.protocol.birth_item,
        )


def _example(clinic: Clinic, setting: Setting, world: World) -> Case:
    language, by = Language(setting.language), AnsweredBy.HELPER if setting.helper else AnsweredBy.PATIENT
    patient = Patient(
        PatientId("preview"),
        "YR-0000",
        stage=Stage.INTAKE,
        language=language,
        zone=clinic.zone,
        name=world.catalogs.get(setting.language).text("talk.the_patient"),
        country="JP",
    )
    contact = Contact(
        ContactId("preview"),
        ContactPoint(setting.channel, "main", "preview"),
        by=by,
        language=language,
        window_closes_at=world.now + timedelta(hours=1),
        last_heard_at=world.now,
    )
    return Case(clinic, patient, contact)


def _of_whatsapp(message: whatsapp.Message) -> Bubble:
    if message["type"] == "text":
        return Bubble(_plain(message["text"]["body"]))
    shown: dict[str, Any] = message["interactive"]
    text, footer = _plain(shown["body"]["text"]), shown.get("footer", {}).get("text", "")
    action = shown["action"]
    if shown["type"] == "button":
        rows = tuple((Key(button["reply"]["title"]),) for button in action["buttons"])
        return Bubble(text, rows=rows, footer=_plain(footer))
    listed = [Key(row["title"], row.get("description", "")) for row in action["sections"][0]["rows"]]
    return Bubble(text, opens=action["button"], listed=tuple(listed), footer=_plain(footer))


def _side_by_side(buttons: Sequence[Button]) -> tuple[tuple[Key, ...], ...]:
    return (tuple(_key(one) for one in buttons),) if buttons else ()


def _key(button: Button) -> Key:
    return Key(_plain(button.label), _plain(button.detail))


def _printed(body: Body) -> str:
    paper = StringIO()
    print_body(Console(file=paper, width=_WIDTH, highlight=False, color_system=None), body)
    return paper.getvalue().strip("\n")


def _plain(text: str) -> str:
    """Return a text without the marks that keep directions apart: browsers keep them apart themselves."""
    return text.translate(_UNSEEN)


_UNSEEN: Final = dict.fromkeys(range(0x2066, 0x206A))
