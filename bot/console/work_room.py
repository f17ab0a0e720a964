"""What the worklist stands on: its lines, what staff note about them, and the bell of their open pages."""

from dataclasses import dataclass

from bot.channels.web import Hub
from storage.clinics import Clinics
from storage.engine import Database
from storage.keys import Vault
from storage.views.work import WorkViews
from storage.work_marks import WorkMarks


@dataclass(frozen=True, slots=True)
class WorkRoom:
    """Reads and writes of the worklist. `hub` rings the pages of staff after every commit."""

    views: WorkViews
    marks: WorkMarks
    hub: Hub


def work_room(database: Database, vault: Vault, clinics: Clinics, hub: Hub) -> WorkRoom:
    """Return the room over a database whose commits ring the open pages."""
    database.subscribe(lambda _work: hub.wake_desks())
    return WorkRoom(WorkViews(database, vault, clinics), WorkMarks(database, vault, clinics), hub)
