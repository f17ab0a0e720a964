"""Who may do what in the console (clinical.md section 13)."""

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType


class Role(StrEnum):
    """What a member of staff is."""

    COORDINATOR = "coordinator"
    NURSE = "nurse"
    NURSE_LIMITED = "nurse-limited"
    """A nurse to whom the clinic did not give the restricted answers."""
    DOCTOR = "doctor"
    INTERPRETER = "interpreter"
    ADMINISTRATOR = "administrator"
    AUDITOR = "auditor"


class Right(StrEnum):
    """One thing that a role may allow."""

    SEE_PATIENTS = "see-patients"
    SEE_SENSITIVE = "see-sensitive"
    SEE_ASSIGNED = "see-assigned"
    """See, of the cases that were given to them for a while, what an interpreter needs."""
    ASSIGN = "assign"
    """Give an interpreter a case, and take it back."""
    PLAN = "plan"
    TASKS = "tasks"
    CLOSE_FLAGS = "close-flags"
    DECIDE = "decide"
    INVITE = "invite"
    MERGE = "merge"
    SETTINGS = "settings"
    STAFF = "staff"
    LOG = "log"
    UPKEEP = "upkeep"
    TALK = "talk"
    BREAK_GLASS = "break-glass"
    """See what is restricted of one patient for half an hour, in an emergency, with a reason."""
    REVIEW_GLASS = "review-glass"
    """See who did that and why, and mark it as reviewed."""
    ERASE = "erase"
    """Erase a patient for good: it shows case numbers and counts, and no word of anybody's."""
    ALERTS = "alerts"
    """See that an alert waits (case number and urgency) and take it."""


_CASES = frozenset(
    {
        *(Right.SEE_PATIENTS, Right.PLAN, Right.TASKS, Right.INVITE, Right.MERGE, Right.UPKEEP),
        *(Right.ALERTS, Right.TALK, Right.ASSIGN),
    }
)

_RIGHTS: Mapping[Role, frozenset[Right]] = MappingProxyType(
    {
        Role.COORDINATOR: _CASES | {Right.BREAK_GLASS},
        Role.NURSE: _CASES | {Right.SEE_SENSITIVE},
        Role.NURSE_LIMITED: _CASES | {Right.BREAK_GLASS},
        Role.DOCTOR: _CASES | {Right.SEE_SENSITIVE, Right.CLOSE_FLAGS, Right.DECIDE},
        Role.INTERPRETER: frozenset({Right.SEE_ASSIGNED}),
        Role.ADMINISTRATOR: frozenset(
            {
                Right.SETTINGS,
                Right.STAFF,
                Right.INVITE,
                Right.UPKEEP,
                Right.ALERTS,
                Right.ERASE,
                Right.REVIEW_GLASS,
            }
        ),
        Role.AUDITOR: frozenset({Right.LOG}),
    }
)


def rights_of(role: str, *, demo: bool) -> frozenset[Right]:
    """Return what a role allows; in demo the administrator may do everything, to try it alone."""
    known = next((each for each in Role if each == role), None)
    if known is None:
        return frozenset()
    if demo and known is Role.ADMINISTRATOR:
        return frozenset(Right)
    return _RIGHTS[known]


def rights_in_emergency(rights: frozenset[Right]) -> frozenset[Right]:
    """Return what somebody may do with a patient whom they opened in an emergency; only who may do that."""
    return rights | {Right.SEE_SENSITIVE} if Right.BREAK_GLASS in rights else rights
