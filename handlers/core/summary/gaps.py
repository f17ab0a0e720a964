"""What is missing, and how it stands with the papers that were asked for."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from types import MappingProxyType
from typing import Final

from handlers.core.asked import Asked
from handlers.core.checklist import state_by
from handlers.core.paper_marks import PaperMark, mark_of
from handlers.core.papers import Paper
from handlers.core.protocol import Protocol
from handlers.core.questionnaire import Item, ItemType, Questionnaire
from handlers.core.summary.lines import is_hidden
from handlers.core.summary.model import Gap, Missing, PaperLine, PaperStatus
from handlers.core.summary.told import Reading, Told
from handlers.core.values import Absent

_GAPS: Final[Mapping[Absent, Gap]] = MappingProxyType(
    {Absent.SKIPPED: Gap.SKIPPED, Absent.UNKNOWN: Gap.UNSURE, Absent.VOICE: Gap.SPOKEN}
)


def papers_of(told: Told, protocol: Protocol, reading: Reading, today: date) -> tuple[PaperLine, ...]:
    """Return every paper that the intake asks for, in its order; what is not asked for stands out.

    What came without being asked for is a line of its own, under the name "unsorted".
    """
    asked = Asked(protocol, [part.response for part in told.responses], today)
    lines = []
    for questionnaire, item in _attachments(protocol):
        files = [one.paper for one in told.papers if one.paper.link_id == item.link_id]
        if (files or asked.is_asked(item.link_id) is True) and not is_hidden(item, reading):
            mark = mark_of(item.link_id, told.patient.paper_marks)
            lines.append(_line(reading.clinic.question(questionnaire, item), item.link_id, files, mark))
    known = {line.link_id for line in lines}
    rest = [one.paper for one in told.papers if one.paper.link_id not in known]
    if rest:
        unsorted = reading.clinic.titled("console.documents.unsorted", "unsorted")
        lines.append(_line(unsorted, "unsorted", rest))
    return tuple(lines)


def status_of(files: Sequence[Paper], mark: PaperMark | None = None) -> PaperStatus:
    """Return how it stands with a paper, by its files and what staff said: one that is good settles it."""
    return PaperStatus(state_by(files, mark).value)


def missing_of(
    told: Told, protocol: Protocol, reading: Reading, papers: Sequence[PaperLine]
) -> tuple[Missing, ...]:
    """Return what is not known: parts not answered, questions passed over, papers still wanted."""
    wanted = (
        Missing(line.link_id, line.question, Gap.PAPER)
        for line in papers
        if line.status in {PaperStatus.WANTED, PaperStatus.UNREADABLE}
    )
    return (*_parts(told, protocol, reading), *_questions(told, protocol, reading), *wanted)


def _parts(told: Told, protocol: Protocol, reading: Reading) -> Iterator[Missing]:
    begun = {part.response.questionnaire for part in told.responses}
    for url in protocol.intake:
        if url not in begun:
            form = protocol.questionnaires[url]
            yield Missing(form.id, reading.clinic.titled(f"{form.id}#title", form.title), Gap.PART)


def _questions(told: Told, protocol: Protocol, reading: Reading) -> Iterator[Missing]:
    for part in told.responses:
        form = protocol.questionnaire(part.response.questionnaire, part.response.version)
        if form is None:
            continue
        for slot, answer in part.response.answers.items():
            item = form.by_link_id.get(slot.link_id)
            if answer.absent is None or item is None or item.carried or item.type is ItemType.ATTACHMENT:
                continue
            if not is_hidden(item, reading):
                yield Missing(item.link_id, reading.clinic.question(form, item), _GAPS[answer.absent])


def _attachments(protocol: Protocol) -> Iterator[tuple[Questionnaire, Item]]:
    for url in protocol.intake:
        form = protocol.questionnaires[url]
        for item in form.walk():
            if item.type is ItemType.ATTACHMENT and not item.carried:
                yield form, item


def _line(question: str, link_id: str, files: Sequence[Paper], mark: PaperMark | None = None) -> PaperLine:
    dated = max((paper.dated for paper in files if paper.counts), default="")
    return PaperLine(link_id, question, status_of(files, mark), len(files), dated)
