"""Whether every question has what a helper reads and an answer to "Why do you ask?", in its file."""

from collections.abc import Collection, Iterator

from handlers.core.problems import Problem
from handlers.core.protocol import Protocol
from handlers.core.questionnaire import Item


def wording_problems(protocol: Protocol, same_for_helpers: Collection[str]) -> list[Problem]:
    """Return the questions that lack a wording; `same_for_helpers` names those whose own one fits both."""
    return [
        Problem(questionnaire.source, item.link_id, reason)
        for questionnaire in protocol.questionnaires.values()
        for item in questionnaire.walk()
        for reason in _of_item(item, same_for_helpers)
    ]


def _of_item(item: Item, same_for_helpers: Collection[str]) -> Iterator[str]:
    if not item.is_question or item.is_silent:
        return
    if not item.helper and item.link_id not in same_for_helpers:
        yield "has no wording for a helper"
    if not item.why:
        yield 'has no answer to "Why do you ask?"'
