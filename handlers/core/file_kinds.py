"""Which files are taken: papers, pictures, scans, sound, video. Their first bytes tell, not their name.

Nothing that a computer would run is kept. What a ZIP or a document holds inside is not looked at here.
"""

import re
from typing import Final

WRONG_KIND: Final = "wrong-kind"
"""Why a file of another kind is not fetched."""
HEAD: Final = 1024
"""So many first bytes tell what a file is."""

_RUNS: Final = frozenset(
    {
        *("exe", "com", "bat", "cmd", "msi", "msix", "scr", "pif", "cpl", "dll", "sys", "vbs", "vbe", "js"),
        *("jse", "mjs", "wsf", "wsh", "hta", "ps1", "psm1", "reg", "lnk", "url", "inf", "sh", "bash", "app"),
        *("command", "dmg", "pkg", "deb", "rpm", "run", "elf", "so", "dylib", "jar", "class", "apk", "ipa"),
        *("py", "pyc", "rb", "pl", "php", "htm", "html", "xhtml", "mht", "svg", "swf", "chm"),
        *("docm", "dotm", "xlsm", "xltm", "xlam", "pptm", "potm", "ppsm"),
    }
)
"""Endings of what runs, or carries what runs."""
_STARTS: Final = (
    *(b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n", b"GIF8", b"BM", b"II*\0", b"MM\0*", b"II+\0", b"MM\0+"),
    *(b"PK\x03\x04", b"PK\x05\x06", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", b"{\\rtf"),
    *(b"OggS", b"ID3", b"fLaC", b"#!AMR", b"\x1aE\xdf\xa3", b"\0\0\x01\xba", b"\0\0\x01\xb3", b"\x1f\x8b"),
    *(b"\xff\xfb", b"\xff\xf3", b"\xff\xf2", b"\xff\xf1", b"\xff\xf9"),
    *(b"\x08\0\x05\0", b"\x02\0\0\0", b"\x02\0\x01\0"),
)
"""Pictures; ZIP, older and newer Office, RTF; sound, video, gzip; MP3 and AAC; DICOM without its preamble."""
_RIFF: Final = frozenset({b"WEBP", b"WAVE", b"AVI "})
_PDF_WITHIN: Final = b"%PDF-"
_DICOM_AT: Final = 128
_EMPTY_START: Final = b"\0" * 512
_CONTROL: Final = re.compile(rb"[\x00-\x08\x0e-\x1a\x1c-\x1f]")
_MARKUP: Final = re.compile(rb"\s*(?:<!doctype|<html|<svg|<script|<\?xml|<\?php)", re.IGNORECASE)


def is_refused_name(name: str) -> bool:
    """Say whether a file's name already tells that it is none of what is taken."""
    return name.rpartition(".")[2].strip().casefold() in _RUNS and "." in name


def is_taken(head: bytes, name: str = "") -> bool:
    """Say whether a file that begins with `head` (its first 1,024 bytes, or all of it) is taken."""
    if is_refused_name(name) or head.startswith(
        (b"MZ", b"\x7fELF", b"\xcf\xfa\xed\xfe", b"\xca\xfe\xba\xbe")
    ):
        return False
    return _is_known(head) or _is_disc_image(head, name) or _is_text(head)


def _is_known(head: bytes) -> bool:
    is_dicom = head[_DICOM_AT : _DICOM_AT + 4] == b"DICM"
    # HEIC, MP4, MOV, M4A and 3GP are all boxes, the first of which is called "ftyp".
    is_boxed = head[4:8] == b"ftyp"
    is_riff = head.startswith(b"RIFF") and head[8:12] in _RIFF
    return head.startswith(_STARTS) or is_dicom or is_boxed or is_riff or _PDF_WITHIN in head


def _is_disc_image(head: bytes, name: str) -> bool:
    """Know a CD's image, which begins with 32 KiB of nothing; clinics hand out MRI pictures like that."""
    return name.casefold().endswith(".iso") and head.startswith(_EMPTY_START)


def _is_text(head: bytes) -> bool:
    """Know plain words: no signs of control, nothing that a browser or a shell runs."""
    is_run = head.startswith(b"#!") or _MARKUP.match(head) is not None
    return bool(head) and not is_run and _CONTROL.search(head) is None
