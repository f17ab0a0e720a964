"""What Meta says of our templates and our account: the one table of it (channels.md 3.9). Pure.

The table in docs/whatsapp.md is made from it (`python -m tools.whatsapp_tables`). A field that stands
nowhere is counted.
"""

import re
from collections.abc import Mapping
from typing import Any, Final

from bot.channels.loose_json import identity, mapping, number, text
from bot.channels.whatsapp.faults import ACTIONS, Action
from handlers.core.events import About, AccountNews, Happening, Other, TemplateNews

TEMPLATE_FIELDS: Final[Mapping[str, tuple[About, tuple[str, ...]]]] = {
    "message_template_status_update": (About.STATUS, ("event",)),
    "message_template_quality_update": (About.QUALITY, ("new_quality_score",)),
    # A change of category is announced a day ahead: what it will be counts from then on.
    "template_category_update": (About.CATEGORY, ("correct_category", "new_category")),
}
ACCOUNT_FIELDS: Final[Mapping[str, tuple[str, ...]]] = {
    "account_update": ("event",),
    "account_alerts": ("alert_type",),
    "account_review_update": ("decision",),
    "business_capability_update": (
        "max_daily_conversations_per_business",
        "max_daily_conversation_per_phone",
    ),
    "phone_number_name_update": ("decision",),
    "phone_number_quality_update": ("event",),
}
STOPS: Final = frozenset({"ACCOUNT_RESTRICTION", "ACCOUNT_VIOLATION", "DISABLED_UPDATE", "ACCOUNT_DELETED"})
LIFTED: Final = "REINSTATE"

# Only Meta's own words: free text could hold anything.
_WORD = re.compile(r"[A-Za-z0-9_.-]{1,64}", re.ASCII)
_NAME = re.compile(r"[a-z0-9_]{1,512}", re.ASCII)
_LANGUAGE = re.compile(r"[A-Za-z]{2,3}(?:[_-][A-Za-z]{2,4})*", re.ASCII)


def notice_in(field: str, content: Mapping[str, Any]) -> Happening:
    """Return what a change says; one that says nothing readable is counted like an unknown one."""
    found: Happening | None = None
    if field in TEMPLATE_FIELDS:
        found = _template(*TEMPLATE_FIELDS[field], content)
    elif field in ACCOUNT_FIELDS:
        found = _account(field, ACCOUNT_FIELDS[field], content)
    return found or Other(field or "change")


def error_in(content: Mapping[str, Any]) -> Happening:
    """Return what an error says that concerns no message: its code, and whether it stops all sending."""
    code = number(content.get("code"))
    if code is None:
        return Other("error")
    return AccountNews("error", str(code), stops=ACTIONS.get(code) is Action.ACCOUNT)


def _template(about: About, names: tuple[str, ...], content: Mapping[str, Any]) -> TemplateNews | None:
    name, language = (
        text(content.get("message_template_name")),
        text(content.get("message_template_language")),
    )
    now = _first(content, names)
    if not (now and _NAME.fullmatch(name) and _LANGUAGE.fullmatch(language)):
        return None
    why = mapping(content.get("other_info")).get("title"), content.get("reason")
    reason = next((word for word in map(_word, why) if word not in {"", "NONE"}), "")
    # A pause that ends comes as another pause with this title.
    return TemplateNews(name, language, about, "UNPAUSED" if reason == "UNPAUSE" else now, reason)


def _account(field: str, names: tuple[str, ...], content: Mapping[str, Any]) -> AccountNews | None:
    now, reason = _first(content, names), _reason(content)
    if not now:
        return None
    is_lifted = reason == LIFTED
    return AccountNews(field, now, reason, stops=now in STOPS and not is_lifted, lifts=is_lifted)


def _reason(content: Mapping[str, Any]) -> str:
    restrictions = content.get("restriction_info")
    first = mapping(restrictions[0]) if isinstance(restrictions, list) and restrictions else {}
    whys = (
        mapping(content.get("ban_info")).get("waba_ban_state"),
        mapping(content.get("violation_info")).get("violation_type"),
        first.get("restriction_type"),
        content.get("alert_severity"),
        content.get("max_daily_conversations_per_business"),
        content.get("current_limit"),
        content.get("rejection_reason"),
    )
    return next(filter(None, map(_word, whys)), "")


def _first(content: Mapping[str, Any], names: tuple[str, ...]) -> str:
    return next(filter(None, (_word(content.get(name)) for name in names)), "")


def _word(value: Any) -> str:
    """Return a value that is one word of Meta's (or a number), else ""."""
    word = identity(value)
    return word if _WORD.fullmatch(word) else ""
