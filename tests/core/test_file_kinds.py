"""Which files are taken, by their first bytes and their name."""

import pytest

from handlers.core.file_kinds import is_refused_name, is_taken

TAKEN = {
    "letter.pdf": b"%PDF-1.7\n%\xe2\xe3\xcf\xd3",
    "late.pdf": b"\r\n%PDF-1.4",
    "photo.jpg": b"\xff\xd8\xff\xe0\0\x10JFIF",
    "photo.png": b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR",
    "photo.heic": b"\0\0\0\x18ftypheic\0\0\0\0",
    "scan.tiff": b"II*\0\x08\0\0\0",
    "mri.dcm": b"\0" * 128 + b"DICM\x02\0\0\0",
    "IM000001": b"\x08\0\x05\0\n\0\0\0ISO_IR 100",
    "mri.zip": b"PK\x03\x04\x14\0",
    "disc.iso": b"\0" * 1024,
    "letter.docx": b"PK\x03\x04\x14\0\x06\0",
    "letter.doc": b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1",
    "voice.ogg": b"OggS\0\x02",
    "voice.m4a": b"\0\0\0\x1cftypM4A ",
    "voice.mp3": b"ID3\x03\0",
    "walk.mp4": b"\0\0\0 ftypisom",
    "walk.webm": b"\x1aE\xdf\xa3\x01",
    "medicines.txt": "Levodopa 100 mg, 薬".encode(),
    "": b"Sinemet at 8 and at noon",
}
REFUSED = {
    "brain.exe": b"MZ\x90\0\x03",
    "brain.pdf": b"MZ\x90\0\x03\0\0\0%PDF-1.7",
    "mri.dcm": b"MZ" + b"\0" * 126 + b"DICM",
    "brain": b"\x7fELF\x02\x01\x01",
    "photo.jpg": b"#!/bin/sh\nrm -rf /",
    "page.txt": b"  <!DOCTYPE html><script>",
    "notes.txt": b"\0\x01\x02\x03",
    "letter.docm": b"PK\x03\x04",
    "install.jar": b"PK\x03\x04",
    "nothing.pdf": b"",
}


@pytest.mark.parametrize(("name", "head"), TAKEN.items())
def test_papers_pictures_scans_sound_and_video_are_taken(name, head):
    assert is_taken(head, name)


@pytest.mark.parametrize(("name", "head"), REFUSED.items())
def test_what_runs_is_not_whatever_it_is_called(name, head):
    assert not is_taken(head, name)


@pytest.mark.parametrize(
    ("name", "refused"),
    [("brain.EXE", True), ("MRI.exe ", True), ("exe", False), ("scan.1.2.840", False), ("", False)],
)
def test_a_name_tells_before_anything_is_fetched(name, refused):
    assert is_refused_name(name) is refused
