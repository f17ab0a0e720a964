from storage.blobs import Blobs


async def one_piece():
    yield b"%PDF-1.7 made up"


async def test_a_folder_below_this_one_is_not_taken_for_one_at_the_root(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)

    kept = await Blobs("file://var/files").put(one_piece(), limit_bytes=1000)

    assert (tmp_path / "var" / "files" / kept.path).is_file()
