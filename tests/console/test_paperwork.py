"""What stands beside a patient's files, and how far each paper is."""

from dataclasses import replace
from types import SimpleNamespace

import pytest

from bot.console.forms import FormReader
from bot.console.paperwork import checklist, document_lines
from bot.staff_words import StaffWords
from handlers.core.case import Outcome, Response, ResponseStatus
from handlers.core.inspection import Finding, Hint, Inspection, Scan
from handlers.core.papers import DocumentState, Verdict
from handlers.core.values import AnsweredBy, DocumentId, PatientId, ResponseId
from storage.views.models import DocumentView
from tests.channels.web.conftest import CATALOGS
from tests.console.samples import NOW
from tests.core.sample_pack import pack

PROTOCOL = pack()
FORMS = FormReader(StaffWords(CATALOGS.get("en"), {}), PROTOCOL, sees_sensitive=True)
PAPERS = next(one for one in PROTOCOL.questionnaires.values() if "doc.mri" in one.by_link_id)


def document(inspection=None, purpose="doc.mri", verdict=Verdict.OPEN) -> DocumentView:
    return DocumentView(
        id=DocumentId("d"),
        patient=PatientId("p"),
        kind="document",
        name="mri.zip",
        mime="application/zip",
        size=5,
        sha256="",
        caption="",
        purpose=purpose,
        state=DocumentState.STORED,
        received_at=NOW,
        by=AnsweredBy.PATIENT,
        verdict=verdict,
        inspection=inspection,
    )


SCAN = Scan(40, 3, ("MR",), ("BRAIN",), ("20260901",), named=False, looked=40)
UNSEEN = "Looked at 39 of 40 scan files. Of the others nothing is known, nor whose they are: please check."


@pytest.mark.parametrize(
    ("inspection", "notes"),
    [
        (None, []),
        (Inspection(Finding.FINE, pages=1), []),
        (Inspection(Finding.FINE, pages=12, hints=(Hint.DARK,)), ["12 pages", "The photo is dark."]),
        (
            Inspection(Finding.FINE, members=41, scan=SCAN),
            [
                "41 files inside",
                "Scan: MR BRAIN 2026-09-01, series: 3",
                "The scan bears another name. Please check whose it is.",
            ],
        ),
        (
            Inspection(Finding.FINE, scan=replace(SCAN, named=True, looked=39)),
            ["Scan: MR BRAIN 2026-09-01, series: 3", UNSEEN],
        ),
        (
            Inspection(Finding.ACTIVE),
            ["Holds scripts or other files. Look at the picture drawn of it rather than opening it."],
        ),
    ],
)
def test_what_was_found_in_a_file_stands_beside_it(inspection, notes):
    [line] = document_lines([document(inspection)], FORMS)

    assert list(line.notes) == notes


def test_the_checklist_says_how_far_each_paper_is():
    begun = Response(ResponseId("r"), PAPERS.url, PAPERS.version, ResponseStatus.IN_PROGRESS, NOW)
    record = SimpleNamespace(
        documents=(document(verdict=Verdict.ACCEPTED),),
        patient=SimpleNamespace(decision=Outcome.OPEN, paper_marks=()),
        responses=(SimpleNamespace(response=begun),),
    )

    states = {paper.text[:30]: paper.state.value for paper in checklist(record, FORMS)}

    assert states["Do you have brain MRI pictures"] == "accepted"
    assert states["Please send your newest blood "] == "wanted"
    assert not any("passport" in text for text in states)
