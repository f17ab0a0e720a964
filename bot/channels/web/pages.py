"""The chat's HTML pages: templates, static files, and which language they speak."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import Any, Final

from fastapi import Request, Response
from fastapi.responses import HTMLResponse
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from bot.channels.web.deps import WebChat
from bot.channels.web.lines import direction, is_wide
from bot.channels.web.words import preferred

_HERE: Final = Path(__file__).parent
_TYPES: Final = {
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".svg": "image/svg+xml",
}


@cache
def templates() -> Environment:
    """Return the chat's templates, each compiled once: autoescaped, failing loudly on a missing name."""
    return Environment(
        loader=FileSystemLoader(_HERE / "templates"), autoescape=True, undefined=StrictUndefined
    )


class Pages:
    """Renders pages, and gives out the static files they need."""

    def __init__(self, chat: WebChat) -> None:
        """Read templates and static files once."""
        self._chat = chat
        self._files = {path.name: _File.read(path) for path in sorted((_HERE / "static").iterdir())}
        self._environment = templates()

    def page(
        self, request: Request, template: str, *, language: str = "", status: int = 200, **values: Any
    ) -> HTMLResponse:
        """Return a page in `language`, or in the one that the browser asks for."""
        language = self.language(request, language)
        catalog = self._chat.catalogs.get(language)
        html = self._environment.get_template(template).render(
            t=catalog.text,
            language=language,
            direction=direction(language),
            clinic=self._chat.clinic_name,
            demo=self._chat.demo,
            asset=self._asset,
            is_wide=is_wide,
            **values,
        )
        return HTMLResponse(html, status_code=status)

    def language(self, request: Request, known: str = "") -> str:
        """Return the language for this page: the patient's, the one asked for, or the browser's."""
        available = self._chat.catalogs.languages()
        for wanted in (known, request.query_params.get("lang", "")):
            if wanted in available:
                return wanted
        return preferred(request.headers.get("accept-language", ""), available, self._chat.language)

    def words(self, request: Request, key: str) -> str:
        """Return a text in the language that the browser asks for."""
        return self._chat.catalogs.get(self.language(request)).text(key)

    def language_names(self) -> Mapping[str, str]:
        """Return every language that somebody may begin in, with its own name for itself."""
        catalogs = self._chat.catalogs
        return {name: catalogs.get(name).text("web.language_name") for name in self._chat.offered()}

    def static(self, name: str, v: str = "") -> Response:
        """Return a static file; browsers may keep it for good if its address carries its mark `v`."""
        file = self._files.get(name)
        if file is None:
            return Response(status_code=404)
        # Scripts that scripts import come without a mark: those are asked for again each time.
        keep = "public, max-age=31536000, immutable" if v == file.mark else "no-cache"
        return Response(file.content, media_type=file.kind, headers={"Cache-Control": keep})

    def _asset(self, name: str) -> str:
        return f"/chat/static/{name}?v={self._files[name].mark}"


@dataclass(frozen=True, slots=True)
class _File:
    content: bytes
    kind: str
    mark: str

    @classmethod
    def read(cls, path: Path) -> "_File":
        content = path.read_bytes()
        return cls(content, _TYPES[path.suffix], sha256(content).hexdigest()[:12])
