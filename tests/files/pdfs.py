"""PDF files: honest, locked, cut, acting, hidden in one another."""

import io
import random
import struct
import zlib

import pikepdf
from pikepdf import Array, Dictionary, Name

from handlers.core.inspection import Finding
from tests.files.samples import archive, jpeg, pdf

END = b"%%EOF"


def opening(action) -> bytes:
    """Return a PDF that does something when it is opened."""

    def change(made: pikepdf.Pdf) -> None:
        made.Root.OpenAction = action

    return pdf(change)


def on_the_page(**entries) -> bytes:
    def change(made: pikepdf.Pdf) -> None:
        note = Dictionary(Type=Name.Annot, Subtype=Name.Link, Rect=Array([0, 0, 9, 9]), **entries)
        made.pages[0].Annots = Array([note])

    return pdf(change)


def in_the_root(**entries) -> bytes:
    def change(made: pikepdf.Pdf) -> None:
        for name, value in entries.items():
            made.Root[f"/{name}"] = value

    return pdf(change)


def with_a_file_inside(content: bytes) -> bytes:
    def change(made: pikepdf.Pdf) -> None:
        made.attachments["inside.bin"] = pikepdf.AttachedFileSpec(made, content, filename="inside.bin")

    return pdf(change)


def deep(levels: int) -> bytes:
    def change(made: pikepdf.Pdf) -> None:
        inner = Dictionary(S=Name.JavaScript, JS="x")
        for _ in range(levels):
            inner = Dictionary(Next=inner)
        made.Root.Deep = inner

    return pdf(change)


def locked(**options) -> bytes:
    return pdf(encryption=pikepdf.Encryption(owner="o", **options))


def packed_bomb(megabytes: int) -> bytes:
    """Return a PDF whose pages stand in an object stream that unpacks to so many megabytes."""
    packer = zlib.compressobj(9)
    inside = b"2 0 <</Type/Pages/Kids[3 0 R]/Count 1>>"
    pieces = [packer.compress(inside), *(packer.compress(b" " * (1 << 20)) for _ in range(megabytes))]
    packed = b"".join([*pieces, packer.flush()])
    bodies = {
        1: b"<</Type/Catalog/Pages 2 0 R>>",
        3: b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 9 9]>>",
        4: b"<</Type/ObjStm/N 1/First 4/Filter/FlateDecode/Length %d>>stream\n%s\nendstream"
        % (len(packed), packed),
    }
    whole, places = b"%PDF-1.7\n", {}
    for number, body in bodies.items():
        places[number] = len(whole)
        whole += b"%d 0 obj%s\nendobj\n" % (number, body)
    entries = [
        (0, 0, 255),
        (1, places[1], 0),
        (2, 4, 0),
        (1, places[3], 0),
        (1, places[4], 0),
        (1, len(whole), 0),
    ]
    table = b"".join(struct.pack(">BIB", *entry) for entry in entries)
    head = b"5 0 obj<</Type/XRef/Size 6/W[1 4 1]/Root 1 0 R/Length %d>>stream\n" % len(table)
    return whole + head + table + b"\nendstream endobj\nstartxref\n%d\n" % len(whole) + END


def without_pages() -> bytes:
    to = io.BytesIO()
    with pikepdf.new() as made:
        made.save(to)
    return to.getvalue()


SCRIPT = Dictionary(S=Name.JavaScript, JS="app.alert(1)")
LAUNCH = Dictionary(S=Name.Launch, F="cmd.exe")


def cases():
    """Yield name, content and what it has to be found to be."""
    yield from _fine()
    yield from _acting()
    yield from _broken()


def _fine():
    for pages in (1, 2, 30, 300):
        yield f"pdf of {pages} pages", pdf(pages=pages), Finding.FINE
    for version in ("1.3", "1.4", "1.5", "1.7", "2.0"):
        yield f"pdf {version}", pdf(force_version=version), Finding.FINE
    yield "pdf in one line", pdf(linearize=True), Finding.FINE
    streams = pikepdf.ObjectStreamMode.generate
    yield "pdf with packed objects", pdf(object_stream_mode=streams), Finding.FINE
    yield "pdf behind spaces", b"\r\n  " + pdf(), Finding.FINE
    yield "pdf behind a mark", b"\xef\xbb\xbf" + pdf(), Finding.FINE
    yield "pdf and an empty end", pdf() + b"\r\n\r\n", Finding.FINE
    yield "pdf locked for its owner only", locked(user=""), Finding.FINE
    yield "pdf that goes to a page", opening(Dictionary(S=Name.GoTo, D=Array([0, Name.Fit]))), Finding.FINE
    yield "pdf with a link", on_the_page(A=Dictionary(S=Name.URI, URI="https://clinic.example")), Finding.FINE
    yield "pdf with the wrong offsets", pdf().replace(b"startxref\n", b"startxref\n9"), Finding.FINE


def _acting():
    acting = {
        "launch": opening(LAUNCH),
        "script": opening(SCRIPT),
        "launch on the page": on_the_page(A=LAUNCH),
        "script on the page": on_the_page(A=SCRIPT),
        "script when touched": on_the_page(AA=Dictionary(E=SCRIPT)),
        "script after another": opening(Dictionary(S=Name.GoTo, Next=SCRIPT)),
        "script among names": in_the_root(
            Names=Dictionary(JavaScript=Dictionary(Names=Array(["a", SCRIPT])))
        ),
        "script deep inside": deep(50),
        "script too deep to follow": deep(230),
        "form that is sent": opening(Dictionary(S=Name.SubmitForm, F="http://a.example")),
        "data that is fetched": opening(Dictionary(S=Name.ImportData, F="http://a.example")),
        "form of another kind": in_the_root(AcroForm=Dictionary(XFA=Array([]), Fields=Array([]))),
        "film": on_the_page(RichMediaContent=Dictionary()),
        "sound": opening(Dictionary(S=Name.Sound)),
        "embedded page": opening(Dictionary(S=Name.GoToE)),
        "program inside": with_a_file_inside(b"MZ" + bytes(500)),
        "text inside": with_a_file_inside(b"hello"),
    }
    for name, content in acting.items():
        yield f"pdf with {name}", content, Finding.ACTIVE


def _broken():
    whole = pdf(pages=20)
    for share in (0.1, 0.3, 0.5, 0.7, 0.9):
        yield f"pdf cut at {share}", whole[: int(len(whole) * share)], Finding.DAMAGED
    yield "pdf without its end", whole.rpartition(END)[0], Finding.DAMAGED
    yield "pdf that is its name only", b"%PDF-1.7\n%%EOF", Finding.DAMAGED
    yield "pdf of noise", b"%PDF-1.7\n" + random.Random(1).randbytes(9000) + END, Finding.DAMAGED
    yield "pdf without pages", without_pages(), Finding.DAMAGED
    for bits, level in (("rc4", 3), ("aes 128", 4), ("aes 256", 6)):
        options = (
            {"R": level}
            | ({"aes": level > 3} if level < 6 else {})
            | ({"metadata": False} if level < 4 else {})
        )
        yield f"pdf locked with {bits}", locked(user="secret", **options), Finding.LOCKED
    yield "pdf whose pages unpack to 900 MB", packed_bomb(900), Finding.DAMAGED
    yield "pdf behind a picture", jpeg() + pdf(), Finding.POLYGLOT
    yield "pdf behind a page of the web", b"<html><script>x</script>" + pdf(), Finding.POLYGLOT
    yield "pdf behind a program", b"MZ" + bytes(200) + pdf(), Finding.POLYGLOT
    yield "pdf and archive", pdf() + archive({"a.pdf": pdf()}), Finding.POLYGLOT
