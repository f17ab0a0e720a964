"""A process that gave up everything: it can read what it was given, and reach nothing else."""

import ctypes
import errno
import fcntl
import os
import resource
import socket
import struct
import subprocess
import sys
from pathlib import Path
from typing import Final

import pytest

from bot.checker import calls
from bot.checker.confine import confine

LIBC: Final = ctypes.CDLL(None, use_errno=True)
RECORD: Final = "II8xQQQQQQ"
LOOSE: Final = (resource.RLIM_INFINITY, resource.RLIM_INFINITY)
THREAD, OF_A_HANDLE = 0x10000, 0x1000

# Each of them is something that an ordinary process can do to a file of its own, or to its parent.
ACTS = {
    "open": lambda file: file.read_bytes(),
    "cut": lambda file: os.truncate(file, 0),
    "chmod": lambda file: file.chmod(0o777),
    "chown": lambda file: os.chown(file, os.getuid(), os.getgid()),
    "date": lambda file: os.utime(file, (0, 0)),
    "mark": lambda file: os.setxattr(file, "user.seen", b"1"),
    "link": lambda file: os.link(file, f"{file}.link"),
    "symlink": lambda file: Path(f"{file}.symlink").symlink_to(file),
    "rename": lambda file: file.rename(f"{file}.renamed"),
    "delete": lambda file: file.unlink(),
    "folder": lambda file: Path(f"{file}.folder").mkdir(),
    "folder at": lambda file: os.mkdir("folder", dir_fd=HANDLES["folder"]),
    "pipe": lambda file: os.mkfifo(f"{file}.pipe"),
    "write": lambda _: os.pwrite(HANDLES["file"], b"x", 0),
    "cut what is open": lambda _: os.ftruncate(HANDLES["file"], 0),
    "list": lambda _: os.scandir(HANDLES["folder"]),
    "look at": lambda file: file.stat(),
    "connect": lambda _: socket.socket(),
    "start": lambda _: os.fork(),
    "run": lambda _: os.execv("/bin/true", ["true"]),
    "kill": lambda _: os.kill(os.getppid(), 0),
    "kill a thread": lambda _: asked("tgkill", os.getppid(), os.getppid(), 0),
    "own signals": lambda _: fcntl.fcntl(HANDLES["file"], fcntl.F_SETOWN, os.getppid()),
    "handle of": lambda _: os.pidfd_open(os.getppid()),
    "limit": lambda _: resource.prlimit(os.getppid(), resource.RLIMIT_CORE, (0, 0)),
    "limit itself less": lambda _: resource.setrlimit(resource.RLIMIT_CORE, LOOSE),
    "first in line": lambda _: os.setpriority(os.PRIO_PROCESS, os.getppid(), 19),
    "file in memory": lambda _: os.memfd_create("x"),
    "be looked at": lambda _: asked("prctl", 4, 1, 0, 0, 0),
    "fill memory": lambda _: bytes(1 << 30),
}
HANDLES: dict[str, int] = {}


def asked(name: str, *arguments: int) -> None:
    if getattr(LIBC, name)(*arguments) < 0:
        raise OSError(ctypes.get_errno(), name)


def done(act, file: Path) -> bool:
    try:
        act(file)
    except (OSError, MemoryError, ValueError):  # a limit that may not be set is a ValueError of Python's
        return False
    return True


@pytest.fixture
def file(tmp_path: Path, monkeypatch):
    made = tmp_path / "another.age"
    made.write_bytes(b"kept")
    for name, handle in (("file", os.open(made, os.O_RDWR)), ("folder", os.open(tmp_path, os.O_RDONLY))):
        monkeypatch.setitem(HANDLES, name, handle)
    yield made
    os.close(HANDLES["file"])
    os.close(HANDLES["folder"])


COMPUTES = """
import os, sys, threading
from bot.checker.confine import confine
file = os.open(sys.argv[1], os.O_RDONLY)
confine()
reader = threading.Thread(target=lambda: os.write(1, os.pread(file, 9, 0)))
reader.start()
reader.join()
os._exit(0)
"""


def told_by_a_child(does) -> bytes:
    """Return what a confined child of ours says that it did."""
    line, its = os.pipe()
    if (child := os.fork()) == 0:
        try:
            confine()
            os.write(its, does())
        finally:
            os._exit(0)
    os.waitpid(child, 0)
    os.close(its)
    with os.fdopen(line, "rb") as said:
        return said.read()


@pytest.mark.skipif(sys.platform != "linux", reason="the kernel's filter is Linux's")
def test_a_confined_process_can_neither_reach_files_nor_others_nor_start_anything(file: Path):
    told = told_by_a_child(
        lambda: ", ".join(name for name, act in ACTS.items() if done(act, file)).encode() or b"nothing"
    )

    assert told == b"nothing"
    assert (file.read_bytes(), list(file.parent.iterdir())) == (b"kept", [file])


@pytest.mark.skipif(sys.platform != "linux", reason="the kernel's filter is Linux's")
def test_a_confined_process_still_reads_what_it_was_given_and_computes_in_threads(file: Path):
    # A child of its own, not a fork of ours: a thread that holds a lock is lost in a fork.
    child = [sys.executable, "-c", COMPUTES, str(file)]
    told = subprocess.run(child, capture_output=True, timeout=60, check=True)

    assert told.stdout == b"kept"


@pytest.mark.parametrize("machine", calls.ARCHITECTURES)
def test_whatever_the_next_kernel_brings_is_refused(machine: str):
    listed = {*calls._ALLOWED[machine].values()}
    x32 = 0x4000_0000  # the same calls by other numbers, on kernels that still know them
    unlisted = [number for number in range(1000) if number not in listed]

    assert {number for number in range(1000) if passes(machine, number, 1)} == listed
    assert [number for number in (*listed, *unlisted) if passes(machine, number | x32, THREAD)] == []
    assert verdict(machine, 435) == 0x50000 | errno.ENOSYS  # else the C library starts no thread at all


@pytest.mark.parametrize("machine", calls.ARCHITECTURES)
def test_calls_that_could_reach_others_pass_in_their_harmless_form_only(machine: str):
    numbers = calls._IN_ONE_FORM[machine]
    harmless = {
        "clone": (THREAD | 0x100,),
        "newfstatat": (3, 0, 0, OF_A_HANDLE),
        "prlimit64": (0, resource.RLIMIT_CPU),
        "statx": (3, 0, OF_A_HANDLE),
    }
    others = {"clone": [(0x100,)], "newfstatat": [(3, 0, 0, 0)], "statx": [(3, 0, 0)]}
    others |= {"prlimit64": [(os.getppid(), resource.RLIMIT_CPU), (0, resource.RLIMIT_AS)]}

    assert all(passes(machine, numbers[name], *arguments) for name, arguments in harmless.items())
    assert not any(passes(machine, numbers[name], *one) for name, tried in others.items() for one in tried)


def test_calls_of_another_machine_end_the_process():
    assert run(calls.program("x86_64"), struct.pack(RECORD, 0, calls.ARCHITECTURES["aarch64"], *[0] * 6)) == (
        0x80000000
    )


def passes(machine: str, number: int, *arguments: int) -> bool:
    return verdict(machine, number, *arguments) == 0x7FFF0000


def verdict(machine: str, number: int, *arguments: int) -> int:
    record = struct.pack(
        RECORD, number, calls.ARCHITECTURES[machine], *arguments, *[0] * (6 - len(arguments))
    )
    return run(calls.program(machine), record)


def run(program: list[bytes], record: bytes) -> int:
    """Follow a filter's steps as the kernel does, and return its verdict."""
    at = held = 0
    while True:
        code, yes, no, value = struct.unpack("HBBI", program[at])
        if code == 0x06:
            return value
        if code == 0x20:
            held = struct.unpack_from("I", record, value)[0]
            at += 1
            continue
        holds = {0x15: held == value, 0x35: held >= value, 0x45: bool(held & value)}[code]
        at += 1 + (yes if holds else no)
