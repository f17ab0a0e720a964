"""The clinic's side: staff, their sessions, one-time links, invitations and the record of acts."""

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Index,
    LargeBinary,
    PrimaryKeyConstraint,
    Sequence,
    Table,
    UniqueConstraint,
    false,
)

from storage.tables.base import (
    index_of,
    key,
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

staff = Table(
    "staff",
    metadata,
    text("clinic_id"),
    text("id"),
    index_of("email_index"),
    sealed("email"),
    sealed("name"),
    text("role"),
    text("status"),
    text_or_null("password_hash"),
    text("language", ""),
    moment("created_at"),
    sealed("totp_secret"),
    moment_or_null("totp_since"),
    number("totp_step"),
    key("id"),
    UniqueConstraint("clinic_id", "email_index"),
    of_clinic(),
)
"""`email` and `name` are sealed under the clinic's key; `status` is invited, confirmed or disabled.

`totp_secret` is what the member's authenticator app knows, `totp_step` the newest of its codes that was used.
"""

staff_sessions = Table(
    "staff_sessions",
    metadata,
    text("clinic_id"),
    text("token_hash"),
    text("staff_id"),
    moment("created_at"),
    moment("seen_at"),
    moment("expires_at"),
    moment_or_null("revoked_at"),
    Column("is_whole", Boolean, nullable=False, server_default=false()),
    moment_or_null("proved_at"),
    text("came_by", ""),
    sealed("about"),
    sealed("draft"),
    key("token_hash"),
    refers("staff_id", "staff"),
)
"""Only one that `is_whole` opens the console: the others still owe the second step.

`proved_at` is when its owner last showed who they are, `came_by` "link", "password", "passkey" or "oidc",
`about` names the browser, `draft` is a secret that an authenticator app is about to learn.
"""
Index(None, staff_sessions.c.token_hash)
Index(None, staff_sessions.c.clinic_id, staff_sessions.c.staff_id)

recovery_codes = Table(
    "recovery_codes",
    metadata,
    text("clinic_id"),
    index_of("code_index"),
    text("staff_id"),
    moment("created_at"),
    moment_or_null("used_at"),
    key("code_index"),
    refers("staff_id", "staff"),
)
"""What lets somebody in whose phone is gone, each once; known by their keyed hash alone."""
Index(None, recovery_codes.c.clinic_id, recovery_codes.c.staff_id)

sign_in_tries = Table(
    "sign_in_tries",
    metadata,
    text("clinic_id"),
    index_of("who"),
    number("failures"),
    moment("at"),
    moment("waits_until"),
    key("who"),
    of_clinic(),
)
"""How often somebody tried in vain to sign in; `who` is a keyed hash of an account, a device or a network."""

one_time_links = Table(
    "one_time_links",
    metadata,
    text("clinic_id"),
    text("token_hash"),
    text("purpose"),
    text("subject"),
    moment("created_at"),
    moment("expires_at"),
    moment_or_null("spent_at"),
    key("token_hash"),
    of_clinic(),
)
"""A link is known by the SHA-256 of its token, works for one `purpose`, and once."""
Index(None, one_time_links.c.token_hash)

api_tokens = Table(
    "api_tokens",
    metadata,
    text("clinic_id"),
    text("id"),
    text("token_hash"),
    text("name"),
    text("scopes"),
    text("created_by"),
    moment("created_at"),
    moment("expires_at"),
    moment_or_null("used_at"),
    moment_or_null("ended_at"),
    key("id"),
    UniqueConstraint("clinic_id", "token_hash"),
    of_clinic(),
)
"""A program's token: known by its SHA-256; `scopes` are words with spaces between; times by the system."""

invitations = Table(
    "invitations",
    metadata,
    text("clinic_id"),
    text("id"),
    index_of("code_index"),
    sealed("code"),
    sealed("label"),
    Column("is_open", Boolean, nullable=False),
    text_or_null("patient_id"),
    text("created_by"),
    moment("created_at"),
    moment_or_null("expires_at"),
    moment_or_null("spent_at"),
    moment_or_null("revoked_at"),
    number("uses"),
    Column("helper", Boolean, nullable=False, server_default=false()),
    text_or_null("contact_id"),
    key("id"),
    UniqueConstraint("clinic_id", "code_index"),
    of_clinic(),
    refers("patient_id", "patients"),
)
"""An open one (for the clinic's site) may be used by anybody; the others once, by whom they are for.

`helper`: who comes helps the patient; `contact_id`: who comes writes at that contact point, too.
"""

audit = Table(
    "audit",
    metadata,
    text("clinic_id"),
    Column("seq", BigInteger, nullable=False),
    text("actor"),
    text("action"),
    text("subject"),
    moment("at"),
    Column("prev", LargeBinary, nullable=True),
    Column("mac", LargeBinary, nullable=True),
    key("seq"),
    of_clinic(),
)
"""Who did what to which record, by ids alone; only ever added to, and chained (storage/audit)."""
Sequence("audit_seq", metadata=metadata)
Index(None, audit.c.seq)
Index("ix_audit_subject", audit.c.clinic_id, audit.c.subject, audit.c.at)

audit_heads = Table(
    "audit_heads",
    metadata,
    text("clinic_id"),
    number("seq"),
    Column("mac", LargeBinary, nullable=False),
    number("base_seq"),
    Column("base_mac", LargeBinary, nullable=False),
    Column("seal", LargeBinary, nullable=False),
    number("broken_at"),
    PrimaryKeyConstraint("clinic_id"),
    of_clinic(),
)
"""Where each clinic's record of acts stands; `base`: the last of the lines whose time was over.

`broken_at` is the first line written after somebody had changed this row."""

channel_news = Table(
    "channel_news",
    metadata,
    text("clinic_id"),
    text("id"),
    text("channel"),
    text("account"),
    text("subject"),
    text("language"),
    text("about"),
    text("now"),
    text("reason"),
    moment("at"),
    key("id"),
    of_clinic(),
)
"""What a service said of a template (`subject` is its name) or of the account (""); only ever added to.

`id` is that of the inbox row which told it; the newest by `at` for (subject, language, about) holds.
"""
Index(None, channel_news.c.clinic_id, channel_news.c.channel, channel_news.c.account, channel_news.c.at)
