"""What a decision leads to: a closed set of changes that storage writes in one transaction.

A decision (`handlers`) returns a list of these and touches nothing; `storage` applies them in
order, in the same transaction that settles the inbox row or the follow-up that caused them.
"""

from handlers.core.changes.alerts import JoinTeam, MoveTeam, RaiseAlert, TakeAlert, TellDay
from handlers.core.changes.answers import (
    CloseResponse,
    DropAnswer,
    DropHealthData,
    PutAnswer,
    RecordConsent,
    StartResponse,
)
from handlers.core.changes.doctor import RecordDecision
from handlers.core.changes.flags import CloseFlag, Level, RaiseFlag, ReplaceFlags
from handlers.core.changes.ledger import Audit, HoldAccount, NoteNews, SettleInbox
from handlers.core.changes.papers import AddDocument, JudgeDocument
from handlers.core.changes.people import (
    AddContact,
    AddInvitation,
    AddPatient,
    GiveWay,
    KeepName,
    MergePatients,
    SaveContact,
    SavePatient,
    SetReach,
    SpendInvitation,
    UnmergePatients,
)
from handlers.core.changes.plan import FINISHED, NEVER, DropAnchor, PlanFollowUps, SaveFollowUp, SetAnchor
from handlers.core.changes.sending import CancelQueued, FreeHeld, LetGo, MoveSend, Queue
from handlers.core.changes.strangers import TurnAway
from handlers.core.changes.tasks import CloseTask, FinishTask, OpenTask, OweSummary

Change = (
    AddPatient
    | SavePatient
    | SaveContact
    | KeepName
    | GiveWay
    | AddContact
    | StartResponse
    | CloseResponse
    | PutAnswer
    | DropAnswer
    | RecordConsent
    | DropHealthData
    | Queue
    | CancelQueued
    | MoveSend
    | LetGo
    | FreeHeld
    | AddDocument
    | JudgeDocument
    | RecordDecision
    | RaiseFlag
    | ReplaceFlags
    | OpenTask
    | CloseTask
    | SetAnchor
    | DropAnchor
    | PlanFollowUps
    | SaveFollowUp
    | SettleInbox
    | SpendInvitation
    | AddInvitation
    | SetReach
    | FinishTask
    | OweSummary
    | CloseFlag
    | MergePatients
    | UnmergePatients
    | Audit
    | NoteNews
    | HoldAccount
    | RaiseAlert
    | JoinTeam
    | MoveTeam
    | TakeAlert
    | TellDay
    | TurnAway
)

__all__ = [
    "FINISHED",
    "NEVER",
    "AddContact",
    "AddDocument",
    "AddInvitation",
    "AddPatient",
    "Audit",
    "CancelQueued",
    "Change",
    "CloseFlag",
    "CloseResponse",
    "CloseTask",
    "DropAnchor",
    "DropAnswer",
    "DropHealthData",
    "FinishTask",
    "FreeHeld",
    "GiveWay",
    "HoldAccount",
    "JoinTeam",
    "JudgeDocument",
    "KeepName",
    "LetGo",
    "Level",
    "MergePatients",
    "MoveSend",
    "MoveTeam",
    "NoteNews",
    "OpenTask",
    "OweSummary",
    "PlanFollowUps",
    "PutAnswer",
    "Queue",
    "RaiseAlert",
    "RaiseFlag",
    "RecordConsent",
    "RecordDecision",
    "ReplaceFlags",
    "SaveContact",
    "SaveFollowUp",
    "SavePatient",
    "SetAnchor",
    "SetReach",
    "SettleInbox",
    "SpendInvitation",
    "StartResponse",
    "TakeAlert",
    "TellDay",
    "TurnAway",
    "UnmergePatients",
]
