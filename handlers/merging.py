"""Two records of one person: the one that is shown under the other asks for no check-ins any more."""

from datetime import datetime, timedelta

from handlers.core.case import Case, FollowUpState
from handlers.core.changes import FINISHED, SaveFollowUp
from handlers.core.course import held_back
from handlers.core.frozen import replace

MERGED = "merged"
_SOON = timedelta(minutes=1)


def set_aside(case: Case) -> list[SaveFollowUp]:
    """Cancel the check-ins of a record that is merged into another: nobody is asked twice."""
    return [
        SaveFollowUp(replace(one, state=FollowUpState.CANCELLED, reason=MERGED))
        for one in case.follow_ups
        if one.state not in FINISHED
    ]


def take_back(case: Case, now: datetime) -> list[SaveFollowUp]:
    """Plan again what the merge had cancelled; `case` holds the finished follow-ups too."""
    back = [
        replace(one, state=FollowUpState.SCHEDULED, reason="", next_at=max(one.due_at, now + _SOON))
        for one in case.follow_ups
        if one.state is FollowUpState.CANCELLED and one.reason == MERGED
    ]
    return [SaveFollowUp(held_back(one, case.patient.paused_until)) for one in back]
