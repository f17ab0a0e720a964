"""Names of files as a browser is told them."""

from typing import Final
from urllib.parse import quote

from handlers.core.file_names import safe_name

_SAFE_ASCII: Final = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789 ._-()+,")


def disposition(name: str) -> str:
    """Return an attachment's Content-Disposition (RFC 6266): an ASCII name, and the true one in UTF-8."""
    shown = safe_name(name)
    plain = "".join(char if char in _SAFE_ASCII else "_" for char in shown)
    return f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(shown, safe='')}"
