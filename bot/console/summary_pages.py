"""The summary as a page of its own, as PDF and as FHIR Bundle; all patients as a table."""

import json
from collections.abc import AsyncIterator, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Annotated, Any, Final

from fastapi import APIRouter, Form, Request, Response
from fastapi.responses import StreamingResponse

from bot.console.access import Right
from bot.console.delivery import reason
from bot.console.desk import Desk
from bot.console.documents import FILE_HEADERS
from bot.console.render import Reader
from bot.disposition import disposition
from bot.summaries.paper import Sheet
from bot.summaries.printed import pdf_of, shown
from bot.summaries.room import Reader as For
from bot.summaries.table import as_csv, as_xlsx
from handlers.core.values import PatientId
from storage.deliveries import CONSOLE, DeliveryView

_XLSX: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_CSV: Final = "text/csv; charset=utf-8"
_CHUNK: Final = 256 * 1024

Version = Annotated[int, Form(ge=0, le=1_000_000)]


class SummaryPages:
    """The routes of summaries."""

    def __init__(self, desk: Desk) -> None:
        """Take the desk."""
        self._desk = desk

    def add_to(self, router: APIRouter) -> None:
        """Add the routes."""
        router.get("/patients/{patient}/summary")(self.show)
        router.post("/patients/{patient}/summary/seen")(self.seen)
        router.get("/patients/{patient}/summary.pdf")(self.pdf)
        router.get("/patients/{patient}/summary.json")(self.bundle)
        router.get("/export/patients.csv")(self.csv)
        router.get("/export/patients.xlsx")(self.xlsx)

    async def show(self, request: Request, patient: str) -> Response:
        """Show the summary on a page, flags first; the page itself then tells which version it shows."""
        reader, sheet = await self._sheet(request, patient, "summary.read")
        brought = await self._brought(patient)
        version = sheet.summary.version
        is_seen = any(one.way == CONSOLE and one.version == version for one in brought)
        values = _told(patient, brought) | {"unseen": None if is_seen else version}
        return self._desk.show(reader, "summary.html", sheet=shown(sheet), **values)

    async def seen(self, request: Request, patient: str, version: Version) -> Response:
        """Note that an open page shows this version, if it is the newest; return how far each way is."""
        reader = await self._desk.reader(request, Right.SEE_PATIENTS)
        deps = self._desk.deps
        sheet = await deps.summaries.sheet(reader.clinic, PatientId(patient), _for(reader))
        await self._desk.note_again(reader, "summary.read", patient)
        if version == sheet.summary.version:
            await deps.deliveries.seen(deps.clinic, PatientId(patient), version, now=reader.now)
        values = _told(patient, await self._brought(patient))
        return self._desk.show(reader, "_brought.html", **values, unseen=None)

    async def pdf(self, request: Request, patient: str) -> Response:
        """Hand out the summary as PDF/A-3 with the Bundle inside."""
        _, sheet = await self._sheet(request, patient, "summary.pdf")
        return _file(await pdf_of(sheet), "application/pdf", f"{sheet.summary.code}.pdf")

    async def bundle(self, request: Request, patient: str) -> Response:
        """Hand out the summary as a FHIR R4 document Bundle."""
        _, sheet = await self._sheet(request, patient, "summary.fhir")
        content = json.dumps(sheet.bundle(), ensure_ascii=False).encode()
        return _file(content, "application/fhir+json", f"{sheet.summary.code}.fhir.json")

    async def csv(self, request: Request) -> Response:
        """Hand out all patients as CSV, streamed."""
        reader = await self._all(request, "patients.csv")
        lines = as_csv(self._desk.protocol(reader), self._sheets(reader))
        return StreamingResponse(lines, media_type=_CSV, headers=_headers("patients.csv"))

    async def xlsx(self, request: Request) -> Response:
        """Hand out all patients as XLSX; it is written to a file first, which is gone afterwards."""
        reader = await self._all(request, "patients.xlsx")
        content = self._written(reader)
        return StreamingResponse(content, media_type=_XLSX, headers=_headers("patients.xlsx"))

    async def _sheet(self, request: Request, patient: str, action: str) -> tuple[Reader, Sheet]:
        reader = await self._desk.reader(request, Right.SEE_PATIENTS)
        deps = self._desk.deps
        sheet = await deps.summaries.sheet(reader.clinic, PatientId(patient), _for(reader))
        await self._desk.note(reader, action, patient)
        return reader, sheet

    async def _brought(self, patient: str) -> Sequence[DeliveryView]:
        deps = self._desk.deps
        return await deps.deliveries.of(deps.clinic, PatientId(patient))

    async def _all(self, request: Request, action: str) -> Reader:
        reader = await self._desk.reader(request, Right.SEE_PATIENTS)
        await self._desk.deps.note(self._desk.audit(reader, action, reader.clinic.id))
        return reader

    def _sheets(self, reader: Reader) -> AsyncIterator[Sheet]:
        return self._desk.deps.summaries.sheets(reader.clinic, _for(reader))

    async def _written(self, reader: Reader) -> AsyncIterator[bytes]:
        with TemporaryDirectory() as folder:
            path = Path(folder) / "patients.xlsx"
            await as_xlsx(path, self._desk.protocol(reader), self._sheets(reader))
            with path.open("rb") as file:
                while chunk := file.read(_CHUNK):
                    yield chunk


def _told(patient: str, brought: Sequence[DeliveryView]) -> dict[str, Any]:
    return {"patient": patient, "brought": brought, "reason": reason}


def _for(reader: Reader) -> For:
    return For(reader.catalog.language, reader.may(Right.SEE_SENSITIVE))


def _headers(name: str) -> dict[str, str]:
    return FILE_HEADERS | {"Content-Disposition": disposition(name)}


def _file(content: bytes, mime: str, name: str) -> Response:
    return Response(content, media_type=mime, headers=_headers(name))
