"""From a patient's record, as the console reads it, to what a summary is made from."""

from collections.abc import Iterable

from handlers.core.events import SPOKEN
from handlers.core.papers import Paper
from handlers.core.protocol import Protocol
from handlers.core.summary.told import (
    Superseded,
    Told,
    ToldFlag,
    ToldPaper,
    ToldResponse,
)
from storage.views.models import DocumentView, FlagView, Record, ResponseView


def told_of(record: Record, protocol: Protocol) -> Told:
    """Return what a record says of the intake; check-ins have pages of their own."""
    return Told(
        patient=record.patient,
        contacts=record.contacts,
        consents=record.consents,
        responses=tuple(_in_order(record.responses, protocol)),
        flags=tuple(_flag(flag) for flag in record.flags),
        papers=tuple(_paper(one) for one in record.documents if one.kind not in SPOKEN),
        decision=next(iter(record.decisions), None),
    )


def _in_order(views: Iterable[ResponseView], protocol: Protocol) -> list[ToldResponse]:
    """Return the parts of the intake in the order of the pack; those that it lost come last."""
    order = {url: place for place, url in enumerate(protocol.intake)}
    parts = [view for view in views if view.response.follow_up is None]
    parts.sort(
        key=lambda view: (order.get(view.response.questionnaire, len(order)), view.response.started_at)
    )
    return [
        ToldResponse(
            view.response,
            view.completed_at,
            tuple(Superseded(past.answer, past.until) for past in view.history),
        )
        for view in parts
    ]


def _flag(flag: FlagView) -> ToldFlag:
    return ToldFlag(
        id=flag.id,
        rule=flag.rule,
        level=flag.level,
        route=flag.route,
        staff_text=flag.staff_text,
        evidence=flag.evidence,
        response=flag.response,
        raised_at=flag.raised_at,
        closed_at=flag.closed_at,
        closed_by=flag.closed_by,
        reason=flag.reason,
    )


def _paper(one: DocumentView) -> ToldPaper:
    paper = Paper(
        id=one.id,
        link_id=one.purpose,
        state=one.state,
        at=one.received_at,
        verdict=one.verdict,
        dated=one.dated,
    )
    return ToldPaper(paper, one.name, one.mime, one.size, one.sha256, one.by, one.who)
