"""What looks into files: a sample of `make files`, and a child that can do nothing else."""

import os
import signal
from itertools import islice
from pathlib import Path

import pyrage
import pytest
from pyrage import x25519

from bot.checker import pool
from bot.checker.kinds import DICOM
from bot.checker.pool import Checker
from bot.checker.scans import is_same_person
from handlers.core.inspection import Finding, Hint, Scan, read_inspection
from tests.files import archives, images, mri, others, pdfs
from tests.files.corpus import Case
from tests.files.samples import archive, jpeg, pdf, scan

ME = x25519.Identity.generate()


@pytest.fixture(scope="module")
def checker():
    made = Checker()
    yield made
    made.close()


def sealed(folder: Path, content: bytes) -> Path:
    path = folder / "file.age"
    path.write_bytes(pyrage.encrypt(content, [ME.to_public()]))
    return path


async def test_files_are_found_to_be_what_is_written_beside_them(checker: Checker, tmp_path: Path):
    families = (list(others.cases()), list(pdfs._acting()), list(images._double()), list(archives._paths()))
    cases = [Case(*one) for family in (*families, list(islice(mri.cases(), 20))) for one in family[::6]]

    found = [(await checker.inspect(sealed(tmp_path, case.content), str(ME))).finding for case in cases]

    assert found == [case.finding for case in cases]


async def test_a_scans_headers_are_told_and_the_name_is_only_compared(checker: Checker, tmp_path: Path):
    told = await checker.inspect(sealed(tmp_path, scan()), str(ME), ("Hanako Tanaka",))

    assert told.mime == DICOM
    assert told.scan
    assert (told.scan.series, told.scan.modalities, told.scan.study_dates) == (1, ("MR",), ("20260901",))
    assert told.scan.named is True
    assert "anaka" not in repr(told)


async def test_every_scan_of_an_archive_is_looked_at_or_said_not_to_be(
    checker: Checker, tmp_path: Path, monkeypatch
):
    scans = {f"{number}.dcm": scan() for number in range(400)} | {"z.dcm": scan(PatientName="Smith^John")}
    whole = sealed(tmp_path, archive(scans))

    told = (await checker.inspect(whole, str(ME), ("Hanako Tanaka",))).scan
    monkeypatch.setattr(pool, "_COMPUTING", 8)
    hurried = (await checker.inspect(whole, str(ME), ("Hanako Tanaka",))).scan

    assert told == Scan(401, 1, ("MR",), ("BRAIN",), ("20260901",), named=False, looked=401)
    assert hurried == Scan(files=401)


async def test_a_photo_hard_to_read_is_hinted_at(checker: Checker, tmp_path: Path):
    hints = [(await checker.inspect(sealed(tmp_path, content), str(ME))).hints for content in photos()]

    assert hints == [(), (Hint.DARK,), (Hint.SMALL,), (Hint.BLURRED,), (Hint.PLACE,)]


def photos() -> list[bytes]:
    hard = {name: content for name, content, _ in images._fine() if name.endswith("JPEG") or "where" in name}
    return [jpeg(), hard["dark JPEG"], hard["small JPEG"], hard["blurred JPEG"], hard["JPEG that says where"]]


async def test_a_preview_is_drawn_anew_and_keeps_nothing_of_the_original(checker: Checker, tmp_path: Path):
    drawn = [
        await checker.preview(sealed(tmp_path, one), str(ME))
        for one in (photos()[4], pdf(), scan(), images.HEIC)
    ]

    assert [picture[:3] if picture else None for picture in drawn] == [b"\xff\xd8\xff"] * 4
    assert b"Exif" not in (drawn[0] or b"")


async def test_a_child_that_stands_still_is_ended_and_nothing_known(
    checker: Checker, tmp_path: Path, monkeypatch
):
    await checker.inspect(sealed(tmp_path, pdf()), str(ME))
    monkeypatch.setattr(checker, "_seconds", 0.2)
    os.kill(checker._free[0]._process.pid, signal.SIGSTOP)

    told = await checker.inspect(sealed(tmp_path, pdf()), str(ME))

    assert (told.finding, told.detail) == (Finding.UNCHECKED, "time")


@pytest.mark.parametrize(
    ("written", "same"),
    [
        ("TANAKA^HANAKO", True),
        ("Tanaka^Hanako=田中^花子", True),
        ("Tanaka^Hanako^M", True),
        ("Tanáka^Hanako", True),
        ("Smith^John", False),
        ("Tanaka^Ichiro", False),
    ],
)
def test_names_are_the_same_whatever_their_order_and_accents(written: str, same):
    assert is_same_person(written, ["Hanako Tanaka"]) is same


@pytest.mark.parametrize("raw", [b"", b"[]", b'{"finding": "clean"}', b'{"finding": "fine", "detail": 5}'])
def test_an_answer_that_is_none_is_not_believed(raw: bytes):
    with pytest.raises(ValueError):  # noqa: PT011
        read_inspection(raw)
