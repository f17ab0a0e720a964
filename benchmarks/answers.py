"""One answer handled, against the bare database transactions that it needs.

The same intake is walked three times on copies of one file: once to write down every transaction
(the tape), then in turns by the product and by plain sqlite3 playing the tape. Only the handling is
timed; sending the replies to nobody happens on both sides in between, untimed.
"""

import asyncio
import shutil
from collections.abc import Callable, Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from functools import partial
from itertools import count, islice
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter

from benchmarks.bare import Bare
from benchmarks.chat import STEPS, Person
from benchmarks.clinic import Line, line_of, opened
from benchmarks.figures import Figure, Findings, median_ratio
from benchmarks.processors import one_processor
from benchmarks.tape import TapedDatabase, Transaction

LIMIT = 3.0
WAITING = 32
_FIRST_CHAT = 5_000_000_001


@dataclass(frozen=True, slots=True)
class Step:
    """The transactions of one step: its three stages are timed, what sends the replies is not."""

    stages: tuple[tuple[Transaction, ...], ...]
    after: tuple[Transaction, ...]


@dataclass
class Crowd:
    """People who take each step of the intake together; one alone is a crowd too."""

    line: Line
    people: Sequence[Person]
    on_stage: Callable[[], None] = lambda: None

    async def do(self, act: Callable[[Person], bytes]) -> float:
        """Let everybody act, handle it and hear the replies; return the seconds that handling took."""
        updates = [act(person) for person in self.people]
        started = perf_counter()
        await asyncio.gather(*(self.line.receive(raw) for raw in updates))
        self.on_stage()
        rows = await self.line.claim(len(updates))
        self.on_stage()
        await asyncio.gather(*(self.line.inbound.take(row) for row in rows))
        self.on_stage()
        seconds = perf_counter() - started
        await self._hear()
        return seconds

    async def _hear(self) -> None:
        by_chat = {str(person.chat): person for person in self.people}
        for chat, body in await self.line.collect():
            by_chat[chat].heard.append(body)


@dataclass
class Rehearsal:
    """Writes down what one crowd's steps ask of the database."""

    line: Line
    database: TapedDatabase
    _stages: list[tuple[Transaction, ...]] = field(default_factory=list)

    async def walk(self, people: Sequence[Person]) -> list[Step]:
        """Walk the intake and return the tape of each step."""
        crowd = Crowd(self.line, people, self._end_stage)
        return [await self._step(crowd, step) for step in STEPS]

    async def _step(self, crowd: Crowd, step: str) -> Step:
        await crowd.do(partial(Person.do, step=step))
        stages, self._stages = tuple(self._stages), []
        return Step(stages, tuple(self.database.take_tape()))

    def _end_stage(self) -> None:
        self._stages.append(tuple(self.database.take_tape()))


@dataclass(frozen=True, slots=True)
class Sides:
    """The product and plain sqlite3 on copies of one file; `grouped` commits once for all that wait."""

    product: Line
    bare: Bare
    grouped: Bare

    async def walk(self, people: Sequence[Person], tape: Sequence[Step]) -> "Seconds":
        """Walk one intake, taking turns at every step."""
        crowd, took = Crowd(self.product, people), Seconds()
        for step, taped in zip(STEPS, tape, strict=True):
            took.product += await crowd.do(partial(Person.do, step=step))
            took.bare += sum(map(self.bare.play, taped.stages))
            self.bare.play(taped.after)
            if len(people) > 1:
                took.grouped += sum(map(self.grouped.play_grouped, taped.stages))
                self.grouped.play(taped.after)
        return took


@dataclass
class Seconds:
    """What one crowd's intake took on each side."""

    product: float = 0.0
    bare: float = 0.0
    grouped: float = 0.0


@dataclass(frozen=True, slots=True)
class Sizes:
    """How many intakes are walked alone, and how many crowds of how many people walk one together."""

    intakes: int
    crowds: int
    waiting: int


async def run(scale: float) -> Findings:
    """Measure a message alone, and with 32 conversations waiting."""
    return await measure(Sizes(max(9, round(40 * scale)), max(1, round(5 * scale)), WAITING))


async def measure(sizes: Sizes) -> Findings:
    """Measure at these sizes, on one processor; then one alone once more, on all of them."""
    with one_processor():
        alone = await _measure(_crowds(sizes.intakes, 1))
        waiting = await _measure(_crowds(sizes.crowds, sizes.waiting))
    on_all = await _measure(_crowds(sizes.intakes, 1))
    name = f"{sizes.waiting} waiting: product / sqlite3"
    return Findings(
        "one answer handled / the bare transactions it needs",
        f"{sizes.intakes} intakes of {len(STEPS)} answers alone;"
        f" {sizes.crowds} x {sizes.waiting} intakes side by side",
        (
            Figure("alone: product / sqlite3", _over(alone, "bare"), LIMIT),
            Figure(name, _over(waiting, "bare"), LIMIT),
            Figure(f"{name}, one commit for all", _over(waiting, "grouped")),
            Figure("alone, on all processors: product / sqlite3", _over(on_all, "bare")),
        ),
    )


def _over(took: Sequence[Seconds], side: str) -> float:
    return median_ratio([one.product for one in took], [getattr(one, side) for one in took])


def _crowds(number: int, size: int) -> list[list[int]]:
    """Return the chats of each crowd."""
    chats = count(_FIRST_CHAT)
    return [list(islice(chats, size)) for _ in range(number)]


async def _measure(crowds: Sequence[Sequence[int]]) -> list[Seconds]:
    with TemporaryDirectory(prefix="yorisoi-bench-") as folder:
        return await _measure_in(Path(folder), crowds)


async def _measure_in(folder: Path, crowds: Sequence[Sequence[int]]) -> list[Seconds]:
    start = folder / "start.db"
    met = await _meet(start, crowds)
    tapes = await _rehearse(_copy(start, "rehearsal"), _fresh(met))
    async with AsyncExitStack() as stack:
        base = await stack.enter_async_context(opened(_copy(start, "product")))
        bare, grouped = Bare(_copy(start, "bare")), Bare(_copy(start, "grouped"))
        stack.callback(bare.close)
        stack.callback(grouped.close)
        sides = Sides(line_of(base), bare, grouped)
        return [await sides.walk(people, tape) for people, tape in zip(_fresh(met), tapes, strict=True)]


async def _meet(path: Path, crowds: Sequence[Sequence[int]]) -> list[list[Person]]:
    """Let everybody say hello, so that they are known and the clinic's keys are made."""
    met = [[Person(chat) for chat in crowd] for crowd in crowds]
    async with opened(path) as base:
        line = line_of(base)
        for people in met:
            await Crowd(line, people).do(Person.start)
    return met


async def _rehearse(path: Path, crowds: Sequence[Sequence[Person]]) -> list[list[Step]]:
    async with opened(path) as base:
        database = TapedDatabase(base.stores.database)
        rehearsal = Rehearsal(line_of(base, database), database)
        return [await rehearsal.walk(people) for people in crowds]


def _fresh(met: Sequence[Sequence[Person]]) -> list[list[Person]]:
    """Return the same people as they were after the hello."""
    return [[Person(person.chat, list(person.heard)) for person in people] for people in met]


def _copy(path: Path, name: str) -> Path:
    return Path(shutil.copyfile(path, path.with_name(f"{name}.db")))
