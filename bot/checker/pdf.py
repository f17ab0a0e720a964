"""PDF files: locked, damaged, acting, how many pages."""

from collections.abc import Iterator
from typing import Any, BinaryIO, Final

import pikepdf

from bot.checker.findings import Found
from bot.checker.kinds import PDF
from handlers.core.inspection import Finding, Inspection

_TAIL: Final = 4096
_MOST_NODES: Final = 400_000
_DEEPEST: Final = 200
_MOST_PAGES: Final = 20_000
_ACTIONS: Final = {
    "/Launch": "launch", "/JavaScript": "script", "/ImportData": "import", "/SubmitForm": "submit",
    "/GoToE": "embedded", "/Rendition": "media", "/Movie": "media", "/Sound": "media",
}  # fmt: skip
_KEYS: Final = {
    "/JS": "script", "/JavaScript": "script", "/EmbeddedFiles": "embedded", "/EF": "embedded",
    "/RichMedia": "media", "/XFA": "form", "/RichMediaContent": "media", "/3DD": "media",
}  # fmt: skip


def look_into(file: BinaryIO, size: int) -> Inspection:
    """Say what a PDF is; raise Found for a locked or damaged one."""
    file.seek(max(0, size - _TAIL))
    is_cut = b"%%EOF" not in file.read(_TAIL)
    file.seek(0)
    try:
        with pikepdf.open(file, suppress_warnings=True) as pdf:
            return _opened(pdf, is_cut=is_cut)
    except pikepdf.PasswordError as error:
        raise Found(Finding.LOCKED, "password") from error


def _opened(pdf: pikepdf.Pdf, *, is_cut: bool) -> Inspection:
    pages = len(pdf.pages)
    if pages == 0:
        raise Found(Finding.DAMAGED, "no-pages")
    if pages > _MOST_PAGES:
        raise Found(Finding.BOMB, "pages")
    if is_cut:
        raise Found(Finding.DAMAGED, "cut-short")
    acts = sorted(set(_acts(pdf)))
    finding = Finding.ACTIVE if acts else Finding.FINE
    return Inspection(finding, ",".join(acts), PDF, pages=pages)


def _acts(pdf: pikepdf.Pdf) -> Iterator[str]:
    """Yield what could act. Direct objects stand only inside others, so every one is walked through."""
    left = _MOST_NODES
    waiting: list[tuple[Any, int]] = [(pdf.trailer, 0)]
    for thing in pdf.objects:
        waiting.append((thing, 0))
        while waiting:
            node, depth = waiting.pop()
            left -= 1
            if left < 0 or depth > _DEEPEST:
                yield "not-walked"
                return
            yield from _named(node)
            waiting += [(child, depth + 1) for child in _children(node)]


def _named(node: Any) -> Iterator[str]:
    if not isinstance(node, pikepdf.Dictionary | pikepdf.Stream):
        return
    for key in node.keys():  # noqa: SIM118  a PDF dictionary iterates over no keys by itself
        if key in _KEYS:
            yield _KEYS[key]
    action = node.get("/S")
    if isinstance(action, pikepdf.Name) and str(action) in _ACTIONS:
        yield _ACTIONS[str(action)]


def _children(node: Any) -> list[Any]:
    if isinstance(node, pikepdf.Array):
        found = list(node)
    elif isinstance(node, pikepdf.Dictionary | pikepdf.Stream):
        found = [value for _, value in node.items()]
    else:
        return []
    return [
        child
        for child in found
        if isinstance(child, pikepdf.Array | pikepdf.Dictionary) and not child.is_indirect
    ]
