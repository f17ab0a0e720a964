"""A full disk: what must end gets the reserve's room, once; nobody else does."""

import errno
import sqlite3
from types import SimpleNamespace

import pytest

from handlers.errors import NotFound, StorageAway
from storage import reserve as module
from storage.reserve import LEFT, NAME, Reserve, with_room

FULL = OSError(errno.ENOSPC, "no room")
MIB = 1024 * 1024


@pytest.fixture
def reserve(tmp_path):
    (tmp_path / NAME).write_bytes(bytes(10))
    return Reserve(tmp_path)


def failing(*errors):
    """Return what fails with these errors, one after the other, and then works."""
    left = list(errors)

    async def act():
        if left:
            raise left.pop(0)
        return "done"

    return act


@pytest.mark.parametrize("error", [FULL, StorageAway("disk-full")])
async def test_what_must_end_ends_on_a_full_disk(reserve, error):
    assert (await with_room(reserve, failing(error)), reserve.is_there) == ("done", False)


@pytest.mark.parametrize("error", [NotFound("p"), sqlite3.OperationalError("no such table")])
async def test_another_error_leaves_the_reserve_where_it_is(reserve, error):
    with pytest.raises(type(error)):
        await with_room(reserve, failing(error))

    assert reserve.is_there


async def test_a_disk_that_is_full_all_the_same_is_told(reserve):
    with pytest.raises(OSError, match="no room"):
        await with_room(reserve, failing(FULL, FULL))


@pytest.mark.parametrize(("free", "is_kept"), [(LEFT + 6 * MIB, True), (LEFT + 4 * MIB, False)])
def test_it_is_made_only_where_there_is_plenty_of_room(tmp_path, monkeypatch, free, is_kept):
    disk = SimpleNamespace(total=100 * MIB, free=free)
    monkeypatch.setattr(module.shutil, "disk_usage", lambda _: disk)

    assert Reserve(tmp_path).keep() is is_kept
    assert [one.stat().st_size for one in tmp_path.iterdir()] == [5 * MIB] * is_kept
