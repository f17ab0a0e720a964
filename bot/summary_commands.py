"""What the command line does with summaries: one as PDF or FHIR, all as a table or as Bundles."""

import asyncio
import json
from collections.abc import AsyncIterator
from pathlib import Path

from bot.desk_commands import find, note
from bot.foundation import Foundation
from bot.summaries.paper import Sheet
from bot.summaries.printed import pdf_of
from bot.summaries.room import Reader, summary_room
from bot.summaries.table import as_csv, as_xlsx


async def write_pdf(base: Foundation, code: str, path: Path) -> None:
    """Write a patient's summary as PDF by case number; raise NotFound. Audited."""
    content = await pdf_of(await _sheet(base, code, "summary.pdf"))
    await asyncio.to_thread(path.write_bytes, content)


async def bundle(base: Foundation, code: str) -> str:
    """Return a patient's summary as a FHIR Bundle by case number; raise NotFound. Audited."""
    return _json(await _sheet(base, code, "summary.fhir"))


async def bundles(base: Foundation) -> AsyncIterator[str]:
    """Yield the summaries of all patients as FHIR Bundles, one a line."""
    async for sheet in await _sheets(base):
        yield f"{_json(sheet)}\n"


async def table(base: Foundation) -> AsyncIterator[str]:
    """Yield all patients as CSV."""
    async for line in as_csv(base.around.protocol, await _sheets(base)):
        yield line


async def write_xlsx(base: Foundation, path: Path) -> None:
    """Write all patients as XLSX."""
    await as_xlsx(path, base.around.protocol, await _sheets(base))


async def _sheet(base: Foundation, code: str, action: str) -> Sheet:
    patient = await find(base, code)
    await note(base, action, patient)
    clinic = await base.stores.clinics.get(base.clinic)
    return await summary_room(base).sheet(clinic, patient, Reader(clinic.language, sees_sensitive=True))


async def _sheets(base: Foundation) -> AsyncIterator[Sheet]:
    clinic = await base.stores.clinics.get(base.clinic)
    return summary_room(base).sheets(clinic, Reader(clinic.language, sees_sensitive=True))


def _json(sheet: Sheet) -> str:
    return json.dumps(sheet.bundle(), ensure_ascii=False)
