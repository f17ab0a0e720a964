import errno

import pytest

from handlers.errors import StorageAway
from storage.blobs import Blobs


async def one_piece():
    yield b"%PDF-1.7 made up"


async def test_a_folder_below_this_one_is_not_taken_for_one_at_the_root(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)

    kept = await Blobs("file://var/files").put(one_piece(), limit_bytes=1000)

    assert (tmp_path / "var" / "files" / kept.path).is_file()


async def test_a_disk_that_takes_nothing_more_is_said_as_that(tmp_path, monkeypatch):
    blobs = Blobs(f"file://{tmp_path}")

    def full(*_):
        raise OSError(errno.ENOSPC, "no room")

    monkeypatch.setattr("storage.blobs._encrypt", full)

    with pytest.raises(StorageAway, match="disk-full"):
        await blobs.put(one_piece(), limit_bytes=1000)
    assert not list((tmp_path / "incoming").iterdir())
