"""The timeline of a patient's messages: what came in and what went out, the newest few hundred."""

from typing import Any, Final

from sqlalchemy import Connection, Row, select

from handlers.core.buttons import read_data
from handlers.core.codec import decode_body
from handlers.core.messages import Body, Lane
from handlers.core.values import ChannelKind, PatientId, ResponseId
from storage.tables import inbox, outbox
from storage.views.models import MessageView
from storage.views.opening import Opener

NEWEST: Final = 200
"""How many messages of each direction are shown."""
CHAT: Final = 60
"""How many on the page of the chat, which reads them anew whenever something changes."""

TAPS_AND_WORDS: Final = ("Said", "Chose", "Started", "SentDocument", "Edited", "Unusable", "Withdrawn")
"""What a person did; receipts and the like are no messages."""


def messages(
    conn: Connection, clinic: str, patient: PatientId, opener: Opener, *, newest: int = NEWEST
) -> tuple[MessageView, ...]:
    """Return the patient's newest messages in both directions, so many of each, each oldest first."""
    came = (
        select(inbox)
        .where(
            inbox.c.clinic_id == clinic,
            inbox.c.patient_id == patient,
            inbox.c.kind.in_(TAPS_AND_WORDS),
        )
        .order_by(inbox.c.seq.desc())
        .limit(newest)
    )
    went = (
        select(outbox)
        .where(outbox.c.clinic_id == clinic, outbox.c.patient_id == patient)
        .order_by(outbox.c.seq.desc())
        .limit(newest)
    )
    sent = [outbound(row, opener) for row in conn.execute(went)]
    heard = [inbound(row, opener) for row in conn.execute(came)]
    return (*reversed(heard), *(message for message in reversed(sent) if message.text))


def inbound(row: Row[Any], opener: Opener) -> MessageView:
    """Return what a person said or did, of a row of the inbox."""
    return MessageView(
        at=row.received_at,
        inbound=True,
        text=opener.text("inbox", row, "text"),
        state="",
        channel=ChannelKind(row.channel),
        kind=row.kind,
    )


def outbound(row: Row[Any], opener: Opener) -> MessageView:
    """Return what was said to them, of a row of the outbox; without text where it only acknowledged."""
    sealed = opener.text("outbox", row, "body")
    body = decode_body(sealed) if sealed else None
    return MessageView(
        at=row.sent_at or row.not_before,
        inbound=False,
        text=body.text if body else "",
        state=row.state,
        channel=ChannelKind(row.channel),
        by_staff=row.lane == Lane.STAFF,
        asks=_asked(body) if body else (),
        code=row.code,
    )


def _asked(body: Body) -> tuple[tuple[ResponseId, int], ...]:
    """Return the questions that a message's buttons answer."""
    read = (read_data(button.data) for button in (*body.choices, *body.keys))
    return tuple(dict.fromkeys((one.response, one.index) for one in read if one is not None))
