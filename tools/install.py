"""Install a lock file with pip and show how far it is: `python tools/install.py requirements.lock`.

pip's own output is kept back and shown only when something fails.
"""

import subprocess
import sys
from pathlib import Path


def main(lock: str) -> int:
    """Install every hashed requirement of `lock`; return pip's exit code."""
    names = [line.split("==")[0].strip() for line in Path(lock).read_text().splitlines() if "==" in line]
    wanted = {name.lower().replace("_", "-") for name in names if not name.startswith(("#", " ", "-"))}
    command = [
        sys.executable,
        "-m",
        "pip",
        "install",
        "--disable-pip-version-check",
        "--require-hashes",
        "-r",
        lock,
    ]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True) as pip:
        output = _follow(pip, len(wanted))
    if pip.returncode:
        sys.stderr.write("".join(output[-30:]))
        sys.stderr.write(f"\nInstalling {lock} failed; the lines above say why.\n")
    return pip.returncode


def _follow(pip: "subprocess.Popen[str]", total: int) -> list[str]:
    output: list[str] = []
    seen = 0
    for line in pip.stdout or ():
        output.append(line)
        if line.startswith(("Collecting", "Requirement already satisfied")):
            seen = min(seen + 1, total)
            _show(f"      {seen} of {total} packages found")
        elif line.startswith("Installing collected"):
            _show("      unpacking; half a minute …          ")
    _show("")
    return output


def _show(text: str) -> None:
    if sys.stdout.isatty():
        sys.stdout.write("\r\x1b[2K" + text)
        sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
