"""All stores of one database, wired together."""

from dataclasses import dataclass

from handlers.ports import Inspector
from storage.adverse_events import AdverseEvents
from storage.alert_notices import NoticeStore
from storage.alerts import AlertStore
from storage.blobs import Blobs
from storage.clinics import Clinics
from storage.day_keys import DayKeys
from storage.documents import Fetches
from storage.engine import Database
from storage.follow_ups import FollowUpStore
from storage.inbox import InboxStore
from storage.keys import Vault
from storage.on_call import OnCallRoom
from storage.outbox import OutboxStore
from storage.patient_keys import PatientKeys
from storage.unit_of_work import UnitOfWork


@dataclass(frozen=True, slots=True)
class Stores:
    """What the shell hands to the use cases and the scheduler."""

    database: Database
    vault: Vault
    clinics: Clinics
    keys: PatientKeys
    days: DayKeys
    uow: UnitOfWork
    inbox: InboxStore
    outbox: OutboxStore
    follow_ups: FollowUpStore
    fetches: Fetches
    alerts: AlertStore
    notices: NoticeStore
    on_call: OnCallRoom
    events: AdverseEvents


def stores_of(database: Database, vault: Vault, blobs: Blobs, inspector: Inspector | None = None) -> Stores:
    """Return the stores of a database; they share the keys that they remember."""
    clinics = Clinics(database, vault)
    keys, days = PatientKeys(database, clinics), DayKeys(database, vault, clinics)
    uow = UnitOfWork(database, vault, clinics, keys)
    return Stores(
        database=database,
        vault=vault,
        clinics=clinics,
        keys=keys,
        days=days,
        uow=uow,
        inbox=InboxStore(database, vault, clinics, days),
        outbox=OutboxStore(database, vault, keys, uow),
        follow_ups=FollowUpStore(database),
        fetches=Fetches(database, vault, days, blobs, inspector),
        alerts=AlertStore(database, vault, clinics),
        notices=NoticeStore(database, vault, clinics),
        on_call=OnCallRoom(database, vault, clinics),
        events=AdverseEvents(database, vault, clinics, keys),
    )
