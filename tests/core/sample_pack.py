"""The real pack, and responses to its questionnaires for tests of rules."""

from datetime import UTC, datetime
from functools import cache
from pathlib import Path

from handlers.core.case import Response, ResponseStatus
from handlers.core.values import Absent, Answer, Coding, ResponseId, Slot
from storage.protocols import read_pack

NOW = datetime(2026, 11, 24, 9, tzinfo=UTC)
SKIP, UNSURE = Absent.SKIPPED, Absent.UNKNOWN


@cache
def pack():
    """Return the sample protocol as it is shipped."""
    return read_pack(Path(__file__).parents[2] / "handlers/protocols/parkinson-cell-therapy")


def questionnaire(name):
    """Return a questionnaire of the pack by its short name."""
    return next(q for q in pack().questionnaires.values() if q.id == name)


def response(name, answers):
    """Return a response of the questionnaire `name`; codes get their labels, SKIP is a skip."""
    form = questionnaire(name)
    given = {Slot(link_id): _answer(form.item(link_id), said) for link_id, said in answers.items()}
    return Response(
        ResponseId(f"r-{name}"), form.url, form.version, ResponseStatus.COMPLETED, NOW, answers=given
    )


def _answer(item, said):
    if isinstance(said, Absent):
        return Answer(Slot(item.link_id), (), NOW, absent=said)
    values = said if isinstance(said, tuple) else (said,)
    return Answer(Slot(item.link_id), tuple(_value(item, value) for value in values), NOW)


def _value(item, value):
    option = item.option(value) if isinstance(value, str) else None
    return Coding(value, display=option.label) if option else value
