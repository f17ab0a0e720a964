"""What a start says that cannot go on: one line, the setting's name, the mend, exit code 3."""

import socket
import sqlite3
import subprocess
import sys

import pytest

from bot.alone import alone


def started(*words, folder, **settings):
    environment = {"PYTHONPATH": ":".join(sys.path), "HOST": "127.0.0.1", **settings}
    return subprocess.run(
        [sys.executable, "-m", "bot", *words],
        cwd=folder,
        env=environment,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def test_a_taken_port_ends_the_demo_with_one_line(tmp_path):
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]

        done = started("demo", folder=tmp_path, PORT=str(port))

    assert (done.returncode, done.stderr.count("\n")) == (3, 1)
    assert done.stderr.startswith(f"yorisoi: PORT: {port} is taken")


def test_a_second_process_on_one_sqlite_file_ends_with_one_line(tmp_path):
    (tmp_path / "var").mkdir()

    with alone(tmp_path / "var" / "yorisoi.db"):
        done = started("demo", folder=tmp_path, PORT="0")

    assert (done.returncode, done.stderr.count("\n")) == (3, 1)
    assert "another process serves this SQLite file already" in done.stderr
    assert not (tmp_path / "var" / "yorisoi.db").exists()


def test_a_data_folder_that_cannot_be_made_ends_the_demo_with_one_line(tmp_path):
    (tmp_path / "var").write_text("a file stands in the way")

    done = started("demo", folder=tmp_path, PORT="0")

    assert (done.returncode, done.stderr.count("\n")) == (3, 1)
    assert done.stderr.startswith("yorisoi: YORISOI_DATABASE_URL: the folder var can't be written")


@pytest.mark.parametrize(
    ("settings", "words"),
    [
        ({}, "YORISOI_PUBLIC_URL: production needs"),
        ({"YORISOI_PUBLIC_URL": "https://clinic.example"}, "YORISOI_MASTER_KEY_FILE: production needs"),
        ({"YORISOI_ENV": "demo", "PORT": "none"}, "PORT: input should be a valid integer"),
    ],
)
def test_a_wrong_setting_ends_the_start_with_its_name_and_the_mend(tmp_path, settings, words):
    done = started("serve", folder=tmp_path, **settings)

    assert (done.returncode, done.stderr.count("\n")) == (3, 1)
    assert words in done.stderr


def test_the_demos_data_is_pointed_to_where_production_cannot_start(tmp_path):
    assert started("migrate", folder=tmp_path, YORISOI_ENV="demo").returncode == 0

    done = started("patients", folder=tmp_path)

    assert (done.returncode, done.stderr.count("\n")) == (3, 1)
    assert "YORISOI_ENV=demo yorisoi patients" in done.stderr


def test_commands_of_the_demo_stand_on_its_data_and_its_clock(tmp_path):
    (tmp_path / "var").mkdir()
    (tmp_path / "var" / "clock").write_text("no time at all")

    done = started("patients", folder=tmp_path, YORISOI_ENV="demo")

    assert done.stderr.startswith("yorisoi: YORISOI_CLOCK_FILE: clock cannot be read")


def damaged(file, table):
    """Write over the root page of a table."""
    with sqlite3.connect(file) as conn:
        [page] = conn.execute("SELECT rootpage FROM sqlite_master WHERE name = ?", (table,)).fetchone()
        [size] = conn.execute("PRAGMA page_size").fetchone()
    conn.close()
    with file.open("r+b") as stored:
        stored.seek((page - 1) * size)
        stored.write(b"\xff" * size)


def test_a_damaged_database_ends_with_one_line(tmp_path):
    started("migrate", folder=tmp_path, YORISOI_ENV="demo")
    damaged(tmp_path / "var" / "yorisoi.db", "clinics")

    done = started("patients", folder=tmp_path, YORISOI_ENV="demo")

    assert (done.returncode, done.stderr.count("\n")) == (3, 1)
    assert "the database file is damaged" in done.stderr


def test_a_master_key_that_everybody_can_read_is_warned_of(tmp_path):
    started("migrate", folder=tmp_path, YORISOI_ENV="demo")
    (tmp_path / "var" / "master.key").chmod(0o644)

    done = started("patients", folder=tmp_path, YORISOI_ENV="demo")

    assert "everybody on this machine can read its file" in done.stderr
