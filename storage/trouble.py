"""What keeps a database from working right now: said once to the operator, and to whoever asks."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager

from storage.outages import READ_ONLY, outage_of

log = logging.getLogger(__name__)


class Trouble:
    """Begins with the first fault and ends with the first success; each is logged once."""

    def __init__(self) -> None:
        """Begin without trouble."""
        self.code = ""

    @contextmanager
    def watching(self, *, reads: bool = False) -> Iterator[None]:
        """Raise StorageAway for what is the database's fault, and remember it.

        Somebody who `reads` and is told that this is all they may do has asked for the wrong thing.
        """
        try:
            yield
        except Exception as error:
            away = outage_of(error)
            if away is None or (reads and away.code == READ_ONLY):
                raise
            if away.passes:
                self.begin(away.code)
            if away is error:
                raise
            raise away from error

    def begin(self, code: str) -> None:
        """Note that nothing can be stored, and why."""
        if self.code != code:
            log.error("database away: nothing is stored, nothing acknowledged", extra={"code": code})
        self.code = code

    def end(self) -> None:
        """Note that it works."""
        if self.code:
            log.warning("database back", extra={"code": self.code})
        self.code = ""
