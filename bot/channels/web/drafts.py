"""Large files on their way in, piece by piece: what has come stays, so that a cut line costs one piece.

A draft is sealed like a finished upload (uploads.py), in pieces of 64 KiB, under a key that is derived
from ours and stands nowhere. Its name says how large it will be; how much there is, its length says.
"""

import asyncio
import hmac
import os
from collections.abc import Iterable
from contextlib import suppress
from datetime import datetime
from hashlib import sha256
from pathlib import Path
from typing import Final

from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from bot.channels.web.uploads import CHUNK, KEPT, TAG, nonce, ref_of
from handlers.core.day_limit import DAY, USUAL, DayLimit
from handlers.core.values import ContactPoint

_KEY: Final = 32
_OVER: Final = "over"
_WHOSE: Final = 16
"""Characters of a link's short name that say whose it is; as many again say which it is."""


class WrongPlace(Exception):
    """A piece that does not go on where the draft ends; `offset` is where that is."""

    def __init__(self, offset: int) -> None:
        """Keep the place."""
        super().__init__(offset)
        self.offset = offset


class Drafts:
    """The folder of drafts, and of the links that they came by."""

    def __init__(self, folder: Path, uploads: Path, key: bytes, limit: DayLimit = USUAL) -> None:
        """Keep drafts in `folder`; finished ones move to `uploads`. `limit` is for each contact point."""
        self._limit = limit
        self._folder = folder
        self._uploads = uploads
        self._secret = HKDF(SHA256(), _KEY, salt=None, info=b"yorisoi drafts").derive(key)

    def link(self, token: str, point: ContactPoint | None) -> str:
        """Return the short name of a link: nobody gets back from it to the link, nor to whose it is."""
        return self._whose(point) + sha256(token.encode()).hexdigest()[:_WHOSE]

    def holder(self, link: str) -> str | None:
        """Return the mark of the browser that a link belongs to, or None while it is nobody's."""
        try:
            return (self._folder / f"{link}.link").read_text()
        except FileNotFoundError:
            return None

    def claim(self, link: str, browser: str) -> bool:
        """Give a link to the first browser that asks; say whether it is this one's."""
        self._folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        path = self._folder / f"{link}.link"
        with (
            suppress(FileExistsError),
            os.fdopen(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "w") as file,
        ):
            file.write(browser)
        return self.holder(link) == browser

    def is_over(self, link: str) -> bool:
        """Say whether nothing is taken by this link any more."""
        return self.holder(link) == _OVER

    def end(self, link: str) -> None:
        """Let a link be nobody's for good."""
        (self._folder / f"{link}.link").write_text(_OVER)

    def forget(self, points: Iterable[ContactPoint]) -> None:
        """Delete the drafts of somebody who is erased; no link of theirs takes anything any more."""
        for whose in map(self._whose, points):
            for path in self._folder.glob(f"{whose}*"):
                if path.suffix == ".link":
                    path.write_text(_OVER)
                else:
                    path.unlink(missing_ok=True)

    def ident(self, link: str, name: str, size: int, modified: int) -> str:
        """Return the id of a file that comes by this link: chosen again, it goes on where it ended."""
        said = "\0".join((link, name, str(size), str(modified)))
        return hmac.digest(self._secret, said.encode(), sha256).hex()[:32]

    def has_room(self, link: str, ident: str, size: int, now_system: datetime) -> bool:
        """Say whether a file may still come today: whole and begun ones count, by every link of a sender.

        A draft counts with the size that it will have. One that is begun may be gone on with.
        """
        path = self._path(link, ident, size)
        if path.exists() or path.with_suffix(".done").exists():
            return True
        since = (now_system - DAY).timestamp()
        sizes = [
            int(one.stem.rpartition("-")[2])
            for one in self._folder.glob(f"{link[:_WHOSE]}*")
            if one.suffix in {".part", ".done"} and one.stat().st_mtime > since
        ]
        return len(sizes) < self._limit.files and sum(sizes) + size <= self._limit.size

    def begin(self, link: str, ident: str, size: int) -> int:
        """Return from where on the file is wanted: 0 for a new one, its size for one that is whole."""
        path = self._path(link, ident, size)
        if path.with_suffix(".done").exists():
            return size
        path.touch(mode=0o600)
        return _offset(path, size)

    async def put(self, link: str, ident: str, size: int, offset: int, content: bytes) -> int:
        """Append what goes on at `offset`; return from where on the rest is wanted.

        Raises WrongPlace for any other offset, or where there is no such draft.
        """
        return await asyncio.to_thread(self._put, self._path(link, ident, size), size, offset, content)

    async def finish(self, link: str, ident: str, size: int) -> str:
        """Move a whole file to the uploads; return its ref, "" when that was done before.

        Raises WrongPlace when something is still missing.
        """
        return await asyncio.to_thread(self._finish, self._path(link, ident, size), size)

    def finished(self, link: str, ident: str, size: int) -> None:
        """Remember that a file was taken over."""
        self._path(link, ident, size).with_suffix(".done").touch(mode=0o600)

    def sweep(self, now_system: datetime) -> int:
        """Delete drafts that nobody went on with for a day, and what else is 8 days old; return how many."""
        if not self._folder.is_dir():
            return 0
        drafts, others = (now_system - DAY).timestamp(), (now_system - KEPT).timestamp()
        stale = [
            path
            for path in self._folder.iterdir()
            if path.stat().st_mtime < (drafts if path.suffix == ".part" else others)
        ]
        for path in stale:
            path.unlink(missing_ok=True)
        return len(stale)

    def _whose(self, point: ContactPoint | None) -> str:
        said = f"{point.channel}\0{point.account}\0{point.address}" if point else ""
        return hmac.digest(self._secret, b"whose" + said.encode(), sha256).hex()[:_WHOSE]

    def _path(self, link: str, ident: str, size: int) -> Path:
        return self._folder / f"{link}-{ident}-{size}.part"

    def _put(self, path: Path, size: int, offset: int, content: bytes) -> int:
        if not path.exists():
            raise WrongPlace(0)
        if offset != _offset(path, size) or offset + len(content) > size:
            raise WrongPlace(_offset(path, size))
        cipher = AESGCM(self._key(path))
        with path.open("r+b") as file:
            file.seek(offset // CHUNK * (CHUNK + TAG))
            file.truncate()
            for at in range(0, len(content), CHUNK):
                piece = content[at : at + CHUNK]
                is_last = offset + at + len(piece) == size
                if len(piece) < CHUNK and not is_last:
                    break  # the rest of it comes with the next piece
                file.write(cipher.encrypt(nonce((offset + at) // CHUNK, last=is_last), piece, None))
        return _offset(path, size)

    def _finish(self, path: Path, size: int) -> str:
        if path.with_suffix(".done").exists():
            return ""
        if not path.exists() or _offset(path, size) != size:
            raise WrongPlace(_offset(path, size) if path.exists() else 0)
        with path.open("rb") as file:
            os.fsync(file.fileno())
        self._uploads.mkdir(parents=True, exist_ok=True, mode=0o700)
        name = hmac.digest(self._secret, b"name" + path.name.encode(), sha256).hex()[:32]
        path.replace(self._uploads / name)
        return ref_of(name, self._key(path))

    def _key(self, path: Path) -> bytes:
        return HKDF(SHA256(), _KEY, salt=None, info=path.name.encode()).derive(self._secret)


def _offset(path: Path, size: int) -> int:
    """Return how much of the file there is, in whole pieces."""
    stored = path.stat().st_size
    if stored >= size + TAG * -(-size // CHUNK):
        return size
    return stored // (CHUNK + TAG) * CHUNK
