"""What only nurses and doctors see, taken out of a record before anything is made of it (clinical.md 13).

Restricted are the answers to the pack's items with a group (infection, mood, pregnancy, money), and what
would tell of them: flags by rules that read them, what was spoken or sent as such an answer, and the part of
the conversation about them. For everybody else they are not there at all, neither as a line nor in a
count; that such things may be there is said at the same place for every patient, whatever they answered.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Final

from bot.staff_words import UNKNOWN, StaffWords
from handlers.core.changes import Level
from handlers.core.protocol import Protocol
from handlers.core.questionnaire import Questionnaire
from handlers.core.values import Answer, DocumentId, FileRef
from locales import Catalogs
from storage.views.models import DocumentView, FlagView, MessageView, Record, ResponseView
from storage.views.timeline import NEWEST

ALWAYS_HIDDEN: Final = (Level.CRISIS,)
"""Levels whose every flag tells of a restricted answer."""
_LONGEST = 60
"""So many characters of a question tell it from others."""


@dataclass(frozen=True, slots=True)
class Restriction:
    """What is restricted in a pack: linkIds, rules that read them, and how their questions begin."""

    items: frozenset[str]
    rules: frozenset[str]
    questions: tuple[str, ...]
    protocol: Protocol

    def hides(self, flag: FlagView) -> bool:
        """Say whether a flag tells of a restricted answer; danger words about suicide do."""
        is_of_rule = flag.rule in self.rules or flag.level in ALWAYS_HIDDEN
        return is_of_rule or any(link_id in self.items for link_id, _ in flag.evidence)


def restriction_of(protocol: Protocol, catalogs: Catalogs) -> Restriction:
    """Return what is restricted in a pack, and in what was asked before."""
    forms = (*protocol.questionnaires.values(), *protocol.earlier.values())
    items = frozenset(item.link_id for form in forms for item in form.walk() if item.sensitive)
    rules = (*protocol.prescreen, *protocol.flags)
    return Restriction(
        items=items,
        rules=frozenset(rule.id for rule in rules if rule.reads & items),
        questions=tuple(sorted({text for form in forms for text in _beginnings(form, catalogs)})),
        protocol=protocol,
    )


def without_restricted(record: Record, hidden: Restriction) -> Record:
    """Return the record as everybody else may see it."""
    files = frozenset(_files(record.responses, hidden))
    flags = tuple(flag for flag in record.flags if not hidden.hides(flag))
    return replace(
        record,
        responses=tuple(_response(view, hidden) for view in record.responses),
        flags=flags,
        documents=tuple(one for one in record.documents if not _is_hidden(one, files, hidden)),
        messages=_messages(record, hidden),
    )


def _beginnings(form: Questionnaire, catalogs: Catalogs) -> Iterator[str]:
    """Yield how each restricted question begins, in every language, for a patient and for a helper."""
    restricted = [item for item in form.walk() if item.sensitive]
    for language in catalogs.languages() if restricted else ():
        words = StaffWords(catalogs.get(language))
        for item in restricted:
            for text in (words.question(form, item), words.titled(form.text_key(item, "helper"), "")):
                begins = text.split(UNKNOWN)[0].strip()[:_LONGEST]
                if begins:
                    yield begins


def _response(view: ResponseView, hidden: Restriction) -> ResponseView:
    answers = {slot: one for slot, one in view.response.answers.items() if slot.link_id not in hidden.items}
    history = tuple(past for past in view.history if past.slot.link_id not in hidden.items)
    return replace(view, response=replace(view.response, answers=answers), history=history)


def _files(responses: Sequence[ResponseView], hidden: Restriction) -> Iterator[DocumentId]:
    """Yield the documents that restricted answers stand in."""
    for view in responses:
        past = (one.answer for one in view.history)
        for answer in (*view.response.answers.values(), *past):
            if answer.slot.link_id in hidden.items:
                yield from _documents_of(answer)


def _documents_of(answer: Answer) -> Iterator[DocumentId]:
    return (DocumentId(value.document_id) for value in answer.values if isinstance(value, FileRef))


def _is_hidden(document: DocumentView, files: frozenset[DocumentId], hidden: Restriction) -> bool:
    return document.id in files or document.purpose in hidden.items


def _messages(record: Record, hidden: Restriction) -> tuple[MessageView, ...]:
    """Return the messages, of which those about a restricted question say only that they are restricted.

    A question names itself by its buttons. From a restricted one to the next that is not, nothing is shown;
    nor is a text that repeats such a question, and words that a restricted flag quotes.
    """
    quoted = {said for flag in record.flags if hidden.hides(flag) for _, said in flag.evidence}
    shown: list[MessageView] = []
    # What came before the oldest message that is shown is not known.
    is_inside = any(one >= NEWEST for one in Counter(m.inbound for m in record.messages).values())
    # Each direction comes oldest first; of one moment, a question stands before its answer.
    for message in sorted(record.messages, key=lambda message: (message.at, message.inbound)):
        asks = _asks_restricted(message, record.responses, hidden)
        if asks is not None:
            is_inside = asks
        repeats = any(text in message.text for text in hidden.questions)
        is_quoted = message.inbound and message.text.strip() in quoted
        is_inside = is_inside or is_quoted
        if is_inside or repeats:
            shown.append(replace(message, text="", is_restricted=True))
        else:
            shown.append(message)
    return tuple(shown)


def _asks_restricted(
    message: MessageView, responses: Sequence[ResponseView], hidden: Restriction
) -> bool | None:
    """Say whether a message asks about something restricted; None where it asks nothing.

    What belongs to no response of the record may be about anything.
    """
    if not message.asks:
        return None
    known = {view.response.id: view.response for view in responses}
    for response_id, index in message.asks:
        response = known.get(response_id)
        form = hidden.protocol.questionnaire(response.questionnaire, response.version) if response else None
        item = form.at(index) if form else None
        if item is None or item.link_id in hidden.items:
            return True
    return False
