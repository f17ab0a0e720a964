"""What the inside asks of the outside, in its own words (style.md, "A port is a small Protocol").

Two clocks: `Clock` is business time (demo's jump moves it); `now_system` is for leases, sign-ins
and rate limits, so that a jump steals and expires nothing. Every method that reads or writes takes
the moments it needs as arguments; storage never asks the database for the time.
"""

from handlers.ports.alerts import Alerts, ClaimedAlert, ClaimedNotice, NoticeKind, Notices, OnCall
from handlers.ports.cases import Invited, UnitOfWork
from handlers.ports.deliveries import Arrived, Deliveries, DeliveryState, OwedSummary, Way
from handlers.ports.fetches import Fetches, Inspector, PendingFetch
from handlers.ports.follow_ups import ClaimedFollowUp, FollowUps
from handlers.ports.inbox import Inbox, InboxRow, Incoming
from handlers.ports.outbox import Channel, Outbox, OutboxRow, Parser, Then
from handlers.ports.surroundings import Catalog, Catalogs, Clock, Ids

__all__ = [
    "Alerts",
    "Arrived",
    "Catalog",
    "Catalogs",
    "Channel",
    "ClaimedAlert",
    "ClaimedFollowUp",
    "ClaimedNotice",
    "Clock",
    "Deliveries",
    "DeliveryState",
    "Fetches",
    "FollowUps",
    "Ids",
    "Inbox",
    "InboxRow",
    "Incoming",
    "Inspector",
    "Invited",
    "NoticeKind",
    "Notices",
    "OnCall",
    "Outbox",
    "OutboxRow",
    "OwedSummary",
    "Parser",
    "PendingFetch",
    "Then",
    "UnitOfWork",
    "Way",
]
