"""A pack as one file: the zip of its folder, taken from strangers with care and made anew by us.

Nothing of an archive is trusted: names, sizes and kinds are looked at before anything is read, and what is
read is counted. Only files that a pack can have are taken; where they go is ours to say.
"""

import re
import stat
import zipfile
import zlib
from collections.abc import Iterable, Mapping
from hashlib import sha256
from io import BytesIO
from pathlib import Path, PurePosixPath
from typing import Final

from handlers.errors import PackError
from storage import pack_files, signatures

MOST_BYTES: Final = 8 * 1024 * 1024
"""What is uploaded, and each file in it, may have so many bytes."""
MOST_IN_ALL: Final = 24 * 1024 * 1024
MOST_FILES: Final = 200

_KNOWN: Final = frozenset(
    {
        *(pack_files.PROTOCOL, pack_files.PRESCREEN, pack_files.FLAGS, pack_files.NUMBERS),
        *(pack_files.WORDS, pack_files.FAQ, pack_files.FACTS, pack_files.CLAIMS, pack_files.LINT),
        signatures.FILE,
    }
)
_QUESTIONNAIRE: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9.-]{0,63}\.questionnaire\.json")
_TEXTS: Final = re.compile(r"locales/[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*\.po")
_LITTER: Final = re.compile(r"(^|/)(__MACOSX/|\.DS_Store$|\._|Thumbs\.db$|README[^/]*$|LICENSE[^/]*$)")
"""What computers and people leave in folders: left out without a word."""
_EPOCH: Final = (1980, 1, 1, 0, 0, 0)
_LINK: Final = 16
"""The Unix mode stands in the upper half of an entry's attributes."""

Files = Mapping[str, bytes]
"""Path inside the pack → content."""


def unpacked(archive: bytes) -> Files:
    """Return the files of a zipped pack; raise PackError naming what is not taken."""
    if len(archive) > MOST_BYTES:
        raise PackError(f"the file: more than {MOST_BYTES // 2**20} MB")
    try:
        with zipfile.ZipFile(BytesIO(archive)) as opened:
            return _read(opened)
    except (zipfile.BadZipFile, zlib.error, NotImplementedError, EOFError, ValueError, OSError):
        raise PackError("the file: no zip that can be read") from None


def packed(files: Files) -> bytes:
    """Return the files as a zip that is the same whenever it is made of the same files."""
    made = BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in sorted(files):
            entry = zipfile.ZipInfo(name, _EPOCH)
            entry.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(entry, files[name])
    return made.getvalue()


def files_in(folder: Path) -> Files:
    """Return the files of a folder that belong to a pack; raise PackError for a locked one."""
    found = (path for path in sorted(folder.rglob("*")) if path.is_file())
    names = {path.relative_to(folder).as_posix(): path for path in found}
    try:
        return {name: path.read_bytes() for name, path in names.items() if is_pack_file(name)}
    except OSError as error:
        raise PackError(f"{folder.name}: it can't be read: {error.strerror}") from None


def written(files: Files, folder: Path) -> Path:
    """Write the files into an empty folder of ours and return it."""
    for name, content in files.items():
        if not is_pack_file(name):
            raise PackError(f"{name[:80]}: no file of a pack")
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    return folder


def digest_of(files: Files) -> str:
    """Return the SHA-256 of all files and their names."""
    marks = (f"{name}\0{sha256(content).hexdigest()}\n" for name, content in sorted(files.items()))
    return sha256("".join(marks).encode()).hexdigest()


def is_pack_file(name: str) -> bool:
    """Say whether a pack can have a file of this path."""
    return name in _KNOWN or bool(_QUESTIONNAIRE.fullmatch(name) or _TEXTS.fullmatch(name))


def _read(archive: zipfile.ZipFile) -> Files:
    entries = [
        entry for entry in archive.infolist() if not (entry.is_dir() or _LITTER.search(entry.filename))
    ]
    if len(entries) > MOST_FILES:
        raise PackError(f"the file: more than {MOST_FILES} files in it")
    top = _top([entry.filename for entry in entries])
    files: dict[str, bytes] = {}
    left = MOST_IN_ALL
    for entry in entries:
        name = entry.filename.removeprefix(top)
        _refuse(entry, name, files)
        content = _content(archive, entry, min(left, MOST_BYTES))
        left -= len(content)
        files[name] = content
    if pack_files.PROTOCOL not in files:
        raise PackError(f"the file: no {pack_files.PROTOCOL} in it")
    return files


def _top(names: Iterable[str]) -> str:
    """Return the folder that everything stands in, or nothing: people zip the folder itself."""
    tops = {PurePosixPath(name).parts[0] if "/" in name else "" for name in names}
    top = tops.pop() if len(tops) == 1 else ""
    return f"{top}/" if top and top not in {"..", "/", "locales"} else ""


def _refuse(entry: zipfile.ZipInfo, name: str, files: Files) -> None:
    """Raise PackError for links, paths that lead out, anything unknown or twice."""
    shown = entry.filename[:80]
    if stat.S_ISLNK(entry.external_attr >> _LINK):
        raise PackError(f"{shown}: a link, not a file")
    if entry.flag_bits & 1:
        raise PackError(f"{shown}: locked with a password")
    if not is_pack_file(name):
        raise PackError(f"{shown}: no file of a pack")
    if name in files:
        raise PackError(f"{shown}: stands twice")


def _content(archive: zipfile.ZipFile, entry: zipfile.ZipInfo, most: int) -> bytes:
    with archive.open(entry) as opened:
        content = opened.read(most + 1)
    if len(content) > most:
        raise PackError(f"{entry.filename[:80]}: too large")
    return content
