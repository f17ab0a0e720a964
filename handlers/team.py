"""What the clinic's people do in their chats: link one, take an alert, ask for the day; of no patient."""

from typing import Final

from handlers.core.changes import Change, JoinTeam, MoveTeam, SettleInbox, TakeAlert, TellDay
from handlers.core.events import AlertTaken, DayAsked, Event, OfStaff, TeamJoined, TeamMoved
from handlers.ports import InboxRow
from handlers.world import World

TEAM: Final = "team-"
"""How the payload of a link for staff begins: everything else is an invitation of a patient."""

TODAY: Final = "today"
"""The command that asks what the day brings."""

TAKE: Final = "take:"
"""How the id of the button "I take it" begins; the alert's id follows."""


def is_of_team(event: Event) -> bool:
    """Say whether an event is no patient's."""
    return isinstance(event.what, OfStaff)


def decide_of_team(event: Event, world: World, row: InboxRow) -> list[Change]:
    """Return what follows; whether the code holds and the chat is linked is seen when it is written."""
    settle = SettleInbox(row.id, row.fence, keep=False, kind=type(event.what).__name__)
    match event.what:
        case TeamJoined(code):
            return [JoinTeam(code, row.conversation, world.now, world.now_system), settle]
        case TeamMoved(address):
            return [MoveTeam(row.conversation, address, world.now), settle]
        case DayAsked():
            return [TellDay(row.conversation, world.now), settle]
        case AlertTaken(alert, person, ack):
            name = event.sender_name
            return [TakeAlert(alert, row.conversation, person, name, ack, world.now), settle]
        case _:
            return [settle]
