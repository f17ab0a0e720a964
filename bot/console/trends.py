"""From the answers of intake and check-ins to the trends of one patient."""

from collections.abc import Iterable, Sequence

from bot.console.forms import FormReader
from bot.console.trend import TOP, Column, Trend, trend
from handlers.core.protocol import Step, StepKind
from handlers.core.questionnaire import Item, Questionnaire
from handlers.core.values import Answer, Slot
from storage.views.models import Record

_Found = tuple[Questionnaire, Item, Answer]


def columns_of(reader: FormReader) -> tuple[Column, ...]:
    """Return the intake and every check-in of the protocol, in order of time."""
    catalog = reader.words.catalog
    later = (
        Column(step.offset.months, catalog.plain("console.trend.month", n=str(step.offset.months)))
        for step in check_ins(reader)
    )
    return (Column(0, catalog.plain("console.trend.baseline")), *later)


def trends_of(record: Record, reader: FormReader) -> tuple[Trend, ...]:
    """Return a trend for every symptom that was answered in a check-in; empty before the first."""
    rows = (_row(record, reader, link_id) for link_id in _asked(reader))
    return tuple(row for row in rows if row is not None)


def _row(record: Record, reader: FormReader, link_id: str) -> Trend | None:
    points = [
        _found(record, reader, reader.protocol.baseline[link_id], None),
        *(_found(record, reader, link_id, step.id) for step in check_ins(reader)),
    ]
    known = next((point for point in points[1:] if point), None)
    if known is None or reader.hides(known[1]):
        return None
    columns = columns_of(reader)
    words = [reader.words.answer(*point) if point else "" for point in points]
    return trend(_name(reader, known), columns, words, [_step(point) for point in points])


def _asked(reader: FormReader) -> Iterable[str]:
    """Return the linkIds with a baseline twin, each once, in the order in which they are asked."""
    questionnaires = reader.protocol.questionnaires.values()
    asked = (link_id for questionnaire in questionnaires for link_id in questionnaire.order)
    return dict.fromkeys(link_id for link_id in asked if link_id in reader.protocol.baseline)


def check_ins(reader: FormReader) -> Sequence[Step]:
    """Return the check-ins of the protocol, in order of time."""
    steps = [step for step in reader.protocol.steps if step.kind is StepKind.CHECK_IN]
    return sorted(steps, key=lambda step: step.offset.months)


def _found(record: Record, reader: FormReader, link_id: str, step: str | None) -> _Found | None:
    """Return the newest answer to `link_id` at this step, or at the intake where `step` is None."""
    steps = {f.response: f.step for f in record.follow_ups if f.response}
    for view in reversed(record.responses):
        response = view.response
        questionnaire = reader.protocol.questionnaire(response.questionnaire, response.version)
        item = questionnaire.by_link_id.get(link_id) if questionnaire else None
        answer = response.answers.get(Slot(link_id))
        if questionnaire and item and answer and answer.values and steps.get(response.id) == step:
            return questionnaire, item, answer
    return None


def _step(point: _Found | None) -> int | None:
    """Return the answer's place on the scale 0 to 4; None where the question has no such scale."""
    if point is None:
        return None
    _, item, answer = point
    code = next(iter(answer.codes()), "")
    return int(code) if on_scale(item) and item.option(code) else None


def on_scale(item: Item) -> bool:
    """Say whether a question is answered on the scale 0 to 4."""
    return [option.code for option in item.options] == [str(step) for step in range(TOP + 1)]


def _name(reader: FormReader, point: _Found) -> str:
    questionnaire, item, _ = point
    return symptom_name(reader.words.question(questionnaire, item))


def symptom_name(question: str) -> str:
    """Return what a question is about: "Shaking: how much did it bother you …" is about "Shaking"."""
    return question.partition(":")[0].partition("\N{FULLWIDTH COLON}")[0]
