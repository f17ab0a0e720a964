"""All files of the corpus, each with what it has to be found to be, written beside it beforehand."""

import random
from collections.abc import Iterator
from typing import NamedTuple

from handlers.core.inspection import Finding
from tests.files import archives, images, mri, others, pdfs

FAMILIES = (pdfs, images, archives, mri, others)


class Case(NamedTuple):
    """One file and what it is."""

    name: str
    content: bytes
    finding: Finding


def corpus() -> Iterator[Case]:
    """Yield every file."""
    for family in FAMILIES:
        for name, content, finding in family.cases():
            yield Case(name, content, finding)


def mutated(seeds: list[bytes], count: int, seed: int = 7) -> Iterator[bytes]:
    """Yield files with bytes changed, cut out, doubled, or halves of two put together."""
    chance = random.Random(seed)
    for _ in range(count):
        content = bytearray(chance.choice(seeds))
        for _ in range(chance.choice((1, 1, 3, 20))):
            _change(chance, content, seeds)
        yield bytes(content)


def _change(chance: random.Random, content: bytearray, seeds: list[bytes]) -> None:
    at = chance.randrange(len(content) + 1)
    match chance.randrange(6):
        case 0 | 1 if at < len(content):
            content[at] ^= 1 << chance.randrange(8)
        case 2:
            del content[at : at + chance.randrange(64)]
        case 3:
            content[at:at] = content[at : at + chance.randrange(256)]
        case 4:
            content[at : at + 4] = chance.choice((bytes(4), b"\xff" * 4, b"\x7f\xff\xff\xff"))
        case _:
            other = chance.choice(seeds)
            content[at:] = other[min(at, len(other)) :]
