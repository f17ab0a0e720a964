"""The worklist and alerts, as JSON: what waits for a person and how urgently, without anybody's words."""

from pydantic import BaseModel

from bot.api.shapes import Moment
from handlers.core.changes import Level
from handlers.core.worklist import Group, Sort
from storage.views.alerting import AlertView
from storage.views.work import Tally, WorkItem


class WorkShape(BaseModel):
    """A line: `line` names it, `kind` says what it is, `group` how soon a person is needed (1: now)."""

    line: str
    kind: str
    group: Group
    sort: Sort
    at: Moment
    due_at: Moment | None
    step: str
    patient: str | None
    code: str
    taken_by: str
    taken_at: Moment | None
    snoozed_until: Moment | None

    @classmethod
    def of(cls, item: WorkItem) -> "WorkShape":
        """Return a line, without the notes of staff."""
        return cls(
            line=item.key,
            kind=item.kind,
            group=item.group,
            sort=item.sort,
            at=item.at,
            due_at=item.due_at,
            step=item.step,
            patient=item.patient,
            code=item.code,
            taken_by=item.taken_by,
            taken_at=item.taken_at,
            snoozed_until=item.snoozed_until,
        )


class TallyShape(BaseModel):
    """How many lines of the whole list share these marks."""

    group: Group
    kind: str
    mine: bool
    snoozed: bool
    number: int

    @classmethod
    def of(cls, tally: Tally) -> "TallyShape":
        """Return a number."""
        return cls(
            group=tally.group,
            kind=tally.kind,
            mine=tally.mine,
            snoozed=tally.snoozed,
            number=tally.number,
        )


class WorkListShape(BaseModel):
    """A page of 50 lines, the soonest first; `pulse` is another as soon as the list is."""

    pulse: str
    lines: list[WorkShape]
    numbers: list[TallyShape]


class AlertShape(BaseModel):
    """An alert that waits for somebody: whose it is and how urgent, not what was said."""

    id: str
    patient: str
    code: str
    level: Level
    raised_at: Moment
    case: str | None

    @classmethod
    def of(cls, alert: AlertView) -> "AlertShape":
        """Return an alert."""
        return cls(
            id=alert.id,
            patient=alert.patient,
            code=alert.code,
            level=alert.level,
            raised_at=alert.raised_at,
            case=alert.event,
        )
