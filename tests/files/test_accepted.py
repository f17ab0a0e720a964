"""What the pack says that it accepts, the checker keeps; an image of a disc is told to come as a ZIP."""

import io
import json

import pytest

from bot.checker import kinds
from bot.checker.looking import look_into
from bot.surroundings import DEFAULT_PACK
from handlers.core.inspection import Finding
from storage.protocols import pack_folder
from tests.files.archives import archive, letter
from tests.files.images import heic
from tests.files.samples import jpeg, pdf, png, scan

MIME_TYPE = "http://hl7.org/fhir/StructureDefinition/mimeType"
SENT = {
    kinds.PDF: pdf,
    kinds.JPEG: jpeg,
    kinds.PNG: png,
    kinds.HEIC: heic,
    "image/heif": heic,
    kinds.DICOM: scan,
    kinds.DOCX: letter,
    kinds.ZIP: lambda: archive({"a.dcm": scan()}),
    "application/x-zip-compressed": lambda: archive({"a.dcm": scan()}),
}


def accepted():
    """Return every type that a question of the pack accepts."""
    files = pack_folder(DEFAULT_PACK).glob("*.questionnaire.json")
    return sorted({kind for path in files for kind in _types(json.loads(path.read_text()))})


def _types(node):
    if isinstance(node, dict):
        if node.get("url") == MIME_TYPE:
            yield node["valueCode"]
        node = list(node.values())
    for part in node if isinstance(node, list) else ():
        yield from _types(part)


@pytest.mark.parametrize("kind", accepted())
def test_every_type_that_the_pack_accepts_is_kept(kind):
    content = SENT[kind]()

    assert look_into(io.BytesIO(content), len(content)).is_kept


def test_a_letter_is_known_as_one_and_an_image_of_a_disc_is_not_kept():
    disc = bytes(kinds.DISC_AT) + kinds.DISC + bytes(2048)

    assert look_into(io.BytesIO(letter()), len(letter())).mime == kinds.DOCX
    assert look_into(io.BytesIO(disc), len(disc)).finding is Finding.ARCHIVE
