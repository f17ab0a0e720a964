"""Matching a questionnaire's regular expressions in time that grows only with the text.

Python's `re` tries one way after another, so that a hostile pattern such as (a+)+$ can hang it, and
nothing can interrupt it. Here all ways are followed at once (Thompson, 1968). Look-around and
back-references are not regular and are refused.
"""

from dataclasses import dataclass
from functools import lru_cache

from handlers.core.understanding.pattern_parts import (
    Alternatives,
    Edge,
    Group,
    Letter,
    Part,
    Repeat,
    UnsafePattern,
    parse,
)

MOST_STATES = 400
LONGEST_MATCHED = 500
"""Characters of a text that a pattern is tried on; longer ones do not match."""


@dataclass(frozen=True, slots=True)
class Step:
    """One state: a letter to take or an edge to stand at (None: nothing), then where to go."""

    part: Letter | Edge | None
    next: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Machine:
    """A pattern as states; state 0 is the end."""

    steps: tuple[Step, ...]
    start: int


def is_safe_regex(pattern: str) -> bool:
    """Say whether `pattern` can be matched without ever hanging; broken ones are not safe."""
    try:
        _machine(pattern)
    except UnsafePattern:
        return False
    return True


def matches(pattern: str, text: str) -> bool:
    """Say whether the whole of `text` matches; raise UnsafePattern if `is_safe_regex` is false."""
    machine = _machine(pattern)
    if len(text) > LONGEST_MATCHED:
        return False
    states = _reached(machine, {machine.start}, text, 0)
    for index, character in enumerate(text):
        taken = {
            after
            for state in states
            if isinstance(letter := machine.steps[state].part, Letter) and letter.takes(character)
            for after in machine.steps[state].next
        }
        if not taken:
            return False
        states = _reached(machine, taken, text, index + 1)
    return 0 in states


@lru_cache(maxsize=256)
def _machine(pattern: str) -> Machine:
    steps = [Step(None, ())]
    start = _add(parse(pattern), 0, steps)
    return Machine(tuple(steps), start)


def _add(part: Part, after: int, steps: list[Step]) -> int:
    match part:
        case Letter() | Edge():
            return _state(Step(part, (after,)), steps)
        case Group(parts):
            for each in reversed(parts):
                after = _add(each, after, steps)
            return after
        case Alternatives(ways):
            return _state(Step(None, tuple(_add(way, after, steps) for way in ways)), steps)
        case Repeat(inner, least, most):
            return _add_repeat(inner, least, most, after, steps)


def _add_repeat(inner: Part, least: int, most: int | None, after: int, steps: list[Step]) -> int:
    if most is None:
        loop = _state(Step(None, (after,)), steps)
        entry = _add(inner, loop, steps)
        steps[loop] = Step(None, (entry, after))
        after = loop
    else:
        end = after
        for _ in range(most - least):
            after = _state(Step(None, (_add(inner, after, steps), end)), steps)
    for _ in range(least):
        after = _add(inner, after, steps)
    return after


def _state(step: Step, steps: list[Step]) -> int:
    if len(steps) >= MOST_STATES:
        raise UnsafePattern("too many states")
    steps.append(step)
    return len(steps) - 1


def _reached(machine: Machine, states: set[int], text: str, index: int) -> set[int]:
    reached, waiting = set(states), list(states)
    while waiting:
        step = machine.steps[waiting.pop()]
        if isinstance(step.part, Letter) or (step.part and not step.part.stands(text, index)):
            continue
        fresh = [state for state in step.next if state not in reached]
        reached.update(fresh)
        waiting += fresh
    return reached
