"""Zipped packs of strangers: what is no file of a pack never reaches the disk."""

import io
import stat
import zipfile

import pytest

from handlers.errors import PackError
from storage.pack_archive import MOST_BYTES, MOST_FILES, digest_of, files_in, packed, unpacked, written

PROTOCOL = {"protocol.json": b"{}"}


def zipped(files, mode=0):
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            entry = zipfile.ZipInfo(name)
            entry.external_attr = mode << 16
            entry.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(entry, content)
    return made.getvalue()


@pytest.mark.parametrize(
    ("files", "reason"),
    [
        ({"../protocol.json": b"{}"}, "no file of a pack"),
        ({"/etc/protocol.json": b"{}", **PROTOCOL}, "no file of a pack"),
        ({"locales/../../ja.po": b"", **PROTOCOL}, "no file of a pack"),
        ({"..\\protocol.json": b"{}", **PROTOCOL}, "no file of a pack"),
        ({"run.sh": b"", **PROTOCOL}, "no file of a pack"),
        ({"sub/dir/protocol.json": b"{}", **PROTOCOL}, "no file of a pack"),
        ({"facts.json": b" " * (MOST_BYTES + 1), **PROTOCOL}, "too large"),
        ({f"q{n}.questionnaire.json": b" " * MOST_BYTES for n in range(4)} | PROTOCOL, "too large"),
        ({f"q{n}.questionnaire.json": b"" for n in range(MOST_FILES + 1)}, "more than"),
        ({"facts.json": b"{}"}, "no protocol.json"),
    ],
)
def test_what_is_no_pack_is_refused(files, reason):
    with pytest.raises(PackError, match=reason):
        unpacked(zipped(files))


def test_a_link_is_refused():
    with pytest.raises(PackError, match="a link"):
        unpacked(zipped(PROTOCOL, mode=stat.S_IFLNK | 0o777))


@pytest.mark.parametrize("broken", [b"", b"PK\x03\x04", zipped(PROTOCOL)[:-30], b"\0" * 100])
def test_a_broken_zip_is_refused(broken):
    with pytest.raises(PackError):
        unpacked(broken)


def test_a_zipped_folder_is_taken_without_its_litter():
    found = unpacked(zipped({"pack/protocol.json": b"{}", "pack/.DS_Store": b"", "pack/README.md": b""}))

    assert found == PROTOCOL


def test_a_pack_comes_back_from_its_zip_and_its_folder_as_it_was(tmp_path):
    files = {**PROTOCOL, "locales/zh-Hans.po": b"x", "a.questionnaire.json": b"{}"}

    again = files_in(written(unpacked(packed(files)), tmp_path))

    assert (again, digest_of(again), packed(again)) == (files, digest_of(files), packed(files))
