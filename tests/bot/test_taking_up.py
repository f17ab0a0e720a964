"""A pack that one process puts in force is taken up by the others, without a restart."""

import json
from functools import partial

from bot.clock import system_now
from bot.demo import make_clinic
from bot.foundation import foundation
from bot.packs.room import PackRoom
from bot.packs.taking_up import once_more, take_up
from bot.settings import Settings
from storage.pack_archive import files_in, packed
from storage.protocols import pack_folder


def in_two_languages():
    """Return the shipped pack zipped, with a version of its own."""
    files = files_in(pack_folder("parkinson-cell-therapy"))
    protocol = {**json.loads(files["protocol.json"]), "languages": ["en", "ja"], "version": "9"}
    return packed({**files, "protocol.json": json.dumps(protocol).encode()})


async def answered(base):
    """Meet a questionnaire that only the new pack knows."""
    if base.around.protocol.version != "9":
        raise KeyError("https://clinic.example/q/new")


async def test_every_process_and_command_stands_on_the_newest_pack(database_url, tmp_path):
    settings = Settings(env="test", database_url=database_url, storage_url=f"file://{tmp_path}/files")
    async with foundation(settings) as one, foundation(settings) as other:
        await make_clinic(one)
        room = PackRoom(one.clinic, one.stores.database, one.present, partial(take_up, one))
        held = other.around.catalogs
        number = await room.load(in_two_languages(), by="s1", now=system_now())
        assert await room.use(number, seq=0, by="s1", now=system_now())
        before = other.around.protocol.version

        await once_more(other, lambda: answered(other))
        async with foundation(settings) as later:
            seen = [base.around.protocol.version for base in (one, other, later)]

    assert (before, seen) == ("0.1.1", ["9", "9", "9"])
    assert (other.around.catalogs is held, held.languages()) == (True, ("en", "ja"))
