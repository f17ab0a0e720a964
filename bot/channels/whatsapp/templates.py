"""The protocol's templates in Meta's words: how one is asked for, how one is read, what is amiss. Pure.

Facts: channels.md 3.2, 3.3 and 3.10. A button's label has room for 25 characters.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType
from typing import Any, Final

from bot.channels.loose_json import mapping, text
from handlers.core.limits import utf16_units
from handlers.core.templates import TemplateKind, reply_key, text_key
from handlers.ports import Catalogs

UTILITY: Final = "UTILITY"
APPROVED: Final = "APPROVED"
MISSING: Final = "MISSING"
"""Our own word for a template that Meta does not have."""

MOST_TEXT: Final = 1024
MOST_LABEL: Final = 25
EXAMPLES: Final[Mapping[str, str]] = MappingProxyType(
    {"first_name": "Patient A", "clinic_short": "the clinic"}
)
"""What stands for a value where Meta's reviewers read the template."""

_CODES: Final[Mapping[str, str]] = MappingProxyType({"zh-Hans": "zh_CN", "zh-Hant": "zh_TW"})
_PLACE: Final = re.compile(r"\{(\w+)\}")
_NUMBER: Final = re.compile(r"\{\{\d+\}\}")
_AT_AN_END: Final = re.compile(r"^\W*\{\{|\}\}[^\w}]*$")
_SIDE_BY_SIDE: Final = re.compile(r"\}\}\s*\{\{")


class Amiss(StrEnum):
    """Why a template can't be sent, or soon can't. The values are keys of texts."""

    MISSING = "missing"
    PENDING = "pending"
    STOPPED = "stopped"
    CATEGORY = "category"
    OTHER_TEXT = "other_text"


@dataclass(frozen=True, slots=True)
class Wanted:
    """A template as we want it: `language` is Meta's code, `text` has {{1}} where a value stands."""

    name: str
    language: str
    text: str
    examples: tuple[str, ...]
    replies: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Found:
    """A template as Meta has it. Its words of status and category are Meta's own."""

    name: str
    language: str
    status: str
    category: str
    quality: str = ""
    text: str = ""
    replies: tuple[str, ...] = ()


def code_of(language: str) -> str:
    """Return Meta's code of a language of ours."""
    return _CODES.get(language, language)


def wanted(catalogs: Catalogs, languages: Iterable[str], kinds: Sequence[TemplateKind]) -> list[Wanted]:
    """Return every template of `kinds` in every language."""
    return [_wanted(catalogs, language, kind) for language in languages for kind in kinds]


def creation(template: Wanted) -> Mapping[str, Any]:
    """Return the body of the call that asks Meta for a template."""
    body = {"type": "BODY", "text": template.text, "example": {"body_text": [list(template.examples)]}}
    replies = [{"type": "QUICK_REPLY", "text": label} for label in template.replies]
    return {
        "name": template.name,
        "language": template.language,
        "category": UTILITY,
        "components": [body, {"type": "BUTTONS", "buttons": replies}],
    }


def found_in(answer: Mapping[str, Any]) -> Iterator[Found]:
    """Yield the templates of one page of Meta's list; what is no template is left out."""
    listed = answer.get("data")
    for one in map(mapping, listed if isinstance(listed, list) else []):
        if text(one.get("name")) and text(one.get("language")):
            yield _found(one)


def next_page(answer: Mapping[str, Any]) -> str:
    """Return the cursor of the list's next page, or ""."""
    paging = mapping(answer.get("paging"))
    return text(mapping(paging.get("cursors")).get("after")) if paging.get("next") else ""


def amiss(template: Wanted, found: Found | None) -> Amiss | None:
    """Return why `template` can't be sent as we want it, or None."""
    if found is None:
        return Amiss.MISSING
    if wrong := amiss_in(found.status, found.category):
        return wrong
    is_ours = (found.text, found.replies) == (template.text, template.replies)
    return None if is_ours else Amiss.OTHER_TEXT


def amiss_in(status: str, category: str) -> Amiss | None:
    """Return what Meta's words of a template say against sending it."""
    match status:
        case "" | "MISSING" | "DELETED" | "PENDING_DELETION":
            return Amiss.MISSING
        case "PENDING" | "IN_APPEAL":
            return Amiss.PENDING
        case "APPROVED" | "REINSTATED" | "UNPAUSE" | "UNPAUSED":
            return None if category in {"", UTILITY} else Amiss.CATEGORY
        case _:
            return Amiss.STOPPED


def is_stopped(status: str, category: str) -> bool:
    """Say whether Meta has stopped a template: it is not to be tried while this holds.

    What nobody has told us of is tried: Meta says then what it makes of it.
    """
    return status in {"PAUSED", "DISABLED", "REJECTED", MISSING} or category not in {"", UTILITY}


def faults_of(template: Wanted) -> Iterator[str]:
    """Yield what Meta would refuse a template for."""
    if utf16_units(template.text) > MOST_TEXT:
        yield f"has more than {MOST_TEXT} characters"
    if _AT_AN_END.search(template.text):
        yield "begins or ends with a value"
    if _SIDE_BY_SIDE.search(template.text):
        yield "has two values side by side"
    numbers = [int(number[2:-2]) for number in _NUMBER.findall(template.text)]
    if numbers != list(range(1, len(template.examples) + 1)):
        yield "does not name each of its values once, in their order"
    for label in template.replies:
        if not 0 < utf16_units(label) <= MOST_LABEL:
            yield f'has the button "{label}", which is not 1 to {MOST_LABEL} characters long'
    if len(set(template.replies)) < len(template.replies):
        yield "has two buttons that are alike"


def _wanted(catalogs: Catalogs, language: str, kind: TemplateKind) -> Wanted:
    catalog = catalogs.get(language)
    places = {name: f"{{{{{number}}}}}" for number, name in enumerate(kind.fields, 1)}
    words = catalog.template(text_key(kind.name))
    return Wanted(
        name=kind.name,
        language=code_of(language),
        text=_PLACE.sub(lambda place: places.get(place[1], place[0]), words),
        examples=tuple(EXAMPLES[name] for name in kind.fields),
        replies=tuple(catalog.template(reply_key(reply)) for reply in kind.replies),
    )


def _found(one: Mapping[str, Any]) -> Found:
    listed = one.get("components")
    parts = [mapping(part) for part in (listed if isinstance(listed, list) else [])]
    body = next((text(part.get("text")) for part in parts if part.get("type") == "BODY"), "")
    buttons: Any = next((part.get("buttons") for part in parts if part.get("type") == "BUTTONS"), [])
    replies = (text(mapping(button).get("text")) for button in (buttons if isinstance(buttons, list) else []))
    return Found(
        name=text(one.get("name")),
        language=text(one.get("language")),
        status=text(one.get("status")),
        category=text(one.get("category")),
        quality=text(mapping(one.get("quality_score")).get("score")),
        text=body,
        replies=tuple(replies),
    )
