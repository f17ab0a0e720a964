"""Somebody who only said hello turns out to be a patient with a new number: their record gives way.

On WhatsApp the first words from a new number may be handled before the news that a patient moved there.
"""

from typing import Final

from sqlalchemy import bindparam, delete, insert, update

from handlers.core.case import Reach
from handlers.core.changes import GiveWay
from handlers.errors import ConcurrentUpdate
from storage.scope import Scope
from storage.sql import changed, is_row
from storage.states import SendState
from storage.tables import contact_aliases, contact_points, merges, outbox, patients
from storage.types import is_one_of

MOVED: Final = "number-changed"
TOLD_BY: Final = "WhatsApp"
"""Stands where a person's id does: no member of staff found that the two are one."""
_SHOW_UNDER: Final = (
    update(patients)
    .where(*is_row(patients), patients.c.version == bindparam("read"), patients.c.merged_into.is_(None))
    .values(version=patients.c.version + 1, merged_into=bindparam("into"))
)
_MERGE: Final = insert(merges)
_LEAVE: Final = (
    update(contact_points)
    .where(*is_row(contact_points))
    .values(address_index=bindparam("freed"), reach=Reach.ENDED.value)
)
_FORGET_NAMES: Final = delete(contact_aliases).where(
    contact_aliases.c.clinic_id == bindparam("clinic"), contact_aliases.c.contact_id == bindparam("row")
)
_OF_CONTACT: Final = (outbox.c.clinic_id == bindparam("clinic"), outbox.c.contact_id == bindparam("row"))
_CALL_OFF: Final = (
    update(outbox)
    .where(*_OF_CONTACT, is_one_of(outbox.c.state, SendState.QUEUED, SendState.HELD))
    .values(state=SendState.CANCELLED.value, code=MOVED)
)
_STOP: Final = (
    update(outbox).where(*_OF_CONTACT, is_one_of(outbox.c.state, SendState.SENDING)).values(cancelled=MOVED)
)


def give_way(scope: Scope, change: GiveWay) -> None:
    """Take a newcomer's contact off its address; raise ConcurrentUpdate if they have said more by now."""
    read = {"read": change.version, "into": scope.patient}
    if not changed(scope.conn, _SHOW_UNDER, scope.row(change.patient) | read):
        raise ConcurrentUpdate("who wrote from there has said more by now")
    merge = {"clinic_id": scope.clinic, "id": change.id, "at": change.at, "by": TOLD_BY}
    scope.conn.execute(_MERGE, merge | {"kept_id": scope.patient, "merged_id": change.patient})
    here = scope.row(change.contact)
    scope.conn.execute(_LEAVE, here | {"freed": scope.index("ended", change.contact)})
    for statement in (_FORGET_NAMES, _CALL_OFF, _STOP):
        scope.conn.execute(statement, here)
