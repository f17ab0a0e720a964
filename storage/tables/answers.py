"""Questionnaires being answered and the answers, with everything that once stood in their place."""

from sqlalchemy import Boolean, Column, Index, Table, text as sql

from storage.tables.base import key, metadata, moment, moment_or_null, refers, sealed, text, text_or_null

responses = Table(
    "responses",
    metadata,
    text("clinic_id"),
    text("id"),
    text("patient_id"),
    text("questionnaire"),
    text("version"),
    text("status"),
    text_or_null("follow_up_id"),
    moment("started_at"),
    moment_or_null("closed_at"),
    key("id"),
    refers("patient_id", "patients"),
)
Index(None, responses.c.clinic_id, responses.c.patient_id)

answers = Table(
    "answers",
    metadata,
    text("clinic_id"),
    text("id"),
    text("response_id"),
    text("link_id"),
    text("instance", ""),
    sealed("value"),
    sealed("source"),
    text("by"),
    text_or_null("absent"),
    moment("at"),
    Column("current", Boolean, nullable=False),
    moment_or_null("superseded_at"),
    text_or_null("contact_id"),
    key("id"),
    refers("response_id", "responses"),
)
"""`id` is a keyed hash of response, slot, source message and time: the same message can't store twice.

`instance` holds the numbers of the enclosing repeats joined by dots. One row per slot is current.
"""
Index(
    "uq_answers_current",
    answers.c.clinic_id,
    answers.c.response_id,
    answers.c.link_id,
    answers.c.instance,
    unique=True,
    sqlite_where=sql("current"),
    postgresql_where=sql("current"),
)
Index(None, answers.c.clinic_id, answers.c.response_id)
