"""Processes that end with whoever started them, however that one ends; on Linux the kernel sees to it."""

import ctypes
import os
import signal
import sys

SET_DEATH_SIGNAL = 1
PARENT_GONE = 71
_kernel = ctypes.CDLL(None, use_errno=True) if sys.platform == "linux" else None


def bound(number=signal.SIGKILL):
    """Return what a child of this process calls first: it gets this signal as soon as we are gone."""
    parent = os.getpid()

    def bind():
        if _kernel is not None:
            _kernel.prctl(SET_DEATH_SIGNAL, int(number))
        if os.getppid() != parent:
            os._exit(PARENT_GONE)

    return bind
