"""All tables. Data is worded by storage's own functions; nothing else writes here."""

from storage.tables.alerts import adverse_events, alert_notices, alerts, event_notes, on_call, staff_chats
from storage.tables.answers import answers, responses
from storage.tables.assigned import assignments
from storage.tables.base import metadata
from storage.tables.care import anchors, decisions, documents, flags, follow_ups, tasks
from storage.tables.clinics import (
    channel_accounts,
    clinics,
    day_keys,
    meta,
    pack_uses,
    pack_versions,
    questionnaires,
)
from storage.tables.desk import patient_tags, saved_filters, staff_notes, tags
from storage.tables.door import challenges, identities, passkeys
from storage.tables.glass import emergency_openings
from storage.tables.limits import account_limits, first_words
from storage.tables.office import (
    api_tokens,
    audit,
    audit_heads,
    channel_news,
    invitations,
    one_time_links,
    recovery_codes,
    sign_in_tries,
    staff,
    staff_sessions,
)
from storage.tables.patients import (
    consents,
    contact_aliases,
    contact_points,
    legal_holds,
    merges,
    patients,
    search_tokens,
)
from storage.tables.queues import inbox, outbox
from storage.tables.strangers import turned_away
from storage.tables.summaries import summary_deliveries, summary_ways
from storage.tables.web import open_pages, web_emails
from storage.tables.work import work_marks

__all__ = [
    "account_limits",
    "adverse_events",
    "alert_notices",
    "alerts",
    "anchors",
    "answers",
    "api_tokens",
    "assignments",
    "audit",
    "audit_heads",
    "challenges",
    "channel_accounts",
    "channel_news",
    "clinics",
    "consents",
    "contact_aliases",
    "contact_points",
    "day_keys",
    "decisions",
    "documents",
    "emergency_openings",
    "event_notes",
    "first_words",
    "flags",
    "follow_ups",
    "identities",
    "inbox",
    "invitations",
    "legal_holds",
    "merges",
    "meta",
    "metadata",
    "on_call",
    "one_time_links",
    "open_pages",
    "outbox",
    "pack_uses",
    "pack_versions",
    "passkeys",
    "patient_tags",
    "patients",
    "questionnaires",
    "recovery_codes",
    "responses",
    "saved_filters",
    "search_tokens",
    "sign_in_tries",
    "staff",
    "staff_chats",
    "staff_notes",
    "staff_sessions",
    "summary_deliveries",
    "summary_ways",
    "tags",
    "tasks",
    "turned_away",
    "web_emails",
    "work_marks",
]
