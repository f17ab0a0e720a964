"""What a child may not do: take memory or time without end, write, open files, call out, start programs.

On Linux the kernel keeps it (limits, a network namespace of its own where that is allowed, and a
seccomp filter); elsewhere only the limits that the system knows hold. `confine` returns what is kept,
so that nobody has to guess.
"""

import ctypes
import math
import os
import platform
import resource
import struct
import sys
from typing import Final

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

# Linux UAPI: seccomp(2), and the system call tables of the two machines that we run on.
_ARCHITECTURES: Final = {"x86_64": 0xC000003E, "aarch64": 0xC00000B7}
_FORBIDDEN: Final = {
    "x86_64": {
        "open": 2, "socket": 41, "connect": 42, "bind": 49, "listen": 50, "socketpair": 53, "fork": 57,
        "vfork": 58, "execve": 59, "kill": 62, "rename": 82, "mkdir": 83, "rmdir": 84, "creat": 85,
        "link": 86, "unlink": 87, "symlink": 88, "ptrace": 101, "tkill": 200, "openat": 257,
        "unlinkat": 263, "renameat": 264, "linkat": 265, "symlinkat": 266, "unshare": 272,
        "process_vm_readv": 310, "process_vm_writev": 311, "renameat2": 316, "bpf": 321, "execveat": 322,
        "io_uring_setup": 425, "pidfd_open": 434, "openat2": 437, "pidfd_getfd": 438,
    },
    "aarch64": {
        "unlinkat": 35, "symlinkat": 36, "linkat": 37, "renameat": 38, "openat": 56, "unshare": 97,
        "ptrace": 117, "kill": 129, "tkill": 130, "socket": 198, "socketpair": 199, "bind": 200,
        "listen": 201, "connect": 203, "execve": 221, "process_vm_readv": 270, "process_vm_writev": 271,
        "renameat2": 276, "bpf": 280, "execveat": 281, "io_uring_setup": 425, "pidfd_open": 434,
        "openat2": 437, "pidfd_getfd": 438,
    },
}  # fmt: skip
_CLONE: Final = {"x86_64": 56, "aarch64": 220}
_CLONE3: Final = 435
_CLONE_THREAD: Final = 0x00010000
_EPERM, _ENOSYS = 1, 38
_ALLOW, _ERROR, _KILL = 0x7FFF0000, 0x00050000, 0x80000000
_LOAD, _JUMP_EQUAL, _JUMP_BITS, _RETURN = 0x20, 0x15, 0x45, 0x06


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
    if machine not in _ARCHITECTURES or os.name != "posix":
        return False
    program = _program(machine)
    steps = ctypes.create_string_buffer(b"".join(program))
    rules = struct.pack("HxxxxxxP", len(program), ctypes.addressof(steps))
    if libc.prctl(_PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0:
        return False
    return bool(libc.prctl(_PR_SET_SECCOMP, _FILTER_MODE, ctypes.c_char_p(rules), 0, 0) == 0)


def _program(machine: str) -> list[bytes]:
    """Return the filter: the listed calls fail, threads are allowed, the rest passes."""
    forbidden = sorted(_FORBIDDEN[machine].values())
    steps = [
        _step(_LOAD, 4),
        _step(_JUMP_EQUAL, _ARCHITECTURES[machine], yes=1),
        _step(_RETURN, _KILL),
        _step(_LOAD, 0),
        _step(_JUMP_EQUAL, _CLONE3, no=1),
        _step(_RETURN, _ERROR | _ENOSYS),  # the C library then falls back to clone
        _step(_JUMP_EQUAL, _CLONE[machine], no=4),
        _step(_LOAD, 16),
        _step(_JUMP_BITS, _CLONE_THREAD, no=1),
        _step(_RETURN, _ALLOW),
        _step(_RETURN, _ERROR | _EPERM),
    ]
    for number in forbidden:
        steps += [_step(_JUMP_EQUAL, number, no=1), _step(_RETURN, _ERROR | _EPERM)]
    return [*steps, _step(_RETURN, _ALLOW)]


def _step(code: int, value: int, *, yes: int = 0, no: int = 0) -> bytes:
    return struct.pack("HBBI", code, yes, no, value)
