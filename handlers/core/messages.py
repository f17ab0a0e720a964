"""What goes out: first without language (Say), then in the patient's words (Outbound)."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from handlers.core.frozen import quick


@quick
@dataclass(frozen=True, slots=True)
class Phrase:
    """A text of ours by its locale key (PO msgctxt), with the values to insert.

    A value that is itself a Phrase is looked up first; any other is shown as it is,
    isolated from the direction of the text around it. `default` is shown where no catalog has
    the key: only questionnaires that came without locale files have one.
    """

    key: str
    values: Mapping[str, "str | Phrase"] = field(default_factory=dict)
    default: str = ""


@quick
@dataclass(frozen=True, slots=True)
class Choice:
    """One button or row, before it is worded. `data` comes back in Chose.data."""

    data: str
    label: Phrase
    detail: Phrase | None = None
    picked: bool = False


@dataclass(frozen=True, slots=True)
class Sheet:
    """A file of plain words to send along, before they are worded: its name, and its lines."""

    name: str
    lines: tuple[Phrase, ...]


@quick
@dataclass(frozen=True, slots=True)
class Say:
    """One message without language: texts joined by blank lines, then choices.

    `keys` are the side doors (Skip, Back, Why) that stand apart from the choices.
    `card` marks fixed safety texts: they use the lane that waits for nothing.
    """

    texts: tuple[Phrase, ...]
    choices: tuple[Choice, ...] = ()
    keys: tuple[Choice, ...] = ()
    hint: Phrase | None = None
    many: bool = False
    card: bool = False
    about: str = ""
    sheet: Sheet | None = None
    """What is sent along as a file; such a message has no buttons."""


@quick
@dataclass(frozen=True, slots=True)
class Button:
    """A choice in the patient's language, ready to be shown."""

    data: str
    label: str
    detail: str = ""
    picked: bool = False


Listed = tuple[tuple[str, str], ...]
"""The rows of a list that was shown: a button's id, and what stands on it."""


class Lane(StrEnum):
    """In which order a message leaves (DESIGN.md, the second walk)."""

    TURN = "turn"
    CARD = "card"
    STAFF = "staff"


@dataclass(frozen=True, slots=True)
class Template:
    """A pre-approved WhatsApp template: name, parameters in order, payloads of its quick replies."""

    name: str
    language: str
    parameters: tuple[str, ...] = ()
    payloads: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Attached:
    """A file that goes out with a message, whole: a picture by its `mime`, else a document."""

    name: str
    mime: str
    content: bytes


@quick
@dataclass(frozen=True, slots=True)
class Body:
    """A message in the patient's language, before a channel renders it.

    `choices` answer the question, `keys` are Skip, Back, Why and the like. `numbered` means that
    an option may also be answered by its number. `many` means several may be picked.
    `template` is used by WhatsApp when its 24-hour window is closed. `language` is that of the
    texts, for the words that a channel adds of its own.
    """

    text: str
    choices: tuple[Button, ...] = ()
    keys: tuple[Button, ...] = ()
    hint: str = ""
    many: bool = False
    template: Template | None = None
    ack: str = ""
    language: str = ""
    file: Attached | None = None


@dataclass(frozen=True, slots=True)
class Outbound:
    """A message to hand to a channel: where to, what, and the marks that make it traceable.

    `taken` parts of it (of those that the channel makes of a long one) have arrived before.
    """

    outbox_id: str
    attempt: int
    address: str
    body: Body
    window_open: bool = True
    taken: int = 0
