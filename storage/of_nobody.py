"""Changes that concern no patient: of the staff, of a stranger, of the account that the event came in at."""

from sqlalchemy import Connection

from handlers.core.changes import HoldAccount, JoinTeam, MoveTeam, TakeAlert, TellDay, TurnAway
from handlers.core.values import ContactPoint
from storage import accounts
from storage.keys import ClinicKey, Vault
from storage.on_call import apply_of_team
from storage.strangers import turn_away

OfNobody = JoinTeam | MoveTeam | TakeAlert | TellDay | TurnAway | HoldAccount


def apply_of_nobody(
    conn: Connection, vault: Vault, owner: ClinicKey, point: ContactPoint, change: OfNobody
) -> None:
    """Write what came from `point`."""
    match change:
        case TurnAway():
            turn_away(conn, vault, owner, point, change)
        case HoldAccount(""):
            accounts.works(conn, owner.clinic, point)
        case HoldAccount():
            accounts.hold(conn, owner.clinic, point, reason=change.reason, now=change.at)
        case _:
            apply_of_team(conn, vault, owner, change)
