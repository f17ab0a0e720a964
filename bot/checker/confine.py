"""What a child may not do: take memory or time without end, write, open files, call out, start programs.

On Linux the kernel keeps it: limits, a network namespace of its own where that is allowed, and a
seccomp filter (`calls`). Elsewhere only the limits that the system knows hold. `confine` returns what is
kept, so that nobody has to guess.
"""

import ctypes
import math
import os
import platform
import resource
import struct
import sys
from typing import Final

from bot.checker import calls

MEMORY: Final = 512 * 1024 * 1024
"""Address space of a child: PARSER_MEM_MB of reliability.md."""
_HANDLES: Final = 32
_CLONE_NEWNET: Final = 0x40000000
_CLONE_NEWUSER: Final = 0x10000000
_PR_SET_DUMPABLE: Final = 4
_PR_SET_NO_NEW_PRIVS: Final = 38
_PR_SET_PDEATHSIG: Final = 1
_PR_SET_SECCOMP: Final = 22
_FILTER_MODE: Final = 2
_SIGKILL: Final = 9


def confine(memory: int = MEMORY) -> list[str]:
    """Give up everything; return the names of what is kept from now on. Cannot be undone."""
    kept = _limits(memory)
    if sys.platform != "linux":
        return kept
    libc = ctypes.CDLL(None, use_errno=True)
    libc.prctl(_PR_SET_PDEATHSIG, _SIGKILL, 0, 0, 0)
    libc.prctl(_PR_SET_DUMPABLE, 0, 0, 0, 0)
    if _alone(libc):
        kept.append("no network (namespace)")
    if _filtered(libc):
        kept.append("no sockets, files, programs or processes (seccomp)")
    return kept


def _limits(memory: int) -> list[str]:
    wanted = (
        ("memory", resource.RLIMIT_AS, memory),
        ("no writing", resource.RLIMIT_FSIZE, 0),
        ("no cores", resource.RLIMIT_CORE, 0),
        ("handles", resource.RLIMIT_NOFILE, _HANDLES),
    )
    kept = []
    for name, limit, most in wanted:
        try:
            resource.setrlimit(limit, (most, most))
        except (ValueError, OSError):
            continue
        kept.append(name)
    return kept


def limit_time(seconds: int) -> None:
    """Let the system end this process after so many more seconds of computing."""
    used = resource.getrusage(resource.RUSAGE_SELF)
    most = int(used.ru_utime + used.ru_stime) + seconds + 1
    resource.setrlimit(resource.RLIMIT_CPU, (most, resource.RLIM_INFINITY))


def time_left() -> float:
    """Return how many seconds this process may still compute; without a limit, infinity."""
    most = resource.getrlimit(resource.RLIMIT_CPU)[0]
    if most == resource.RLIM_INFINITY:
        return math.inf
    used = resource.getrusage(resource.RUSAGE_SELF)
    return most - used.ru_utime - used.ru_stime


def _alone(libc: ctypes.CDLL) -> bool:
    """Move into a network that has nobody else in it, where the system lets an ordinary user do so."""
    return bool(libc.unshare(_CLONE_NEWNET) == 0) or bool(libc.unshare(_CLONE_NEWUSER | _CLONE_NEWNET) == 0)


def _filtered(libc: ctypes.CDLL) -> bool:
    machine = platform.machine()
    if machine not in calls.ARCHITECTURES or os.name != "posix":
        return False
    steps = calls.program(machine)
    listed = ctypes.create_string_buffer(b"".join(steps))
    rules = struct.pack("HxxxxxxP", len(steps), ctypes.addressof(listed))
    if libc.prctl(_PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0:
        return False
    return bool(libc.prctl(_PR_SET_SECCOMP, _FILTER_MODE, ctypes.c_char_p(rules), 0, 0) == 0)
