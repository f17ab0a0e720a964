"""The environment around the settings: secrets that it names as files, and words for what is wrong in it."""

from collections.abc import Iterable, Mapping
from pathlib import Path

from pydantic import ValidationError

from handlers.errors import SettingError


def with_files(environ: Mapping[str, str], prefix: str, names: Iterable[str]) -> dict[str, str]:
    """Return the environment with the secrets in files that it names (NAME_FILE), as container platforms do.

    Raise SettingError for a file that cannot be read.
    """
    values = dict(environ)
    for key in (prefix + name for name in names):
        path = values.get(f"{key}_FILE")
        if not path:
            continue
        try:
            values[key] = Path(path).read_text().strip()
        except OSError:
            raise SettingError(
                f"{key}_FILE: the file cannot be read. Check its path and permissions"
            ) from None
    return values


def one_line(error: ValidationError, prefix: str) -> str:
    """Return one line about the first wrong setting: its name, what is wrong, and the mend."""
    first = error.errors(include_url=False, include_input=False)[0]
    words = first["msg"].removeprefix("Value error, ")
    name = str(first["loc"][0]).upper() if first["loc"] else ""
    if not name:
        return prefix + words
    return f"{name if name in {'HOST', 'PORT'} else prefix + name}: {words[0].lower()}{words[1:]}. Correct it"
