"""The door of staff: passkeys, and what the door asked a browser and waits for an answer to."""

from sqlalchemy import Index, Table, UniqueConstraint

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
)

passkeys = Table(
    "passkeys",
    metadata,
    text("clinic_id"),
    text("id"),
    text("staff_id"),
    index_of("credential_index"),
    sealed("credential"),
    sealed("public_key"),
    sealed("name"),
    number("sign_count"),
    moment("created_at"),
    moment_or_null("used_at"),
    key("id"),
    UniqueConstraint("clinic_id", "credential_index"),
    refers("staff_id", "staff"),
)
"""`credential` is the id that the authenticator gave it, `name` what its owner calls it.

`sign_count` is the newest number that the authenticator told with a signature: a copy falls behind it.
"""
Index(None, passkeys.c.clinic_id, passkeys.c.staff_id)

challenges = Table(
    "challenges",
    metadata,
    text("clinic_id"),
    text("challenge_hash"),
    text("purpose"),
    text("holder_hash"),
    sealed("data"),
    moment("expires_at"),
    key("challenge_hash"),
    of_clinic(),
)
"""Known by the SHA-256 of what was asked, good for one `purpose` and in one browser; answered, it is gone."""

identities = Table(
    "identities",
    metadata,
    text("clinic_id"),
    text("issuer"),
    index_of("subject_index"),
    text("staff_id"),
    moment("created_at"),
    key("issuer", "subject_index"),
    UniqueConstraint("clinic_id", "issuer", "staff_id"),
    refers("staff_id", "staff"),
)
"""What an identity provider (`issuer`) calls a member, by its keyed hash; one name for each."""
