"""Install a lock file with pip and show how far it is: `python tools/install.py requirements.lock`.

pip's own output is kept back; its last lines are shown only when something fails.
"""

import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path

PIP = [sys.executable, "-m", "pip", "install", "--disable-pip-version-check", "--require-hashes", "-r"]
SATISFIED = "Requirement already satisfied"
FOUND = ("Collecting ", "Processing ", SATISFIED)
SHOWN_LINES = 15


def main(lock: str) -> int:
    """Install every hashed requirement of `lock`; return pip's exit code."""
    total = sum("==" in line for line in Path(lock).read_text().splitlines())
    with subprocess.Popen([*PIP, lock], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True) as pip:
        said = _follow(pip.stdout or (), total)
    if pip.returncode:
        telling = [line for line in said if not line.startswith(SATISFIED)]
        sys.stderr.write("".join(telling[-SHOWN_LINES:]))
        sys.stderr.write(
            f"\nInstalling {lock} failed; the lines above say why. Then run the command again.\n"
        )
    return pip.returncode


def _follow(lines: Iterable[str], total: int) -> list[str]:
    """Return what pip says, showing meanwhile how many of `total` packages it has found."""
    said: list[str] = []
    found = 0
    for line in lines:
        said.append(line)
        if line.startswith(FOUND):
            found = min(found + 1, total)
            _show(f"      {found} of at most {total} packages found")
        elif line.startswith("Installing collected"):
            _show("      unpacking, about half a minute")
    _show("")
    return said


def _show(text: str) -> None:
    """Replace the line at the bottom of a terminal; say nothing into a file."""
    if sys.stdout.isatty():
        sys.stdout.write("\r\x1b[2K" + text)
        sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
