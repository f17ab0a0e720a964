"""On how many processors of this machine a measurement runs."""

import os
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def one_processor() -> Iterator[None]:
    """Keep this thread, and those it starts, on one processor; where the system can't, on all of them.

    What hands work to a second thread pays for waking a sleeping processor, on a virtual machine some
    40 microseconds each time. That is the machine's, not the product's, and sqlite3 alone never pays it.
    """
    if not hasattr(os, "sched_setaffinity"):
        yield
        return
    usual = os.sched_getaffinity(0)
    os.sched_setaffinity(0, {max(usual)})
    try:
        yield
    finally:
        os.sched_setaffinity(0, usual)
