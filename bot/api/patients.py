"""Reading patients: the list, one of them, the summary as FHIR, the files."""

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query
from fastapi.responses import JSONResponse, StreamingResponse

from bot.api.deps import Api, Needs, Program
from bot.api.given import Id
from bot.api.scopes import Scope
from bot.api.shapes import PatientLine, PatientList, PatientShape
from bot.api.sight import hidden_from, record_for
from bot.console.limits import rows_seen
from bot.disposition import disposition
from bot.summaries.room import Reader
from handlers.core.papers import DocumentState
from handlers.core.values import PatientId
from handlers.errors import NotFound

MOST = 200


class FhirResponse(JSONResponse):
    """A FHIR resource in JSON."""

    media_type = "application/fhir+json"


class FileResponse(StreamingResponse):
    """A file as it came: to be saved, never to be shown."""

    media_type = "application/octet-stream"


class Patients:
    """The routes that read."""

    def __init__(self, api: Api) -> None:
        """Take what they stand on."""
        self._api = api

    def add_to(self, router: APIRouter) -> None:
        """Add the routes."""
        lists = Depends(Needs(self._api, Scope.PATIENTS_READ).allows)
        answers = Depends(Needs(self._api, Scope.ANSWERS_READ).allows)
        files = Depends(Needs(self._api, Scope.DOCUMENTS_READ).allows)
        api = self._api

        @router.get("/patients")
        async def list_patients(
            program: Annotated[Program, lists],
            code: Annotated[str, Query(max_length=20)] = "",
            offset: Annotated[int, Query(ge=0, le=10_000_000)] = 0,
            limit: Annotated[int, Query(ge=1, le=MOST)] = 50,
        ) -> PatientList:
            """List the patients whose case number holds `code`, the last heard of first."""
            return await _listed(api, program, code, offset, limit)

        @router.get("/patients/{patient}")
        async def read_patient(program: Annotated[Program, lists], patient: Id) -> PatientShape:
            """Return everything about a patient but their name, addresses and words."""
            record = await record_for(api, program, patient)
            await api.note(program, "patient.read", record.patient.id)
            return PatientShape.of(record)

        @router.get("/patients/{patient}/summary", response_class=FhirResponse)
        async def read_summary(program: Annotated[Program, answers], patient: Id) -> FhirResponse:
            """Return the clinic's summary with the answers, as a FHIR R4 document Bundle."""
            return FhirResponse(await _bundle(api, program, patient))

        @router.get("/patients/{patient}/documents/{document}", response_class=FileResponse)
        async def read_document(
            program: Annotated[Program, files], patient: Id, document: Id
        ) -> FileResponse:
            """Hand out a file as it came."""
            return await _file(api, program, patient, document)


async def _listed(api: Api, program: Program, code: str, offset: int, limit: int) -> PatientList:
    found = await api.console.views.patients(api.console.clinic, code=code, offset=offset, limit=limit)
    rows = await rows_seen(api.console, found.rows, await hidden_from(api, program))
    await api.note(program, "patients.read", "")
    return PatientList(total=found.total, patients=[PatientLine.of(row) for row in rows])


async def _bundle(api: Api, program: Program, patient: str) -> dict[str, Any]:
    clinic = await api.console.uow.clinic(api.console.clinic)
    reader = Reader(clinic.language, sees_sensitive=program.may(Scope.SENSITIVE_READ))
    sheet = await api.console.summaries.sheet(clinic, PatientId(patient), reader)
    await api.note(program, "summary.fhir", patient)
    return sheet.bundle()


async def _file(api: Api, program: Program, patient: str, document: str) -> FileResponse:
    clinic = api.console.clinic
    record = await record_for(api, program, patient)
    found = next((one for one in record.documents if one.id == document), None)
    if found is None:
        raise NotFound("no such document")
    if found.state is not DocumentState.STORED:
        raise NotFound("not here yet")
    await api.note(program, "document.download", document)
    content = await api.console.open_document(clinic, found.id)
    if content is None:
        raise NotFound("the file is gone")
    shown = {"Content-Disposition": disposition(found.name or found.id)}
    return FileResponse(content, headers=shown)
