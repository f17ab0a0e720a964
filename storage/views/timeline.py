"""The timeline of a patient's messages: what came in and what went out, the newest few hundred."""

from typing import Any, Final

from sqlalchemy import Connection, Row, select

from handlers.core.buttons import read_data
from handlers.core.codec import decode_body
from handlers.core.messages import Body
from handlers.core.values import ChannelKind, PatientId, ResponseId
from storage.tables import inbox, outbox
from storage.views.models import MessageView
from storage.views.opening import Opener

NEWEST: Final = 200
"""How many messages of each direction are shown."""

_TAPS_AND_WORDS: Final = ("Said", "Chose", "Started", "SentDocument", "Edited", "Unusable", "Withdrawn")
"""What a person did; receipts and the like are no messages."""


def messages(conn: Connection, clinic: str, patient: PatientId, opener: Opener) -> tuple[MessageView, ...]:
    """Return the patient's newest messages in both directions, unordered."""
    came = (
        select(inbox)
        .where(
            inbox.c.clinic_id == clinic,
            inbox.c.patient_id == patient,
            inbox.c.kind.in_(_TAPS_AND_WORDS),
        )
        .order_by(inbox.c.seq.desc())
        .limit(NEWEST)
    )
    went = (
        select(outbox)
        .where(outbox.c.clinic_id == clinic, outbox.c.patient_id == patient)
        .order_by(outbox.c.seq.desc())
        .limit(NEWEST)
    )
    sent = (_outbound(row, opener) for row in conn.execute(went))
    return (
        *(_inbound(row, opener) for row in conn.execute(came)),
        *(message for message in sent if message.text),
    )


def _inbound(row: Row[Any], opener: Opener) -> MessageView:
    return MessageView(
        at=row.received_at,
        inbound=True,
        text=opener.text("inbox", row, "text"),
        state="",
        channel=ChannelKind(row.channel),
        kind=row.kind,
    )


def _outbound(row: Row[Any], opener: Opener) -> MessageView:
    sealed = opener.text("outbox", row, "body")
    body = decode_body(sealed) if sealed else None
    return MessageView(
        at=row.sent_at or row.not_before,
        inbound=False,
        text=body.text if body else "",
        state=row.state,
        channel=ChannelKind(row.channel),
        asks=_asked(body) if body else (),
    )


def _asked(body: Body) -> tuple[tuple[ResponseId, int], ...]:
    """Return the questions that a message's buttons answer."""
    read = (read_data(button.data) for button in (*body.choices, *body.keys))
    return tuple(dict.fromkeys((one.response, one.index) for one in read if one is not None))
