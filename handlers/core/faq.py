"""Answers to common questions: topics of a pack, and which of them somebody's words are about.

A keyword is found when each of its words stands among the words of the text, one slip of the finger
forgiven in long ones; in a script without spaces it is found anywhere. Nothing is judged or counted.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Final

from handlers.core.understanding.folding import (
    bare,
    bare_known,
    fold,
    is_alphabetic,
    within_one,
    without_prefix,
)

LONGEST_QUESTION: Final = 200
"""Characters; a longer text tells something rather than asks."""
MOST_FOUND: Final = 3
SHORTEST_MISTYPED: Final = 5
SHORTEST_SWAPPED: Final = 4
SHORTEST_MISTAKEN: Final = 5

_ENDS: Final = ("?", "\uff1f", "\u061f", "か", "か。", "吗", "吗。", "呢", "嗎", " không", " khong")


@dataclass(frozen=True, slots=True)
class Topic:
    """One common question. Its texts are `faq.<id>.label`, `.question` and `.answer`.

    `facts` maps the English sentences that state a fact to the claims behind them, `plain` lists the
    others (advice, questions, what the clinic says of itself). `card` is shown in place of an answer;
    `button` names a command that is offered under it. `content_date` is the day of the last review.
    One that is `only_alone` gives way to every other that is found: many name what all of it is about.
    """

    id: str
    keywords: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    facts: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    plain: tuple[str, ...] = ()
    sources: tuple[str, ...] = ()
    content_date: str = ""
    button: str = ""
    card: str = ""
    only_alone: bool = False

    def key(self, part: str) -> str:
        """Return the locale key of the label, the question or the answer."""
        return f"faq.{self.id}.{part}"


@dataclass(frozen=True, slots=True)
class Found:
    """The topics that a text is about, the closest first; `clear` when the first one stands out."""

    topics: tuple[Topic, ...] = ()
    clear: bool = False


def find(topics: Sequence[Topic], text: str, language: str) -> Found:
    """Return the topics whose keywords stand in `text`, in its language and in English."""
    if not topics or len(text) > LONGEST_QUESTION:
        return Found()
    heard = bare(fold(text))
    parts = [part.strip("?!.,;:'\"。、\uff1f\u061f\u060c") for part in heard.split()]
    spoken = frozenset((*parts, *map(without_prefix, parts)))
    initials = frozenset(word[0] for word in spoken if word)
    scored = [(_score(topic, language, heard, spoken, initials), topic) for topic in topics]
    heard_of = [(score, topic) for score, topic in scored if score]
    apart = [one for one in heard_of if not one[1].only_alone] or heard_of
    ranked = sorted(apart, key=lambda one: -one[0])
    best = ranked[:MOST_FOUND]
    return Found(
        tuple(topic for _, topic in best),
        clear=len(best) == 1 or (len(best) > 1 and best[0][0] > best[1][0]),
    )


def is_question(text: str, starts: Sequence[str]) -> bool:
    """Say whether a text asks: by its end, or by one of the words that begin a question."""
    heard = fold(text)
    if text.rstrip().endswith(_ENDS) or heard.endswith(_ENDS):
        return True
    known = {bare_known(word) for word in starts}
    first = bare(heard.partition(" ")[0])
    return first in known or heard.startswith(tuple(word for word in known if not is_alphabetic(word)))


def _score(topic: Topic, language: str, heard: str, spoken: frozenset[str], initials: frozenset[str]) -> int:
    """Return how many letters of the longest keyword found; further ones count a little."""
    words = (*topic.keywords.get(language, ()), *(topic.keywords.get("en", ()) if language != "en" else ()))
    filed = _filed(words)
    # A slip of the finger never changes the first letter: most keywords are done with by it.
    near = [word for initial in ("", *initials) for word in filed.get(initial, ())]
    sizes = sorted((len(word) for word in near if _stands(word, heard, spoken)), reverse=True)
    return 10 * sizes[0] + len(sizes) if sizes else 0


def _stands(keyword: str, heard: str, spoken: frozenset[str]) -> bool:
    known, words = _parts(keyword)
    if not words:
        return known in heard or _is_nearly_in(known, heard)
    return all(_is_said(word, spoken) for word in words)


def _is_nearly_in(known: str, heard: str) -> bool:
    """Say whether a long word of ideographs stands in a text with one sign mistaken for another."""
    size = len(known)
    if size < SHORTEST_MISTAKEN or not all(_is_ideograph(sign) for sign in known):
        return False
    parts = (heard[start : start + size] for start in range(len(heard) - size + 1))
    return any(sum(map(str.__ne__, part, known)) == 1 for part in parts)


def _is_ideograph(sign: str) -> bool:
    return "\u4e00" <= sign <= "\u9fff"


def _is_said(word: str, spoken: frozenset[str]) -> bool:
    if word in spoken:
        return True
    if len(word) < SHORTEST_MISTYPED:
        return len(word) == SHORTEST_SWAPPED and any(_is_swapped(said, word) for said in spoken)
    return any(said[:1] == word[0] and within_one(said, word) for said in spoken)


def _is_swapped(said: str, word: str) -> bool:
    """Say whether two neighbours have changed places ("cuer"): any other slip makes another short word."""
    return (
        said[:1] == word[0]
        and len(said) == len(word)
        and within_one(said, word)
        and sorted(said) == sorted(word)
    )


@lru_cache(maxsize=1024)
def _filed(keywords: tuple[str, ...]) -> Mapping[str, tuple[str, ...]]:
    """Return keywords of ours by the letter that they begin with; "" for a script without spaces."""
    filed: dict[str, list[str]] = {}
    for keyword in keywords:
        _, words = _parts(keyword)
        filed.setdefault(words[0][0] if words else "", []).append(keyword)
    return {initial: tuple(some) for initial, some in filed.items()}


@lru_cache(maxsize=4096)
def _parts(keyword: str) -> tuple[str, tuple[str, ...]]:
    """Return a keyword of ours as it is compared, and its words; none in a script without spaces."""
    known = bare_known(keyword)
    return known, tuple(known.split()) if is_alphabetic(known) else ()
