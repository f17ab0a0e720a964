"""What an account may do in a day, and whom it has written to first."""

from sqlalchemy import Index, Table

from storage.tables.base import index_of, key, metadata, moment, number, of_clinic, text

account_limits = Table(
    "account_limits",
    metadata,
    text("clinic_id"),
    text("channel"),
    text("account"),
    number("people"),
    moment("seen_at"),
    key("channel", "account"),
    of_clinic(),
)
"""How many people an account may write to first in 24 hours, as its service answered at `seen_at`."""

first_words = Table(
    "first_words",
    metadata,
    text("clinic_id"),
    text("channel"),
    text("account"),
    index_of("address_index"),
    moment("at"),
    key("channel", "account", "address_index"),
    of_clinic(),
)
"""When somebody was last written to outside their window, by the hash of their address.

They count for 24 hours; what is older is removed.
"""
Index(None, first_words.c.clinic_id, first_words.c.channel, first_words.c.account, first_words.c.at)
