"""What a confined process may still ask of Linux, as a seccomp filter: all that is not listed fails.

A list of what is forbidden forgets what the next kernel brings; a list of what is needed does not. It
holds what an interpreter with its libraries loaded needs to read the handles that it was given, to
compute, to answer and to end. Of calls that could also reach others, only the harmless form is listed.
"""

import errno
import struct
from typing import Final

ARCHITECTURES: Final = {"x86_64": 0xC000003E, "aarch64": 0xC00000B7}
"""Linux UAPI (audit.h): the machines that we run on."""

# seccomp(2), from asm/unistd_64.h and asm-generic/unistd.h.
_ALLOWED: Final = {
    "x86_64": {
        "read": 0, "write": 1, "close": 3, "fstat": 5, "poll": 7, "lseek": 8, "mmap": 9, "mprotect": 10,
        "munmap": 11, "brk": 12, "rt_sigaction": 13, "rt_sigprocmask": 14, "rt_sigreturn": 15, "pread64": 17,
        "readv": 19, "writev": 20, "select": 23, "sched_yield": 24, "mremap": 25, "mincore": 27,
        "madvise": 28, "dup": 32, "nanosleep": 35, "getpid": 39, "sendto": 44, "recvfrom": 45,
        "sendmsg": 46, "recvmsg": 47, "shutdown": 48, "getsockname": 51, "getpeername": 52,
        "getsockopt": 55, "exit": 60, "uname": 63, "getcwd": 79, "gettimeofday": 96, "getrlimit": 97,
        "getrusage": 98, "sysinfo": 99, "times": 100, "getuid": 102, "getgid": 104, "geteuid": 107,
        "getegid": 108, "getppid": 110, "sigaltstack": 131, "gettid": 186, "time": 201, "futex": 202,
        "sched_getaffinity": 204, "set_tid_address": 218, "restart_syscall": 219, "clock_gettime": 228,
        "clock_getres": 229, "clock_nanosleep": 230, "exit_group": 231, "pselect6": 270, "ppoll": 271,
        "set_robust_list": 273, "getcpu": 309, "getrandom": 318, "membarrier": 324, "rseq": 334,
    },
    "aarch64": {
        "getcwd": 17, "dup": 23, "close": 57, "lseek": 62, "read": 63, "write": 64, "readv": 65,
        "writev": 66, "pread64": 67, "pselect6": 72, "ppoll": 73, "fstat": 80, "exit": 93, "exit_group": 94,
        "set_tid_address": 96, "futex": 98, "set_robust_list": 99, "nanosleep": 101, "clock_gettime": 113,
        "clock_getres": 114, "clock_nanosleep": 115, "sched_getaffinity": 123, "sched_yield": 124,
        "restart_syscall": 128, "sigaltstack": 132, "rt_sigaction": 134, "rt_sigprocmask": 135,
        "rt_sigreturn": 139, "times": 153, "uname": 160, "getrlimit": 163, "getrusage": 165, "getcpu": 168,
        "gettimeofday": 169, "getpid": 172, "getppid": 173, "getuid": 174, "geteuid": 175, "getgid": 176,
        "getegid": 177, "gettid": 178, "sysinfo": 179, "getsockname": 204, "getpeername": 205, "sendto": 206,
        "recvfrom": 207, "getsockopt": 209, "shutdown": 210, "sendmsg": 211, "recvmsg": 212, "brk": 214,
        "munmap": 215, "mremap": 216, "mmap": 222, "mprotect": 226, "mincore": 232, "madvise": 233,
        "getrandom": 278, "membarrier": 283, "rseq": 293,
    },
}  # fmt: skip
_IN_ONE_FORM: Final = {
    "x86_64": {"clone": 56, "newfstatat": 262, "prlimit64": 302, "statx": 332},
    "aarch64": {"clone": 220, "newfstatat": 79, "prlimit64": 261, "statx": 291},
}
_LOAD, _EQUAL, _AT_LEAST, _HAS_BITS, _RETURN = 0x20, 0x15, 0x35, 0x45, 0x06
_THREAD: Final = 0x00010000
_OF_A_HANDLE: Final = 0x1000
_PROCESSOR_TIME: Final = 0
_FORMS: Final = {
    "clone": ((0, _HAS_BITS, _THREAD),),  # a thread of this process; no other process
    "newfstatat": ((3, _HAS_BITS, _OF_A_HANDLE),),
    "prlimit64": ((0, _EQUAL, 0), (1, _EQUAL, _PROCESSOR_TIME)),  # its own: the other limits stay as they are
    "statx": ((2, _HAS_BITS, _OF_A_HANDLE),),
}
"""Which argument must equal or have what, all of them at once."""

_CLONE3: Final = 435
_ALLOW, _ERROR, _KILL = 0x7FFF0000, 0x00050000, 0x80000000
_WHICH, _MACHINE, _ARGUMENTS, _ARGUMENT = 0, 4, 16, 8
"""Where in the record of a call its number, the machine and the arguments stand (struct seccomp_data)."""


def program(machine: str) -> list[bytes]:
    """Return the filter for one of ARCHITECTURES: what is listed passes, the rest fails."""
    steps = [
        _step(_LOAD, _MACHINE),
        _step(_EQUAL, ARCHITECTURES[machine], yes=1),
        _step(_RETURN, _KILL),  # the same numbers mean other calls there
        _step(_LOAD, _WHICH),
    ]
    for number in _ALLOWED[machine].values():
        steps += [_step(_EQUAL, number, no=1), _step(_RETURN, _ALLOW)]
    for name, number in _IN_ONE_FORM[machine].items():
        steps += _in_one_form(name, number)
    # The C library takes the older call where the kernel says that it lacks the newer one (clone3).
    newer = [_step(_AT_LEAST, _CLONE3, no=1), _step(_RETURN, _ERROR | errno.ENOSYS)]
    return [*steps, *newer, _step(_RETURN, _ERROR | errno.EPERM)]


def _in_one_form(name: str, number: int) -> list[bytes]:
    """Return the steps that allow a call whose arguments are as listed, and that pass by other calls."""
    tests = [
        step
        for left, (argument, test, value) in zip(range(len(_FORMS[name]), 0, -1), _FORMS[name], strict=True)
        for step in (_step(_LOAD, _ARGUMENTS + _ARGUMENT * argument), _step(test, value, no=2 * left - 1))
    ]
    return [
        _step(_EQUAL, number, no=len(tests) + 2),
        *tests,
        _step(_RETURN, _ALLOW),
        _step(_RETURN, _ERROR | errno.EPERM),
    ]


def _step(code: int, value: int, *, yes: int = 0, no: int = 0) -> bytes:
    return struct.pack("HBBI", code, yes, no, value)
