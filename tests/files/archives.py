"""ZIP archives: sets of scans and papers, bombs, names that lead out of their folder."""

import io
import stat
import struct
import zipfile

import pyrage

from handlers.core.inspection import Finding
from tests.files.samples import archive, jpeg, pdf, png, scan, wav

FIRST = b"PK\x03\x04"
INDEX = b"PK\x01\x02"


def zeros(megabytes: int) -> bytes:
    return bytes(megabytes << 20)


def linked(target: bytes) -> bytes:
    to = io.BytesIO()
    with zipfile.ZipFile(to, "w") as made:
        link = zipfile.ZipInfo("scan.dcm")
        link.external_attr = (stat.S_IFLNK | 0o777) << 16
        made.writestr(link, target)
    return to.getvalue()


def locked() -> bytes:
    """Return an archive whose members say that they are under a password."""
    whole = bytearray(archive({"a.pdf": pdf()}))
    for mark, at in ((FIRST, 6), (INDEX, 8)):
        place = whole.index(mark) + at
        whole[place] |= 1
    return bytes(whole)


def lying(claimed: int) -> bytes:
    """Return an archive whose member says it is so small and unpacks to 8 MB."""
    whole = bytearray(archive({"a.dcm": scan() + zeros(8)}))
    for mark, at in ((FIRST, 22), (INDEX, 24)):
        place = whole.index(mark) + at
        whole[place : place + 4] = struct.pack("<I", claimed)
    return bytes(whole)


def overlapping() -> bytes:
    """Return an archive whose index names one member many times, as bombs do that no ratio shows."""
    whole = archive({"a.pdf": pdf()})
    start, end = whole.index(INDEX), whole.index(b"PK\x05\x06")
    entry, tail = whole[start:end], bytearray(whole[end:])
    tail[8:12] = struct.pack("<HH", 50, 50)
    tail[12:16] = struct.pack("<I", 50 * len(entry))
    return whole[:start] + entry * 50 + bytes(tail)


def changed(content: bytes, offset: int) -> bytes:
    return content[:offset] + bytes([content[offset] ^ 255]) + content[offset + 1 :]


def nested(levels: int) -> bytes:
    content = archive({"a.pdf": pdf()})
    for level in range(levels):
        content = archive({f"level{level}.zip": content})
    return content


def cases():
    """Yield name, content and what it has to be found to be."""
    yield from _fine()
    yield from _paths()
    yield from _bombs()
    yield from _others()


def _fine():
    scans = {f"DICOM/IM{n:04}": scan(InstanceNumber=n) for n in range(40)}
    yield "zip of scans", archive(scans), Finding.FINE
    yield "zip of scans, not packed", archive(scans, zipfile.ZIP_STORED), Finding.FINE
    yield "zip of scans and notes", archive(scans | {"README.TXT": b"hello"}), Finding.FINE
    yield "zip of papers", archive({"a.pdf": pdf(), "b.jpg": jpeg(), "c.png": png()}), Finding.FINE
    yield "zip with a folder", archive({"a/": b"", "a/b.pdf": pdf()}), Finding.FINE
    yield "zip with a name in Japanese", archive({"検査結果.pdf": pdf()}), Finding.FINE
    yield "zip with a voice", archive({"a.wav": wav()}), Finding.FINE
    yield "zip with a long name", archive({"a" * 250 + ".pdf": pdf()}), Finding.FINE
    yield "zip with a broken scan", archive({"a": scan(), "b": scan()[:140]}), Finding.FINE
    viewer = {"viewer.exe": b"MZ" + bytes(900), "autorun.inf": b"[autorun]"}
    yield "zip of a whole CD", archive(scans | viewer), Finding.ACTIVE


def _paths():
    outside = ("../a.pdf", "a/../../b.pdf", "/etc/cron.d/a", "C:\\a.pdf", "..\\a.pdf", "\\\\host\\a", "a/..")
    for name in outside:
        yield f"zip with the name {name}", archive({name: pdf()}), Finding.PATHS
    for char in "\t\n\x1b":
        yield f"zip with the sign {ord(char)} in a name", archive({f"a{char}b.pdf": pdf()}), Finding.PATHS
    for target in (b"/etc/passwd", b"../../var/master.key", b"b.pdf"):
        yield f"zip with a link to {target.decode()}", linked(target), Finding.PATHS


def _bombs():
    for megabytes in (40, 200, 900):
        yield f"zip of {megabytes} MB of nothing", archive({"a.dcm": zeros(megabytes)}), Finding.BOMB
    yield "zip of many files of nothing", archive({f"{n}": zeros(5) for n in range(30)}), Finding.BOMB
    yield "zip of 20,001 files", archive({f"{n}.txt": b"" for n in range(20_001)}), Finding.BOMB
    for levels in (1, 2, 5):
        yield f"zip in {levels} zips", nested(levels), Finding.BOMB
    yield "zip of one file fifty times", overlapping(), Finding.BOMB
    for claimed in (0, 10, 600):
        yield f"zip that says {claimed} bytes", lying(claimed), Finding.BOMB
    yield "zip that says 50,000 bytes", lying(50_000), Finding.DAMAGED


def _others():
    yield "empty zip", archive({}), Finding.EMPTY
    yield "zip of an empty folder", archive({"a/": b""}), Finding.EMPTY
    yield "zip of texts", archive({"a.txt": b"hello"}), Finding.NOT_TAKEN
    yield "zip of a program", archive({"a.pdf": b"MZ" + bytes(99)}), Finding.PROGRAM
    yield "zip of an app", archive({"classes.dex": b"dex", "AndroidManifest.xml": b"x"}), Finding.PROGRAM
    yield "zip of Java", archive({"META-INF/MANIFEST.MF": b"x", "a.class": b"x"}), Finding.PROGRAM
    yield from _letters()
    for name in ("xl/workbook.xml", "ppt/presentation.xml"):
        office = archive({"[Content_Types].xml": b"<x/>", name: b"<x/>"})
        yield f"office file with {name}", office, Finding.OFFICE
    odf = archive({"mimetype": b"application/vnd.oasis.opendocument.text", "content.xml": b""})
    yield "open document", odf, Finding.OFFICE
    yield "locked zip", locked(), Finding.LOCKED
    yield "zip with a tar", archive({"a.tar": bytes(257) + b"ustar" + bytes(300)}), Finding.ARCHIVE
    yield "zip with a rar", archive({"a.rar": b"Rar!\x1a\x07\x00" + bytes(99)}), Finding.ARCHIVE
    yield "zip packed with bzip2", archive({"a.pdf": pdf()}, zipfile.ZIP_BZIP2), Finding.ARCHIVE
    yield "zip packed with lzma", archive({"a.pdf": pdf()}, zipfile.ZIP_LZMA), Finding.ARCHIVE
    double = archive({"a.dcm": scan(preamble=b"MZ"), "b.pdf": pdf()})
    yield "zip with two kinds in one", double, Finding.POLYGLOT
    whole = archive({"a.pdf": pdf(), "b.jpg": jpeg()})
    for share in (0.1, 0.5, 0.9):
        yield f"zip cut at {share}", whole[: int(len(whole) * share)], Finding.DAMAGED
    yield "zip with a changed byte", changed(whole, len(whole) // 2), Finding.DAMAGED
    yield "sealed file", pyrage.passphrase.encrypt(b"a", "b"), Finding.NOT_TAKEN


def letter(types=b"<Types/>", **more):
    """Return a Word letter of a few lines; `more` are further members."""
    members = {"[Content_Types].xml": types, "word/document.xml": b"<w:document/>"}
    return archive(members | more)


def _letters():
    yield "letter", letter(), Finding.FINE
    for name in ("word/vbaProject.bin", "word/VBAPROJECT.BIN", "word/activeX/activeX1.xml"):
        yield f"letter with {name}", letter(**{name: b"x"}), Finding.OFFICE
    macros = b'<Override ContentType="application/vnd.ms-word.document.macroEnabled.main+xml"/>'
    yield "letter that says it has macros", letter(macros), Finding.OFFICE
    yield "letter with a file in it", letter(**{"word/embeddings/oleObject1.bin": b"x"}), Finding.ACTIVE
    template = b'<Relationship Type="http://x/attachedTemplate" Target="http://evil" TargetMode="External"/>'
    yield "letter that fetches", letter(**{"word/_rels/settings.xml.rels": template}), Finding.ACTIVE
    yield "letter that is a bomb", letter(**{"word/media/a.png": zeros(200)}), Finding.BOMB
    yield "letter with a way out", letter(**{"../word/x.xml": b"x"}), Finding.PATHS
