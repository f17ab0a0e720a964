"""APScheduler with its own SQLAlchemy job store, ticked by hand."""

import pickle
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from time import perf_counter
from typing import Any, Final

from apscheduler.executors.debug import DebugExecutor  # type: ignore[import-untyped]
from apscheduler.job import Job  # type: ignore[import-untyped]
from apscheduler.jobstores.sqlalchemy import SQLAlchemyJobStore  # type: ignore[import-untyped]
from apscheduler.schedulers.base import BaseScheduler  # type: ignore[import-untyped]
from apscheduler.triggers.date import DateTrigger  # type: ignore[import-untyped]
from sqlalchemy import create_engine, event, insert

from benchmarks.load import in_batches
from storage.sqlite import PRAGMAS

STARTED: Final[list[str]] = []
"""What ran: APScheduler finds its functions by their name in a module."""

_CHUNK: Final = 5_000


def remind(name: str) -> None:
    """Be the job."""
    STARTED.append(name)


class Ticked(BaseScheduler):  # type: ignore[misc]
    """A scheduler without a thread: `tick` is the pass that its thread would make."""

    def __init__(self, path: Path) -> None:
        """Open a job store at `path`, with the product's pragmas."""
        self._engine = create_engine(f"sqlite:///{path}")
        event.listen(self._engine, "connect", _set_pragmas)
        self.store = SQLAlchemyJobStore(engine=self._engine)
        super().__init__(
            jobstores={"default": self.store}, executors={"default": DebugExecutor()}, timezone=UTC
        )
        self.start()

    def wakeup(self) -> None:
        """Do nothing: nobody waits."""

    def shutdown(self, wait: bool = True) -> None:  # noqa: FBT001, FBT002 - APScheduler's signature
        """Let go of the file."""
        super().shutdown(wait)

    def fill(self, pending: int) -> None:
        """Put `pending` jobs for the next half year into the store's table."""
        soon = datetime.now(UTC) + timedelta(days=1)
        self._put((f"later-{n:020d}", soon + timedelta(minutes=n % 262_080)) for n in range(pending))

    def make_due(self, names: list[str]) -> None:
        """Add jobs whose time has just come."""
        self._put((name, datetime.now(UTC)) for name in names)

    def tick(self) -> float:
        """Make one pass; return its seconds."""
        started = perf_counter()
        self._process_jobs()
        return perf_counter() - started

    def _put(self, jobs: Iterator[tuple[str, datetime]]) -> None:
        for chunk in in_batches(jobs, _CHUNK):
            with self._engine.begin() as connection:
                connection.execute(insert(self.store.jobs_t), [self._row(*job) for job in chunk])

    def _row(self, name: str, moment: datetime) -> dict[str, Any]:
        job = Job(
            self,
            id=name,
            trigger=DateTrigger(moment, UTC),
            executor="default",
            func=f"{__name__}:remind",
            args=(name,),
            kwargs={},
            name=name,
            misfire_grace_time=None,
            coalesce=True,
            max_instances=1,
            next_run_time=moment,
        )
        state = pickle.dumps(job.__getstate__(), self.store.pickle_protocol)
        return {"id": name, "next_run_time": moment.timestamp(), "job_state": state}


def _set_pragmas(connection: Any, _: Any) -> None:
    for pragma in (*PRAGMAS, "PRAGMA journal_mode=WAL"):
        connection.execute(pragma)
