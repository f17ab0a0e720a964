"""Every kind of change, applied in the order in which it was decided."""

from collections.abc import Sequence
from itertools import groupby
from typing import assert_never

from sqlalchemy import Connection

from handlers.core.case import Case
from handlers.core.changes import (
    AddContact,
    AddDocument,
    AddInvitation,
    AddPatient,
    Audit,
    CancelQueued,
    Change,
    CloseFlag,
    CloseResponse,
    CloseTask,
    DropAnchor,
    DropAnswer,
    DropHealthData,
    FinishTask,
    FreeHeld,
    GiveWay,
    HoldAccount,
    JoinTeam,
    JudgeDocument,
    KeepName,
    LetGo,
    MergePatients,
    MoveSend,
    MoveTeam,
    NoteNews,
    OpenTask,
    OweSummary,
    PlanFollowUps,
    PutAnswer,
    Queue,
    RaiseAlert,
    RaiseFlag,
    RecordConsent,
    RecordDecision,
    ReplaceFlags,
    SaveContact,
    SaveFollowUp,
    SavePatient,
    SetAnchor,
    SetReach,
    SettleInbox,
    SpendInvitation,
    StartResponse,
    TakeAlert,
    TellDay,
    TurnAway,
    UnmergePatients,
)
from handlers.errors import NotFound
from storage import interviews, marks, people, plans, refusals, sends
from storage.alerts import raise_alert
from storage.audit.chain import add_audit
from storage.change_order import in_order
from storage.channel_news import note_news
from storage.deliveries import owe
from storage.documents import add_document
from storage.freeing import free_held
from storage.held import for_templates
from storage.inbox import settle_inbox
from storage.invitations import invite_again, spend_invitation
from storage.keys import ClinicKey, PatientKey, Vault
from storage.of_nobody import OfNobody, apply_of_nobody
from storage.papers import judge_document
from storage.scope import Scope

MOVES_NOTHING = (SettleInbox, MoveSend, Audit, NoteNews, HoldAccount, LetGo, FreeHeld)
"""Changes that look at nothing in the case, so that receipts and conversations don't wait for each other."""


def moves_nothing(changes: Sequence[Change]) -> bool:
    """Say whether these changes leave the case as it is."""
    return all(isinstance(change, MOVES_NOTHING) for change in changes)


def apply_all(
    conn: Connection,
    vault: Vault,
    owner: ClinicKey,
    key: PatientKey | None,
    case: Case,
    changes: Sequence[Change],
) -> None:
    """Write all changes; without a patient's key only what concerns nobody we know."""
    if key is None:
        _save_without_patient(conn, vault, owner, case, changes)
        return
    scope = Scope(conn, vault, owner, key, case)
    if not moves_nothing(changes):
        people.save_patient(scope, list(changes))
    for kind, group in groupby(in_order(changes), type):
        if kind is Queue:
            sends.queue(scope, [change for change in group if isinstance(change, Queue)])
            continue
        for change in group:
            _apply(scope, change)


def _save_without_patient(
    conn: Connection, vault: Vault, owner: ClinicKey, case: Case, changes: Sequence[Change]
) -> None:
    """Write what an event of nobody we know leads to: a receipt, a task for staff, the settled row."""
    for change in in_order(changes):
        match change:
            case SettleInbox():
                settle_inbox(conn, vault, owner.clinic, None, change)
            case MoveSend():
                sends.move_send(conn, vault, owner, case.contact.point, change)
            case LetGo():
                for_templates(conn, owner.clinic, case.contact.point.channel, case.contact.point.account)
            case OpenTask(kind, task_key, at, note, due_at):
                marks.open_task_row(conn, vault, owner, None, kind, task_key, at=at, note=note, due_at=due_at)
            case Audit():
                add_audit(conn, vault, owner, change)
            case CloseTask(task_key, at, by):
                marks.close_task_row(conn, vault, owner, task_key, at=at, by=by)
            case NoteNews():
                note_news(conn, owner.clinic, case.contact.point, change)
            case JoinTeam() | MoveTeam() | TakeAlert() | TellDay() | TurnAway() | HoldAccount():
                apply_of_nobody(conn, vault, owner, case.contact.point, change)
            case _:
                raise NotFound("a change to a patient whom nobody added")


def _apply(scope: Scope, change: Change) -> None:
    match change:
        case (
            AddPatient() | SavePatient() | SaveContact() | KeepName() | AddContact() | SetReach() | GiveWay()
        ):
            people.apply_to_people(scope, change)
        case StartResponse() | CloseResponse() | PutAnswer() | DropAnswer():
            _apply_to_responses(scope, change)
        case Queue() | CancelQueued() | MoveSend() | LetGo() | FreeHeld():
            _apply_to_sends(scope, change)
        case SetAnchor() | DropAnchor() | PlanFollowUps() | SaveFollowUp():
            _apply_to_plan(scope, change)
        case RaiseFlag() | ReplaceFlags() | CloseFlag() | RecordDecision():
            _apply_to_marks(scope, change)
        case OpenTask() | CloseTask() | FinishTask() | OweSummary() | RaiseAlert():
            _apply_to_tasks(scope, change)
        case AddDocument() | JudgeDocument():
            _apply_to_papers(scope, change)
        case RecordConsent() | DropHealthData() | MergePatients() | UnmergePatients():
            _apply_to_record(scope, change)
        case (
            SettleInbox()
            | SpendInvitation()
            | AddInvitation()
            | Audit()
            | NoteNews()
            | HoldAccount()
            | JoinTeam()
            | MoveTeam()
            | TakeAlert()
            | TellDay()
            | TurnAway()
        ):
            _apply_to_causes(scope, change)
        case unreachable:
            assert_never(unreachable)


def _apply_to_papers(scope: Scope, change: AddDocument | JudgeDocument) -> None:
    match change:
        case AddDocument():
            add_document(scope, change)
        case JudgeDocument():
            judge_document(scope, change)
        case unreachable:
            assert_never(unreachable)


def _apply_to_record(
    scope: Scope, change: RecordConsent | DropHealthData | MergePatients | UnmergePatients
) -> None:
    match change:
        case RecordConsent():
            marks.record_consent(scope, change)
        case DropHealthData():
            refusals.drop_health_data(scope, change)
        case MergePatients():
            marks.merge_patients(scope, change)
        case UnmergePatients():
            marks.unmerge_patients(scope, change)
        case unreachable:
            assert_never(unreachable)


def _apply_to_causes(
    scope: Scope,
    change: SettleInbox | SpendInvitation | AddInvitation | Audit | NoteNews | OfNobody,
) -> None:
    point = scope.case.contact.point
    match change:
        case SettleInbox():
            settle_inbox(scope.conn, scope.vault, scope.clinic, scope.key, change)
        case SpendInvitation():
            spend_invitation(scope, change)
        case AddInvitation():
            invite_again(scope, change)
        case Audit():
            add_audit(scope.conn, scope.vault, scope.clinic_key, change)
        case NoteNews():
            note_news(scope.conn, scope.clinic, point, change)
        case JoinTeam() | MoveTeam() | TakeAlert() | TellDay() | TurnAway() | HoldAccount():
            apply_of_nobody(scope.conn, scope.vault, scope.clinic_key, point, change)
        case unreachable:
            assert_never(unreachable)


def _apply_to_responses(scope: Scope, change: StartResponse | CloseResponse | PutAnswer | DropAnswer) -> None:
    match change:
        case StartResponse(response):
            interviews.start_response(scope, response)
        case CloseResponse():
            interviews.close_response(scope, change)
        case PutAnswer():
            interviews.put_answer(scope, change)
        case DropAnswer():
            interviews.drop_answer(scope, change)
        case unreachable:
            assert_never(unreachable)


def _apply_to_sends(scope: Scope, change: Queue | CancelQueued | MoveSend | LetGo | FreeHeld) -> None:
    point = scope.case.contact.point
    match change:
        case Queue():
            sends.queue(scope, [change])
        case CancelQueued():
            sends.cancel_queued(scope, change)
        case MoveSend():
            sends.move_send(scope.conn, scope.vault, scope.clinic_key, point, change)
        case LetGo():
            for_templates(scope.conn, scope.clinic, point.channel, point.account)
        case FreeHeld():
            free_held(scope, change)
        case unreachable:
            assert_never(unreachable)


def _apply_to_plan(scope: Scope, change: SetAnchor | DropAnchor | PlanFollowUps | SaveFollowUp) -> None:
    match change:
        case SetAnchor():
            plans.set_anchor(scope, change)
        case DropAnchor():
            plans.drop_anchor(scope, change)
        case PlanFollowUps():
            plans.plan_follow_ups(scope, change)
        case SaveFollowUp():
            plans.save_follow_up(scope, change)
        case unreachable:
            assert_never(unreachable)


def _apply_to_marks(scope: Scope, change: RaiseFlag | ReplaceFlags | CloseFlag | RecordDecision) -> None:
    match change:
        case RaiseFlag():
            marks.raise_flag(scope, change)
        case ReplaceFlags():
            marks.replace_flags(scope, change)
        case CloseFlag():
            marks.close_flag(scope, change)
        case RecordDecision():
            marks.record_decision(scope, change)
        case unreachable:
            assert_never(unreachable)


def _apply_to_tasks(
    scope: Scope, change: OpenTask | CloseTask | FinishTask | OweSummary | RaiseAlert
) -> None:
    match change:
        case RaiseAlert():
            raise_alert(scope, change)
        case OpenTask():
            marks.open_task(scope, change)
        case CloseTask():
            marks.close_task(scope, change)
        case FinishTask():
            marks.finish_task(scope, change)
        case OweSummary():
            owe(scope, change)
        case unreachable:
            assert_never(unreachable)
