"""One summary from what was told."""

from collections import Counter
from collections.abc import Iterator, Set as AbstractSet
from datetime import date

from handlers.core.changes import Level
from handlers.core.flags import LOUDNESS
from handlers.core.frozen import replace
from handlers.core.protocol import Protocol
from handlers.core.questionnaire import Item, Questionnaire
from handlers.core.summary.gaps import missing_of, papers_of
from handlers.core.summary.lines import is_hidden, lines_of
from handlers.core.summary.model import Difference, FlagLine, Heading, Line, Section, Summary, Teller
from handlers.core.summary.told import Reading, Superseded, Told, ToldFlag, ToldResponse
from handlers.core.summary.versions import after, changed, last_change, sent_at, version
from handlers.core.values import AnsweredBy, ContactId

TOLD_ABOVE = frozenset({"submit", "review", "name", "birth-date", "zone-ok"})
"""Effects of answers that need no line: they stand at the head of the summary, or are none of its matter."""


def summary_of(told: Told, protocol: Protocol, reading: Reading, today: date) -> Summary:
    """Return the summary of one patient for one reader."""
    sent = sent_at(told, protocol.effects)
    papers = papers_of(told, protocol, reading, today)
    loud = sorted(
        (flag for flag in told.flags if flag.level is not Level.UNDECIDED),
        key=lambda flag: (LOUDNESS.index(flag.level), flag.rule, flag.id),
    )
    waiting = [flag for flag in told.flags if flag.level is Level.UNDECIDED and flag.closed_at is None]
    return Summary(
        code=told.patient.code,
        version=version(told, sent),
        at=last_change(told, sent),
        sent_at=sent,
        name=told.patient.name,
        birth_date=told.patient.birth_date,
        country=told.patient.country,
        language=told.patient.language or "",
        flags=tuple(_flag(flag, told, protocol, reading) for flag in loud if not flag.closed_at),
        closed=tuple(_flag(flag, told, protocol, reading) for flag in loud if flag.closed_at),
        undecided=len(waiting),
        sections=_sections(told, protocol, reading),
        papers=papers,
        missing=missing_of(told, protocol, reading, papers),
        tellers=_tellers(told),
        differences=_differences(told, protocol, reading),
        decision=told.decision,
    )


def _sections(told: Told, protocol: Protocol, reading: Reading) -> tuple[Section, ...]:
    found: dict[Heading, list[Line]] = {heading: [] for heading in Heading}
    behind = {link_id for flag in told.flags if not flag.closed_at for link_id, _ in flag.evidence}
    for part in told.responses:
        form = protocol.questionnaire(part.response.questionnaire, part.response.version)
        for item, line in lines_of(form, part, reading) if form else ():
            place = protocol.summary.get(item.group_path[0] if item.group_path else "")
            if place is not None and protocol.effects.get(item.link_id) not in TOLD_ABOVE:
                found[Heading(place)].append(_told_in_full(line, Heading(place), behind))
    return tuple(Section(heading, tuple(lines)) for heading, lines in found.items() if lines)


def _told_in_full(line: Line, heading: Heading, behind: AbstractSet[str]) -> Line:
    """Return a line that is not passed over as a plain no if it belongs to the diagnosis or to a flag."""
    is_short = line.plain_no and heading is not Heading.COURSE and line.link_id not in behind
    return line if is_short == line.plain_no else replace(line, plain_no=is_short)


def _flag(flag: ToldFlag, told: Told, protocol: Protocol, reading: Reading) -> FlagLine:
    found = {link_id: _item(protocol, link_id) for link_id, _ in flag.evidence}
    if any(place is not None and is_hidden(place[1], reading) for place in found.values()):
        return FlagLine(flag.id, flag.rule, flag.level, "", (), hidden=True)
    quotes = tuple(
        (reading.clinic.question(*place), _words(flag, told, place, said, reading))
        if (place := found[link_id]) is not None
        else (reading.clinic.titled(f"console.evidence.{link_id}", link_id), said)
        for link_id, said in flag.evidence
    )
    text = reading.clinic.titled(f"console.rule.{flag.rule}", flag.staff_text)
    return FlagLine(flag.id, flag.rule, flag.level, text, quotes)


def _words(flag: ToldFlag, told: Told, found: tuple[Questionnaire, Item], said: str, reading: Reading) -> str:
    """Return an answer behind a flag in the clinic's language; the words kept beside it if it is gone."""
    questionnaire, item = found
    own = (part.response for part in told.responses if flag.response in {None, part.response.id})
    every = (part.response for part in reversed(told.responses))
    for response in (*own, *every):
        answer = response.answers.get(item.plain_slot)
        if answer is not None and answer.values:
            return reading.clinic.answer(questionnaire, item, answer)
    return reading.clinic.retold(item, said)


def _item(protocol: Protocol, link_id: str) -> tuple[Questionnaire, Item] | None:
    for questionnaire in protocol.questionnaires.values():
        item = questionnaire.by_link_id.get(link_id)
        if item is not None and not item.carried:
            return questionnaire, item
    return None


def _tellers(told: Told) -> tuple[Teller, ...]:
    """Return who answered, most answers first; what the engine or staff set is nobody's word."""
    helpers = {contact.id: contact for contact in told.contacts if contact.by is AnsweredBy.HELPER}
    given: Counter[tuple[AnsweredBy, ContactId | None]] = Counter(
        (answer.by, answer.who if answer.who in helpers else None)
        for part in told.responses
        for answer in part.response.answers.values()
        if answer.by in {AnsweredBy.PATIENT, AnsweredBy.HELPER}
    )
    tellers = []
    for (by, who), count in sorted(given.items(), key=lambda pair: (-pair[1], pair[0][0], pair[0][1] or "")):
        helper = helpers[who] if who is not None else None
        name, relation = (helper.name, helper.relation) if helper else ("", "")
        tellers.append(Teller(by, count, name, relation))
    return tuple(tellers)


def _differences(told: Told, protocol: Protocol, reading: Reading) -> tuple[Difference, ...]:
    """Return what was changed after the intake was sent, the newest first."""
    sent = sent_at(told, protocol.effects)
    if sent is None:
        return ()
    pairs = sorted(changed(told, sent), key=lambda pair: pair[1].until, reverse=True)
    return tuple(_known(_difference(part, past, protocol, reading) for part, past in pairs))


def _difference(
    part: ToldResponse, past: Superseded, protocol: Protocol, reading: Reading
) -> Difference | None:
    form = protocol.questionnaire(part.response.questionnaire, part.response.version)
    item = form.by_link_id.get(past.answer.slot.link_id) if form else None
    if form is None or item is None:
        return None
    question = reading.clinic.question(form, item)
    if is_hidden(item, reading):
        return Difference(item.link_id, question, "", "", past.until, hidden=True)
    now = after(part, past)
    return Difference(
        item.link_id,
        question,
        reading.clinic.answer(form, item, past.answer),
        reading.clinic.answer(form, item, now) if now else "",
        past.until,
    )


def _known(found: Iterator[Difference | None]) -> Iterator[Difference]:
    return (difference for difference in found if difference is not None)
