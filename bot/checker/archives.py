"""ZIP archives: a set of scans or papers, or something made to do harm. Nothing is unpacked to a disk."""

import io
import stat
import zipfile
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import BinaryIO, Final

from bot.checker import confine, letters, scans
from bot.checker.findings import Found
from bot.checker.kinds import DICOM, ZIP, kind_of
from handlers.core.inspection import Finding, Inspection

MOST_MEMBERS: Final = 20_000
MOST_UNPACKED: Final = 4 * 1024**3
_RATIO: Final = 150
_RATIO_FROM: Final = 20 * 1024 * 1024
"""Below this size a ratio says nothing: a picture of one colour packs well."""
_READ_WHOLE: Final = 128 * 1024 * 1024
_HEAD: Final = 256 * 1024
_BEGINNING: Final = 8192
_SECONDS_KEPT: Final = 10
"""Of the seconds that a child may compute: when only these are left, no further header is read."""
_KNOWN_WAYS: Final = frozenset({zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED})
_LOCKED_BIT: Final = 0x1
_PROGRAMS: Final = ("META-INF/MANIFEST.MF", "classes.dex", "AndroidManifest.xml")


def look_into(file: BinaryIO, size: int, names: Sequence[str]) -> Inspection:
    """Say what an archive is; raise Found for one that is not kept."""
    with zipfile.ZipFile(file) as archive:
        members = [member for member in archive.infolist() if not member.is_dir()]
        _check_places(archive.infolist())
        _check_sizes(members, size)
        if letters.is_letter(members):
            return letters.look_into(archive, members, _read_all(archive, members))
        _check_family(members)
        return _looked_through(archive, members, names)


def _check_places(members: Sequence[zipfile.ZipInfo]) -> None:
    for member in members:
        name = member.orig_filename.replace("\\", "/")
        is_outside = name.startswith("/") or ".." in name.split("/") or name[1:2] == ":"
        if is_outside or any(ord(char) < ord(" ") for char in name):
            raise Found(Finding.PATHS, "name")
        if stat.S_ISLNK(member.external_attr >> 16):
            raise Found(Finding.PATHS, "link")


def _check_sizes(members: Sequence[zipfile.ZipInfo], size: int) -> None:
    if not members:
        raise Found(Finding.EMPTY, "no-members")
    if len(members) > MOST_MEMBERS:
        raise Found(Finding.BOMB, "count")
    unpacked = sum(member.file_size for member in members)
    if unpacked > MOST_UNPACKED:
        raise Found(Finding.BOMB, "size")
    if unpacked > _RATIO_FROM and unpacked > _RATIO * size:
        raise Found(Finding.BOMB, "ratio")
    ends = 0
    for member in sorted(members, key=lambda member: member.header_offset):
        if member.header_offset < ends:
            raise Found(Finding.BOMB, "overlapping")
        ends = member.header_offset + member.compress_size
    if any(member.flag_bits & _LOCKED_BIT for member in members):
        raise Found(Finding.LOCKED, "archive")


def _check_family(members: Sequence[zipfile.ZipInfo]) -> None:
    """Raise Found for the kinds of file that are archives inside: letters, tables and programs."""
    names = {member.filename for member in members}
    if any(name in names for name in _PROGRAMS):
        raise Found(Finding.PROGRAM, "archive")
    if "[Content_Types].xml" in names or members[0].filename == "mimetype":
        raise Found(Finding.OFFICE, "archive")


def _read_all(archive: zipfile.ZipFile, members: Sequence[zipfile.ZipInfo]) -> Mapping[str, bytes]:
    """Return each member by its name, with its beginning where it says what else belongs to the letter.

    Raise Found for a member that is not as large as it says.
    """
    heads: dict[str, bytes] = {}
    budget = _READ_WHOLE
    for member in members:
        head, read = _read(archive, member, budget)
        heads[member.filename] = head if member.filename.endswith(".rels") else b""
        budget -= read
    return heads


def _looked_through(
    archive: zipfile.ZipFile, members: Sequence[zipfile.ZipInfo], names: Sequence[str]
) -> Inspection:
    gathering = scans.Gathering(names)
    kinds: Counter[str | Finding] = Counter()
    budget = _READ_WHOLE
    for member in members:
        is_time = confine.time_left() > _SECONDS_KEPT
        head, read = _read(archive, member, budget, most=_HEAD if is_time else _BEGINNING)
        budget -= read
        kind = kind_of(head[:_BEGINNING])
        if kind == ZIP or kind is Finding.ARCHIVE:
            raise Found(Finding.BOMB if kind == ZIP else Finding.ARCHIVE, "depth")
        kinds[kind] += 1
        if kind == DICOM and is_time:
            _gather(gathering, head, member)
        elif kind == DICOM:
            gathering.files += 1
    return _summed_up(kinds, len(members), gathering)


def _summed_up(kinds: Counter[str | Finding], members: int, gathering: scans.Gathering) -> Inspection:
    known = sum(count for kind, count in kinds.items() if not isinstance(kind, Finding))
    if kinds[Finding.POLYGLOT]:
        raise Found(Finding.POLYGLOT, "member")
    if not known:
        worst = Finding.PROGRAM if kinds[Finding.PROGRAM] else Finding.NOT_TAKEN
        raise Found(worst, "members")
    holds_programs = kinds[Finding.PROGRAM] > 0
    scan = gathering.told() if gathering.files else None
    finding = Finding.ACTIVE if holds_programs else Finding.FINE
    return Inspection(finding, "programs" if holds_programs else "", ZIP, members=members, scan=scan)


def _read(
    archive: zipfile.ZipFile, member: zipfile.ZipInfo, budget: int, most: int = _HEAD
) -> tuple[bytes, int]:
    """Return a member's beginning, `most` of it, and how much was unpacked; all of it while there is budget.

    What says that it is small and unpacks to more is a bomb, whatever it says of itself.
    """
    if member.compress_type not in _KNOWN_WAYS:
        raise Found(Finding.ARCHIVE, "packing")
    if member.compress_size > member.file_size + member.file_size // 8 + 1024:
        raise Found(Finding.BOMB, "sizes-lie")
    with archive.open(member) as file:
        head = file.read(most)
        read = len(head)
        while read < member.file_size and read < budget and (piece := file.read(1 << 20)):
            read += len(piece)
    if read < member.file_size and read < budget:
        raise Found(Finding.DAMAGED, "member")
    return head, read


def _gather(gathering: scans.Gathering, head: bytes, member: zipfile.ZipInfo) -> None:
    """Read a header; one that is broken is counted as a file, and not as one that was looked at."""
    try:
        gathering.take(scans.header_of(io.BytesIO(head), len(head), whole=len(head) == member.file_size))
    except (Found, MemoryError, ImportError) as found:
        if not isinstance(found, Found) or found.finding is Finding.BOMB:
            raise
        gathering.files += 1
    except Exception:  # noqa: BLE001  libraries raise whatever they like over a file that is none
        gathering.files += 1
