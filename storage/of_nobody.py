"""Changes that concern no patient, though they came from an address: of the staff, or of a stranger."""

from sqlalchemy import Connection

from handlers.core.changes import JoinTeam, MoveTeam, TakeAlert, TellDay, TurnAway
from handlers.core.values import ContactPoint
from storage.keys import ClinicKey, Vault
from storage.on_call import apply_of_team
from storage.strangers import turn_away

OfNobody = JoinTeam | MoveTeam | TakeAlert | TellDay | TurnAway


def apply_of_nobody(
    conn: Connection, vault: Vault, owner: ClinicKey, point: ContactPoint, change: OfNobody
) -> None:
    """Write what came from `point`."""
    if isinstance(change, TurnAway):
        turn_away(conn, vault, owner, point, change)
    else:
        apply_of_team(conn, vault, owner, change)
