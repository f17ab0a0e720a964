"""Whether the common questions of a pack say only what is known: each fact has verified claims behind it."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence

from handlers.core.faq import Topic
from handlers.core.problems import Problem, Severity
from storage.pack_files import FACTS, FAQ, FactFile

VERIFIED = "verified"


def faq_problems(
    topics: Sequence[Topic], facts: Sequence[FactFile], languages: Sequence[str]
) -> list[Problem]:
    """Return what is wrong with topics and claims; their texts are looked at by `locales`."""
    known = {fact.id: fact for fact in facts}
    return [
        *_twice(FACTS, [fact.id for fact in facts]),
        *_twice(FAQ, [topic.id for topic in topics]),
        *(problem for topic in topics for problem in _of_topic(topic, known)),
        *(problem for topic in topics for problem in _of_keywords(topic, languages)),
    ]


def _twice(file: str, ids: Sequence[str]) -> Iterator[Problem]:
    yield from (Problem(file, one, "this id stands twice") for one, n in Counter(ids).items() if n > 1)


def _of_topic(topic: Topic, known: Mapping[str, FactFile]) -> Iterator[Problem]:
    for sentence, claims in topic.facts.items():
        if not claims:
            yield Problem(FAQ, topic.id, f"a fact without a claim: {sentence}")
        for claim in claims:
            yield from _of_claim(topic, claim, known)
    for sentence in topic.plain:
        if any(character.isdigit() for character in sentence):
            yield Problem(FAQ, topic.id, f"a figure without a claim: {sentence}")
    if topic.facts and not topic.sources:
        yield Problem(FAQ, topic.id, "states facts, but names no source for patients")


def _of_keywords(topic: Topic, languages: Sequence[str]) -> Iterator[Problem]:
    for language in languages:
        if not topic.keywords.get(language):
            reason = f"has no keywords ({language}): nobody finds it by typing"
            yield Problem(FAQ, topic.id, reason, Severity.WARNING)


def _of_claim(topic: Topic, claim: str, known: Mapping[str, FactFile]) -> Iterator[Problem]:
    fact = known.get(claim)
    if fact is None:
        yield Problem(FAQ, topic.id, f"there is no claim {claim}")
    elif fact.status != VERIFIED:
        yield Problem(FAQ, topic.id, f"the claim {claim} is {fact.status}: it is never stated as a fact")
