"""A patient's own data as PDF, set by typst from JSON alone."""

import json
from datetime import datetime
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any, Final

from typst import Compiler

from bot.own.sheet import OwnSheet, day_of
from bot.summaries.fonts import families, fonts, printable
from locales import Catalog

_FROM_THE_RIGHT: Final = frozenset({"ar", "he", "fa"})


def own_pdf(sheet: OwnSheet, catalog: Catalog, now: datetime) -> bytes:
    """Return the sheet as PDF; call it in a thread, it takes a moment."""
    data = json.dumps(_data(sheet, catalog, now), ensure_ascii=False)
    compiler = Compiler(_template(), font_paths=fonts(), ignore_system_fonts=True)
    made = compiler.compile(sys_inputs={"data": data}, timestamp=now.replace(microsecond=0), format="pdf")
    if not isinstance(made, bytes):
        raise TypeError("typst gave no document")
    return made


def _data(sheet: OwnSheet, catalog: Catalog, now: datetime) -> dict[str, Any]:
    return {
        "title": printable(catalog.plain("mine.page.title")),
        "clinic": printable(sheet.clinic),
        "made": day_of(now, "", catalog),
        "careful": printable(catalog.plain("mine.page.careful")),
        "page": printable(catalog.plain("mine.page_of")),
        "fonts": families(sheet.language),
        "language": sheet.language.partition("-")[0],
        "rtl": sheet.language in _FROM_THE_RIGHT,
        "date": {"year": now.year, "month": now.month, "day": now.day},
        "parts": [
            {
                "title": printable(part.title),
                "rows": [{"left": printable(left), "right": printable(right)} for left, right in part.rows],
            }
            for part in sheet.parts
        ],
    }


@cache
def _template() -> Path:
    return Path(str(files("bot.own"))) / "own.typ"
