"""A thread that owns a connection and runs functions on it in groups."""

import asyncio
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from queue import Empty, SimpleQueue
from typing import Any, Final

from sqlalchemy import Connection

GROUP: Final = 64
"""How many waiting functions share one transaction at most: bounds how long the first one waits."""


@dataclass(slots=True)
class Job:
    """A function that waits for its turn, and where its outcome goes."""

    fn: Callable[[Connection], Any]
    future: "asyncio.Future[Any]"
    loop: asyncio.AbstractEventLoop
    after: Callable[[], None] | None = None
    result: Any = None
    error: BaseException | None = None


Queue = SimpleQueue[Job | None]
RunGroup = Callable[[list[Job]], None]


@dataclass(slots=True)
class Worker:
    """One thread. It makes its connection itself, because SQLite's belong to a thread."""

    name: str
    queue: Queue
    start_up: Callable[[], RunGroup]
    shut_down: Callable[[], None]
    _thread: threading.Thread = field(init=False)

    def __post_init__(self) -> None:
        """Start the thread."""
        self._thread = threading.Thread(target=self._run, name=self.name, daemon=True)
        self._thread.start()

    def join(self) -> None:
        """Wait until the thread has ended (after a None in its queue)."""
        self._thread.join()

    def _run(self) -> None:
        run_group: RunGroup | None = None
        while jobs := self._next_group():
            try:
                run_group = run_group or self.start_up()
                run_group(jobs)
            except BaseException as error:  # noqa: BLE001 - it belongs to those who wait, not to this thread
                for job in jobs:
                    job.error = job.error or error
            _settle(jobs)
        self.shut_down()

    def _next_group(self) -> list[Job]:
        first = self.queue.get()
        jobs: list[Job] = []
        while first is not None:
            jobs.append(first)
            if len(jobs) == GROUP:
                return jobs
            try:
                first = self.queue.get_nowait()
            except Empty:
                return jobs
        if jobs:
            self.queue.put(None)
        return jobs


def submit(queue: Queue, fn: Callable[[Connection], Any], after: Callable[[], None] | None = None) -> Any:
    """Put a function into a thread's queue; return a future of the running loop."""
    loop = asyncio.get_running_loop()
    future = loop.create_future()
    queue.put(Job(fn, future, loop, after))
    return future


def _settle(jobs: list[Job]) -> None:
    """Tell each loop about all of its jobs at once: waking a loop costs more than a statement."""
    for loop in {job.loop for job in jobs}:
        mine = [job for job in jobs if job.loop is loop]
        if not loop.is_closed():
            loop.call_soon_threadsafe(_resolve, mine)


def _resolve(jobs: list[Job]) -> None:
    for job in jobs:
        if job.error is None and job.after is not None:
            job.after()
        if job.future.done():
            continue
        if job.error is not None:
            job.future.set_exception(job.error)
        else:
            job.future.set_result(job.result)
