"""What the services say of our templates and accounts: added to, and the newest word on each read back."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, bindparam, select

from handlers.core.changes import NoteNews
from handlers.core.values import ContactPoint
from storage.sql import insert_new
from storage.tables import channel_news

_NOTE = insert_new(channel_news)
_TOLD = (
    select(channel_news)
    .where(
        channel_news.c.clinic_id == bindparam("clinic"),
        channel_news.c.channel == bindparam("channel"),
        channel_news.c.account == bindparam("account"),
    )
    .order_by(channel_news.c.at, channel_news.c.id)
)
_OF_TEMPLATE = (
    select(channel_news.c.about, channel_news.c.now)
    .where(
        channel_news.c.clinic_id == bindparam("clinic"),
        channel_news.c.channel == bindparam("channel"),
        channel_news.c.account == bindparam("account"),
        channel_news.c.subject == bindparam("subject"),
        channel_news.c.language == bindparam("language"),
    )
    .order_by(channel_news.c.at, channel_news.c.id)
)


@dataclass(frozen=True, slots=True)
class Standing:
    """What a service said last of one side of a template, or of the account (`subject` "")."""

    subject: str
    language: str
    about: str
    now: str
    reason: str
    at: datetime


def note_news(conn: Connection, clinic: str, point: ContactPoint, change: NoteNews) -> None:
    """Keep news that came in at the account of `point`; told twice, it is kept once."""
    values = {
        "clinic_id": clinic,
        "id": change.id,
        "channel": point.channel.value,
        "account": point.account,
        "subject": change.subject,
        "language": change.language,
        "about": change.about,
        "now": change.now,
        "reason": change.reason,
        "at": change.at,
    }
    conn.execute(_NOTE, values)


def note_changes(conn: Connection, clinic: str, point: ContactPoint, notes: Iterable[NoteNews]) -> None:
    """Keep those of `notes` that say something else than what was said last."""
    told = standings(conn, clinic, point.channel, point.account)
    known = {(one.subject, one.language, one.about): one.now for one in told}
    for note in notes:
        if known.get((note.subject, note.language, note.about)) != note.now:
            note_news(conn, clinic, point, note)


def standings(conn: Connection, clinic: str, channel: str, account: str) -> Sequence[Standing]:
    """Return the newest word on each side of each template and of the account, whenever it came in."""
    told = conn.execute(_TOLD, {"clinic": clinic, "channel": channel, "account": account})
    newest = {(row.subject, row.language, row.about): row for row in told}
    return [
        Standing(row.subject, row.language, row.about, row.now, row.reason, row.at) for row in newest.values()
    ]


def told_of(
    conn: Connection, clinic: str, point: ContactPoint, name: str, language: str
) -> Mapping[str, str]:
    """Return the newest word on each side of one template (`status`, `category` …) at an account."""
    place = {"clinic": clinic, "channel": point.channel.value, "account": point.account}
    rows = conn.execute(_OF_TEMPLATE, place | {"subject": name, "language": language})
    return {row.about: row.now for row in rows}
