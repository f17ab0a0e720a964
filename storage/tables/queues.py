"""Inbox and outbox: what came in and is not worked off, what must go out and has not arrived."""

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Index,
    LargeBinary,
    Sequence,
    Table,
    UniqueConstraint,
    text as sql,
)

from storage.tables.base import (
    index_of,
    key,
    lease,
    metadata,
    moment,
    moment_or_null,
    number,
    of_clinic,
    refers,
    sealed,
    text,
    text_or_null,
)

inbox = Table(
    "inbox",
    metadata,
    text("clinic_id"),
    text("id"),
    Column("seq", BigInteger, nullable=False),
    text("channel"),
    text("account"),
    index_of("conversation"),
    text("day"),
    Column("body", LargeBinary, nullable=True),
    text("state"),
    number("attempts"),
    *lease(),
    text_or_null("holder"),
    text("code", ""),
    moment("received_at"),
    text_or_null("patient_id"),
    text("kind", ""),
    sealed("text"),
    key("id"),
    of_clinic(),
)
"""`id` is the keyed hash of (channel, account, dedupe key), so the primary key is what stores once.

`body` (conversation and raw bytes) is sealed under the clinic's key of `day` and dropped when
handled; `text` then holds the person's words under their own key, if they agreed to that.
"""
Sequence("inbox_seq", metadata=metadata)
Index(None, inbox.c.seq)
_NEW = sql("state = 'new'")
Index("ix_inbox_new", inbox.c.seq, sqlite_where=_NEW, postgresql_where=_NEW)
Index(
    "ix_inbox_new_by_conversation",
    inbox.c.clinic_id,
    inbox.c.channel,
    inbox.c.account,
    inbox.c.conversation,
    inbox.c.seq,
    sqlite_where=_NEW,
    postgresql_where=_NEW,
)
_NAMED = sql("patient_id IS NOT NULL")
Index(
    "ix_inbox_patient",
    inbox.c.clinic_id,
    inbox.c.patient_id,
    inbox.c.seq,
    sqlite_where=_NAMED,
    postgresql_where=_NAMED,
)

outbox = Table(
    "outbox",
    metadata,
    text("clinic_id"),
    text("id"),
    Column("seq", BigInteger, nullable=False),
    text("patient_id"),
    text("contact_id"),
    text("channel"),
    text("account"),
    index_of("conversation"),
    text("lane"),
    text("turn", ""),
    sealed("body"),
    index_of("dedupe"),
    moment("not_before"),
    moment_or_null("expires_at"),
    text("state"),
    number("attempts"),
    number("uncertain"),
    moment_or_null("ambiguous_at"),
    number("taken"),
    *lease(),
    text_or_null("holder"),
    index_of("provider_index", nullable=True),
    sealed("provider_id"),
    moment_or_null("sent_at"),
    moment_or_null("delivered_at"),
    moment_or_null("read_at"),
    moment_or_null("settled_at"),
    text("code", ""),
    Column("resend", Boolean, nullable=False),
    text_or_null("follow_up_id"),
    Column("opening", Boolean, nullable=False),
    text("cancelled", ""),
    text("quiet_zone", ""),
    key("id"),
    UniqueConstraint("clinic_id", "dedupe"),
    refers("patient_id", "patients"),
    refers("contact_id", "contact_points"),
)
"""`conversation` equals the contact's `address_index`; `dedupe` is the keyed hash of patient and key.

`taken` of its parts (of those that a channel makes of a long message) have arrived already.

`cancelled` says why a message that was just being sent must not be tried again. `quiet_zone` is where
quiet hours hold for it, "" if nowhere.

A provider's id is unique only within a conversation, and not even that is enforced: a collision
must never stop a sender, and a receipt moves the newest message with that id.
"""
Sequence("outbox_seq", metadata=metadata)
Index(None, outbox.c.seq)
_PENDING = sql("state IN ('queued', 'sending')")
Index(
    "ix_outbox_pending",
    outbox.c.clinic_id,
    outbox.c.channel,
    outbox.c.account,
    outbox.c.lane,
    outbox.c.not_before,
    outbox.c.seq,
    sqlite_where=_PENDING,
    postgresql_where=_PENDING,
)
_QUEUED = sql("state = 'queued'")
Index("ix_outbox_next", outbox.c.not_before, sqlite_where=_QUEUED, postgresql_where=_QUEUED)
Index(
    "ix_outbox_pending_by_conversation",
    outbox.c.clinic_id,
    outbox.c.channel,
    outbox.c.account,
    outbox.c.conversation,
    outbox.c.seq,
    sqlite_where=_PENDING,
    postgresql_where=_PENDING,
)
_HELD = sql("state = 'held'")
Index("ix_outbox_held", outbox.c.clinic_id, outbox.c.seq, sqlite_where=_HELD, postgresql_where=_HELD)
_SENT = sql("provider_index IS NOT NULL")
Index(
    "ix_outbox_provider",
    outbox.c.clinic_id,
    outbox.c.provider_index,
    sqlite_where=_SENT,
    postgresql_where=_SENT,
)
Index(None, outbox.c.clinic_id, outbox.c.patient_id, outbox.c.seq)
