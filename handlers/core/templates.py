"""The message templates of the protocol: what WhatsApp must have approved before the first check-in (pure).

A template's words stand in the catalogs as `templates.<name>`. Its name is its version: other words
need another name, because an approved text is never edited (channels.md 3.10).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from handlers.core.messages import Choice, Phrase, Say, Template


@dataclass(frozen=True, slots=True)
class TemplateKind:
    """One template: the values it takes, by the order of their numbers, and its quick replies."""

    name: str
    fields: tuple[str, ...]
    replies: tuple[str, ...] = ("start", "later", "stop")

    def filled(self, language: str, values: Sequence[str], payloads: Sequence[str]) -> Template:
        """Return the template with its values and with what each quick reply sends back."""
        return Template(self.name, language, tuple(values), tuple(payloads))


CHECK_IN: Final = TemplateKind("checkin_start_v1", ("first_name", "clinic_short"))
INTAKE_REMINDER: Final = TemplateKind("intake_reminder_v1", ("first_name", "clinic_short"))
MESSAGE_WAITING: Final = TemplateKind("message_waiting_v1", ("first_name", "clinic_short"), ("read",))
"""Something of the clinic's waits, a doctor's decision for one; it does not say what."""
HELPER_ASKED: Final = TemplateKind("helper_asked_v1", ("clinic_short",), ("read",))
"""To a helper, when the patient has not answered: it names neither the patient nor the reason."""
PAGE_LINK: Final = TemplateKind("page_link_v1", ("clinic_short",))
"""In place of the others where WhatsApp carries links alone: it names neither the patient nor the reason."""

KINDS: Final[Mapping[str, TemplateKind]] = {
    kind.name: kind for kind in (CHECK_IN, INTAKE_REMINDER, MESSAGE_WAITING, HELPER_ASKED, PAGE_LINK)
}

WINDOW_CODES: Final = frozenset({"window-closed", "no-template", "131047"})
"""Why a message is held that has no template; any other reason is about the template that it has."""


def spoken(template: Template) -> Say:
    """Return a message that says what a template says, with its quick replies."""
    kind = KINDS[template.name]
    values = dict(zip(kind.fields, template.parameters, strict=True))
    replies = zip(kind.replies, template.payloads, strict=True)
    choices = tuple(Choice(data, Phrase(reply_key(reply))) for reply, data in replies)
    return Say((Phrase(text_key(kind.name), values),), choices=choices)


def text_key(name: str) -> str:
    """Return the key of a template's words."""
    return f"templates.{name}"


def reply_key(reply: str) -> str:
    """Return the key of a quick reply's label."""
    return f"templates.button.{reply}"


def needed(*, links_only: bool) -> tuple[TemplateKind, ...]:
    """Return the templates that are sent in a content mode."""
    own = (PAGE_LINK,) if links_only else (CHECK_IN, INTAKE_REMINDER, MESSAGE_WAITING)
    return (*own, HELPER_ASKED)


class Need(StrEnum):
    """What a planned contact is, as far as its template goes."""

    CHECK_IN = "check-in"
    REMINDER = "reminder"
    """Of an unfinished intake."""
    NOTICE = "notice"
    """Words without a question: what to prepare, news of the cells."""


_FOR: Final[Mapping[Need, TemplateKind]] = {
    Need.CHECK_IN: CHECK_IN,
    Need.REMINDER: INTAKE_REMINDER,
    Need.NOTICE: MESSAGE_WAITING,
}


def needed_for(need: Need, *, links_only: bool) -> TemplateKind:
    """Return the template that opens a planned contact."""
    return PAGE_LINK if links_only else _FOR[need]
