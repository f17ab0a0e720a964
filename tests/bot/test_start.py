"""What a start says that cannot go on: one line, the setting's name, the mend, exit code 3."""

import socket
import subprocess
import sys

import pytest


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
