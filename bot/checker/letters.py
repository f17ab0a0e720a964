"""Word letters (DOCX): kept as a file that we never draw nor open; one with macros is not kept."""

import re
import zipfile
from collections.abc import Mapping, Sequence
from typing import Final

from bot.checker.findings import Found
from bot.checker.kinds import DOCX
from handlers.core.inspection import Finding, Inspection

_TYPES: Final = "[Content_Types].xml"
_LETTER: Final = "word/document.xml"
_MACROS: Final = re.compile(r"(?:^|/)(?:vba\w*\.(?:bin|xml)|activex\d*\.(?:bin|xml))$", re.IGNORECASE)
_EMBEDDED: Final = re.compile(r"^word/embeddings/", re.IGNORECASE)
_MACRO_TYPES: Final = re.compile(rb"macroenabled|vbaproject|activex", re.IGNORECASE)
_FETCHED: Final = re.compile(rb"(?:attachedTemplate|oleObject|/frame|subDocument)\"", re.IGNORECASE)


def is_letter(members: Sequence[zipfile.ZipInfo]) -> bool:
    """Say whether an archive is a Word letter."""
    names = {member.filename for member in members}
    return _TYPES in names and _LETTER in names


def look_into(
    archive: zipfile.ZipFile, members: Sequence[zipfile.ZipInfo], heads: Mapping[str, bytes]
) -> Inspection:
    """Say what a letter is; raise Found for one with macros. `heads` are its members' first bytes."""
    if any(_MACROS.search(name) for name in heads) or _MACRO_TYPES.search(archive.read(_TYPES)):
        raise Found(Finding.OFFICE, "macros")
    acts = _acts(heads)
    return Inspection(Finding.ACTIVE if acts else Finding.FINE, acts, DOCX, members=len(members))


def _acts(heads: Mapping[str, bytes]) -> str:
    """Return in a word what of a letter acts when it is opened: files in it, or what it fetches."""
    if any(_EMBEDDED.search(name) for name in heads):
        return "embedded"
    links = (head for name, head in heads.items() if name.endswith(".rels"))
    return "fetches" if any(_FETCHED.search(head) for head in links) else ""
