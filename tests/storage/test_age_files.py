"""A sealed file read at any place."""

import io

import pyrage
import pytest
from pyrage import x25519

from storage.age_files import PIECE, AgeFile

ME = x25519.Identity.generate()
CONTENT = bytes(range(256)) * 1024


def sealed(content: bytes) -> io.BytesIO:
    return io.BytesIO(pyrage.encrypt(content, [ME.to_public()]))


@pytest.mark.parametrize("size", [0, 1, PIECE - 1, PIECE, PIECE + 1, 3 * PIECE])
def test_it_reads_what_was_sealed(size: int):
    file = AgeFile(sealed(CONTENT[:size]), str(ME))

    assert (file.size, io.BufferedReader(file).read()) == (size, CONTENT[:size])


def test_it_reads_from_any_place():
    file = io.BufferedReader(AgeFile(sealed(CONTENT), str(ME)))

    file.seek(-10, io.SEEK_END)
    end = file.read()
    file.seek(PIECE - 3)

    assert (end, file.read(6)) == (CONTENT[-10:], CONTENT[PIECE - 3 : PIECE + 3])


def test_one_changed_byte_does_not_open():
    changed = bytearray(sealed(CONTENT).getvalue())
    changed[-20] ^= 1
    file = io.BufferedReader(AgeFile(io.BytesIO(changed), str(ME)))

    with pytest.raises(OSError, match="changed"):
        file.read()


def test_somebody_elses_file_does_not_open():
    with pytest.raises(OSError, match="somebody else"):
        AgeFile(sealed(CONTENT), str(x25519.Identity.generate()))
