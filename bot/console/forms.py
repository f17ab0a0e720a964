"""A response as staff read it: sections of question and answer, with what stood there before."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from itertools import groupby

from bot.staff_words import StaffWords
from handlers.core.case import FollowUp, Response
from handlers.core.changes import Level
from handlers.core.protocol import Protocol
from handlers.core.questionnaire import Item, Questionnaire
from handlers.core.summary.places import question_at
from handlers.core.values import Absent, Answer, AnsweredBy, FileRef, Slot
from storage.views.models import PastAnswer, ResponseView

SHORT = 12
"""A form with at most so many answers is shown unfolded."""


@dataclass(frozen=True, slots=True)
class PastLine:
    """What an answer said until it was changed."""

    answer: str
    until: datetime


@dataclass(frozen=True, slots=True)
class Line:
    """One question with its answer. `hidden` means the reader's role may not see it."""

    question: str
    answer: str
    skipped: bool
    hidden: bool
    by: AnsweredBy
    history: tuple[PastLine, ...] = ()
    document: str = ""
    """Id of the document that holds what was said, where it was spoken."""
    who: str = ""
    """The id of the contact point at which it was given."""


@dataclass(frozen=True, slots=True)
class Section:
    """The lines under one heading."""

    title: str
    lines: tuple[Line, ...]


@dataclass(frozen=True, slots=True)
class Form:
    """A whole response. `flags` counts its open flags by level."""

    id: str
    title: str
    status: str
    at: datetime
    sections: tuple[Section, ...]
    flags: tuple[tuple[Level, int], ...] = ()

    @property
    def short(self) -> bool:
        """Say whether it is short enough to be shown unfolded."""
        return sum(len(section.lines) for section in self.sections) <= SHORT


@dataclass(frozen=True, slots=True)
class FormReader:
    """Turns responses into forms, in the reader's words and within their rights."""

    words: StaffWords
    protocol: Protocol
    sees_sensitive: bool

    def form(
        self, view: ResponseView, follow_up: FollowUp | None, flags: Sequence[tuple[Level, int]] = ()
    ) -> Form:
        """Return the form of one response; `follow_up` names it if it is a check-in."""
        response = view.response
        questionnaire = self.protocol.questionnaire(response.questionnaire, response.version)
        return Form(
            id=response.id,
            title=self._title(questionnaire, response, follow_up),
            status=response.status,
            at=view.completed_at or response.started_at,
            sections=self._sections(questionnaire, view) if questionnaire else (),
            flags=tuple(flags),
        )

    def line(self, canonical: str, version: str, answer: Answer) -> Line | None:
        """Return one answer by itself, within the reader's rights; None where its question is not shown."""
        questionnaire = self.protocol.questionnaire(canonical, version)
        item = questionnaire.by_link_id.get(answer.slot.link_id) if questionnaire else None
        if questionnaire is None or item is None or item.hidden:
            return None
        return self._line(questionnaire, item, answer, self.words.question(questionnaire, item))

    def hides(self, item: Item) -> bool:
        """Say whether the reader may not see this item's answers."""
        return bool(item.sensitive) and not self.sees_sensitive

    def options_about(self, link_id: str) -> Mapping[str, str]:
        """Return code → label of the options of that question, in their order."""
        for questionnaire in self.protocol.questionnaires.values():
            item = questionnaire.by_link_id.get(link_id)
            if item is not None and not item.carried:
                return {o.code: self.words.option(questionnaire, item, o.code) for o in item.options}
        return {}

    def question_about(self, link_id: str) -> str:
        """Return the question with this linkId in any questionnaire, or nothing if there is none."""
        for questionnaire in self.protocol.questionnaires.values():
            item = questionnaire.by_link_id.get(link_id)
            if item is not None and not item.carried:
                return self.words.question(questionnaire, item)
        return ""

    def step_name(self, step_id: str) -> str:
        """Return a step's name in the reader's language."""
        return self.words.titled(f"console.step.{step_id}", step_id)

    def _title(
        self, questionnaire: Questionnaire | None, response: Response, follow_up: FollowUp | None
    ) -> str:
        if follow_up is not None:
            return self.step_name(follow_up.step)
        if questionnaire is None:
            return response.questionnaire
        return self.words.titled(f"{questionnaire.id}#title", questionnaire.title)

    def _sections(self, questionnaire: Questionnaire, view: ResponseView) -> tuple[Section, ...]:
        history, answers = _by_slot(view.history), view.response.answers
        asked = partial(question_at, self.words, questionnaire, answers, hides=self.hides)
        lines = (
            (
                _heading(item),
                self._line(questionnaire, item, answer, asked(answer.slot), history.get(answer.slot, ())),
            )
            for item, answer in _in_order(questionnaire, view.response)
        )
        return tuple(
            Section(self._heading_text(questionnaire, heading), tuple(line for _, line in group))
            for heading, group in groupby(lines, key=lambda pair: pair[0])
        )

    def _heading_text(self, questionnaire: Questionnaire, link_id: str) -> str:
        group = questionnaire.by_link_id.get(link_id)
        return self.words.question(questionnaire, group) if group else questionnaire.title

    def _line(
        self,
        questionnaire: Questionnaire,
        item: Item,
        answer: Answer,
        question: str,
        past: Sequence[PastAnswer] = (),
    ) -> Line:
        hidden = self.hides(item)
        return Line(
            question=question,
            answer="" if hidden else self.words.answer(questionnaire, item, answer),
            skipped=answer.absent in {Absent.SKIPPED, Absent.UNKNOWN},
            hidden=hidden,
            by=answer.by,
            who=answer.who or "",
            history=() if hidden else tuple(self._past(questionnaire, item, one) for one in past),
            document="" if hidden else _voice_note(answer),
        )

    def _past(self, questionnaire: Questionnaire, item: Item, past: PastAnswer) -> PastLine:
        return PastLine(self.words.answer(questionnaire, item, past.answer), past.until)


def _voice_note(answer: Answer) -> str:
    if answer.absent is not Absent.VOICE:
        return ""
    return next((value.document_id for value in answer.values if isinstance(value, FileRef)), "")


def _in_order(questionnaire: Questionnaire, response: Response) -> Iterator[tuple[Item, Answer]]:
    known = [slot for slot in response.answers if slot.link_id in questionnaire.by_link_id]
    for slot in sorted(known, key=lambda slot: (questionnaire.order.get(slot.link_id, 0), slot.instance)):
        item = questionnaire.item(slot.link_id)
        if not item.hidden:
            yield item, response.answers[slot]


def _heading(item: Item) -> str:
    return item.group_path[0] if item.group_path else ""


def _by_slot(history: Sequence[PastAnswer]) -> Mapping[Slot, tuple[PastAnswer, ...]]:
    slots = dict.fromkeys(past.slot for past in history)
    return {slot: tuple(past for past in history if past.slot == slot) for slot in slots}
