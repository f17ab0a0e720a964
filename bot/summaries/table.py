"""Many patients as one table: a line each, a column for every question of the intake.

What a patient typed may look like a formula to a spreadsheet; such a cell begins with an apostrophe
(OWASP, CSV injection), so that it is read and never reckoned.
"""

import asyncio
import csv
import io
from collections.abc import AsyncIterator, Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any, Final

from xlsxwriter import Workbook  # type: ignore[import-untyped]  # it ships no types

from bot.summaries.paper import Sheet
from handlers.core.protocol import Protocol
from handlers.core.summary.model import Summary
from handlers.core.surrogates import mended

_DANGEROUS: Final = ("=", "+", "-", "@", "\t", "\r", "\n", "\uff1d", "\uff0b", "\uff0d", "\uff20")
_LONGEST_CELL: Final = 32_000
"""A cell of XLSX holds 32,767 characters."""
_HEAD: Final = (
    *("case", "name", "birth_date", "country", "language"),
    *("version", "sent_at", "changed_at", "decision", "flags", "missing", "documents"),
)


def neutral(text: str) -> str:
    """Return a cell's text that no spreadsheet takes for a formula, and that every file can hold."""
    whole = mended(text)
    return f"'{whole}" if whole.lstrip(" ").startswith(_DANGEROUS) else whole


def columns(protocol: Protocol) -> list[str]:
    """Return the columns' names: facts, then the linkIds of the intake in its order."""
    return [*_HEAD, *_questions(protocol)]


def row(sheet: Sheet) -> list[str]:
    """Return one patient's line."""
    summary = sheet.summary
    said = _said(summary)
    said |= dict.fromkeys(sheet.restricted, sheet.words.plain("console.sheet.hidden"))
    answers = (said.get(link_id, "") for link_id in _questions(sheet.shelf.protocol))
    return [neutral(cell)[:_LONGEST_CELL] for cell in (*_facts(summary), *answers)]


def _said(summary: Summary) -> dict[str, str]:
    """Return the answers by linkId: one cell holds all that was said to a question, each with its place."""
    found: dict[str, list[str]] = {}
    for line in (line for section in summary.sections for line in section.lines):
        told = f"{line.place}: {line.answer}" if line.place else line.answer
        found.setdefault(line.link_id, []).append(told)
    return {link_id: "; ".join(told) for link_id, told in found.items()}


async def as_csv(protocol: Protocol, sheets: AsyncIterator[Sheet]) -> AsyncIterator[str]:
    """Yield the table as CSV (RFC 4180), line by line; spreadsheets know UTF-8 by the mark before it."""
    yield "\ufeff" + csv_line(columns(protocol))
    async for sheet in sheets:
        yield csv_line(row(sheet))


async def as_xlsx(path: Path, protocol: Protocol, sheets: AsyncIterator[Sheet]) -> int:
    """Write the table to an XLSX file row by row, every cell as text; return how many patients it holds."""
    book = Workbook(str(path), {"constant_memory": True})
    page = book.add_worksheet("Patients")
    page.freeze_panes(1, 1)
    _write(page, 0, columns(protocol))
    number = 0
    async for sheet in sheets:
        number += 1
        _write(page, number, row(sheet))
    await asyncio.to_thread(book.close)
    return number


def _write(page: Any, number: int, cells: Iterable[str]) -> None:
    for column, cell in enumerate(cells):
        page.write_string(number, column, cell)


def csv_line(cells: Sequence[str]) -> str:
    """Return one line of CSV (RFC 4180), every cell in quotes."""
    kept = io.StringIO()
    csv.writer(kept, quoting=csv.QUOTE_ALL).writerow(cells)
    return kept.getvalue()


def _facts(summary: Summary) -> Iterator[str]:
    yield from (summary.code, summary.name, summary.birth_date, summary.country, summary.language)
    yield str(summary.version)
    yield summary.sent_at.isoformat() if summary.sent_at else ""
    yield summary.at.isoformat() if summary.at else ""
    yield summary.decision.outcome.value if summary.decision else ""
    yield " ".join(f"{flag.rule}:{flag.level}" for flag in summary.flags)
    yield " ".join(one.link_id for one in summary.missing)
    yield " ".join(f"{paper.link_id}:{paper.status}" for paper in summary.papers)


def _questions(protocol: Protocol) -> list[str]:
    """Return the linkIds that a summary has lines for, once each, in the order of the intake."""
    found: dict[str, None] = {}
    for url in protocol.intake:
        for item in protocol.questionnaires[url].walk():
            if (
                item.is_question
                and not item.carried
                and item.group_path
                and item.group_path[0] in protocol.summary
            ):
                found[item.link_id] = None
    return list(found)
