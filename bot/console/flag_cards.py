"""Flags as staff read them: the clinic's rule beside the patient's own words, loudest first."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.console.forms import FormReader
from handlers.core.changes import Level
from handlers.core.flags import LOUDNESS
from handlers.core.questionnaire import Item, Questionnaire
from handlers.core.values import Slot
from storage.views.models import FlagView, Record, ResponseView


@dataclass(frozen=True, slots=True)
class Quote:
    """A source answer: its label for staff, and the patient's words where they differ."""

    question: str
    label: str
    words: str
    hidden: bool = False


@dataclass(frozen=True, slots=True)
class FlagCard:
    """One flag, worded."""

    id: str
    level: Level
    rule: str
    rule_version: str
    route: str
    fixed_line: str
    text: str
    where: str
    quotes: tuple[Quote, ...]
    sources: tuple[str, ...]
    closed_at: datetime | None
    closed_by: str
    reason: str

    @property
    def hidden(self) -> bool:
        """Say whether the reader may not see what it is about, since an answer behind it is sensitive."""
        return any(quote.hidden for quote in self.quotes)


@dataclass(frozen=True, slots=True)
class FlagBoard:
    """All flags of a patient in three heaps."""

    open: tuple[FlagCard, ...]
    undecided: tuple[FlagCard, ...]
    closed: tuple[FlagCard, ...]


def board(record: Record, reader: FormReader) -> FlagBoard:
    """Return the patient's flags, loudest first."""
    ordered = sorted(record.flags, key=lambda flag: (LOUDNESS.index(flag.level), flag.rule))
    cards = [_card(flag, record, reader) for flag in ordered]
    waiting = [card for card in cards if card.closed_at is None]
    return FlagBoard(
        open=tuple(card for card in waiting if card.level is not Level.UNDECIDED),
        undecided=tuple(card for card in waiting if card.level is Level.UNDECIDED),
        closed=tuple(card for card in cards if card.closed_at is not None),
    )


def counts(flags: Sequence[FlagView]) -> tuple[tuple[Level, int], ...]:
    """Return how many open flags there are of each level, loudest first."""
    found = Counter(flag.level for flag in flags if flag.closed_at is None)
    return tuple((level, found[level]) for level in LOUDNESS if found[level])


def _card(flag: FlagView, record: Record, reader: FormReader) -> FlagCard:
    words = reader.words
    fixed = flag.level is Level.LIKELY_NO
    return FlagCard(
        id=flag.id,
        level=flag.level,
        rule=flag.rule,
        rule_version=flag.rule_version,
        route=words.titled(f"console.route.{flag.route}", flag.route),
        fixed_line=words.catalog.plain("console.flag.likely_no", id=flag.rule) if fixed else "",
        text=words.titled(f"console.rule.{flag.rule}", flag.staff_text),
        where=_where(flag, record, reader),
        quotes=tuple(_quote(flag, record, reader, link_id, said) for link_id, said in flag.evidence),
        sources=flag.sources,
        closed_at=flag.closed_at,
        closed_by=flag.closed_by,
        reason=flag.reason,
    )


def _where(flag: FlagView, record: Record, reader: FormReader) -> str:
    """Return the name of the check-in that raised it, or nothing for the intake."""
    step = next((f.step for f in record.follow_ups if flag.response and f.response == flag.response), "")
    return reader.step_name(step) if step else ""


def _quote(flag: FlagView, record: Record, reader: FormReader, link_id: str, said: str) -> Quote:
    view = _view(flag, record, link_id)
    found = _item(reader, view.response.questionnaire if view else "", link_id)
    if found is None:
        return Quote(reader.words.titled(f"console.evidence.{link_id}", link_id), said, "")
    questionnaire, item = found
    question = reader.words.question(questionnaire, item)
    if reader.hides(item):
        return Quote(question, "", "", hidden=True)
    said = reader.words.retold(item, said)
    answer = view.response.answers.get(Slot(link_id)) if view else None
    label = (reader.words.answer(questionnaire, item, answer) if answer else "") or said
    return Quote(question, label, said if said not in label else "")


def _view(flag: FlagView, record: Record, link_id: str) -> ResponseView | None:
    """Return the response that the evidence stands in: the flag's own, else the newest with an answer."""
    answered = [view for view in record.responses if Slot(link_id) in view.response.answers]
    own = [view for view in answered if view.response.id == flag.response]
    return next(reversed(own or answered), None)


def _item(reader: FormReader, url: str, link_id: str) -> tuple[Questionnaire, Item] | None:
    own = reader.protocol.questionnaires.get(url)
    for questionnaire in (own, *reader.protocol.questionnaires.values()):
        item = questionnaire.by_link_id.get(link_id) if questionnaire else None
        if questionnaire and item and not item.carried:
            return questionnaire, item
    return None
