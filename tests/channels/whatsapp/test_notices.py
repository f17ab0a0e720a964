"""What Meta says of our templates and our account becomes news, in its own words and never in sentences."""

from datetime import UTC, datetime

import pytest

from bot.channels.whatsapp.parse import parse
from bot.channels.whatsapp.split import split
from handlers.core.events import About, AccountNews, Other, TemplateNews
from tests.channels.whatsapp import webhooks as given_
from tests.channels.whatsapp.webhooks import NUMBER, raw

NAMED = {
    "message_template_id": 6610020030040050, "message_template_name": "checkin_start_v1",
    "message_template_language": "en",
}  # fmt: skip
STATUS, QUALITY, CATEGORY = (
    "message_template_status_update",
    "message_template_quality_update",
    "template_category_update",
)


def told(field, **value):
    [piece] = split(raw(given_.body({"field": field, "value": value})), NUMBER).pieces
    return parse(piece.raw).what


def template(about, now, reason=""):
    return TemplateNews("checkin_start_v1", "en", about, now, reason)


TEMPLATES = [
    (STATUS, {"event": "APPROVED", "reason": None}, template(About.STATUS, "APPROVED")),
    (
        STATUS,
        {"event": "PAUSED", "reason": "NONE", "other_info": {"title": "FIRST_PAUSE", "description": "Why"}},
        template(About.STATUS, "PAUSED", "FIRST_PAUSE"),
    ),
    (
        STATUS,
        {"event": "PAUSED", "other_info": {"title": "UNPAUSE"}},
        template(About.STATUS, "UNPAUSED", "UNPAUSE"),
    ),
    (
        STATUS,
        {"event": "REJECTED", "reason": "INVALID_FORMAT"},
        template(About.STATUS, "REJECTED", "INVALID_FORMAT"),
    ),
    (
        QUALITY,
        {"previous_quality_score": "GREEN", "new_quality_score": "RED"},
        template(About.QUALITY, "RED"),
    ),
    (
        CATEGORY,
        {"new_category": "UTILITY", "correct_category": "MARKETING"},
        template(About.CATEGORY, "MARKETING"),
    ),
    (
        CATEGORY,
        {"previous_category": "UTILITY", "new_category": "MARKETING"},
        template(About.CATEGORY, "MARKETING"),
    ),
]


@pytest.mark.parametrize(("field", "value", "news"), TEMPLATES, ids=range(len(TEMPLATES)))
def test_a_change_of_a_template_is_news(field, value, news):
    assert told(field, **NAMED, **value) == news


@pytest.mark.parametrize(
    ("field", "value", "news"),
    [
        (
            "account_update",
            {"event": "ACCOUNT_RESTRICTION", "restriction_info": [{"restriction_type": "RESTRICTED_BIZ"}]},
            ("ACCOUNT_RESTRICTION", "RESTRICTED_BIZ", True),
        ),
        (
            "account_update",
            {"event": "DISABLED_UPDATE", "ban_info": {"waba_ban_state": "REINSTATE"}},
            ("DISABLED_UPDATE", "REINSTATE", False),
        ),
        ("account_update", {"event": "VERIFIED_ACCOUNT"}, ("VERIFIED_ACCOUNT", "", False)),
        (
            "phone_number_quality_update",
            {"event": "DOWNGRADE", "current_limit": "TIER_250"},
            ("DOWNGRADE", "TIER_250", False),
        ),
        (
            "business_capability_update",
            {"max_daily_conversation_per_phone": 2000},
            ("2000", "", False),
        ),
    ],
)
def test_a_change_of_the_account_is_news(field, value, news):
    now, reason, stops = news

    news = AccountNews(field, now, reason, stops=stops, lifts=reason == "REINSTATE")
    assert told(field, **value) == news


@pytest.mark.parametrize(("code", "stops"), [(130429, False), (131042, True), (999999, False)])
def test_an_error_of_no_message_is_news_of_the_account(code, stops):
    [piece] = split(raw(given_.body(given_.change(errors=[{"code": code}]))), NUMBER).pieces

    assert parse(piece.raw).what == AccountNews("error", str(code), stops=stops)


@pytest.mark.parametrize(
    "value",
    [
        {},
        NAMED,
        NAMED | {"event": "call Patient A now"},
        NAMED | {"event": "PAUSED", "message_template_name": "Name of a person"},
        NAMED | {"event": "PAUSED", "message_template_language": ["en"]},
    ],
)
def test_what_is_not_in_metas_own_words_is_counted(value):
    assert told(STATUS, **value) == Other(STATUS)


def test_news_happened_when_the_entry_says():
    [piece] = split(raw(given_.template_event(time=1795000000)), NUMBER).pieces

    assert parse(piece.raw).at == datetime.fromtimestamp(1795000000, UTC)
