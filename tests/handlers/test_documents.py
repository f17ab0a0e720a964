"""Files that are sent as an answer."""

from dataclasses import replace

from handlers.core.case import Dialogue, Response, ResponseStatus
from handlers.core.changes import AddDocument, DropAnswer, OpenTask
from handlers.core.events import Fetched, FileKind, SentDocument
from handlers.core.questionnaire import Constraints, Item, ItemType, Questionnaire
from handlers.core.values import ResponseId
from tests.handlers.desk import Desk
from tests.handlers.paths import consented

PDF = SentDocument("file-1", FileKind.DOCUMENT, name="letter.pdf", mime="application/pdf", size=1000)


ITEM = Item(
    "doc.letter",
    ItemType.ATTACHMENT,
    text="Please send the letter.",
    constraints=Constraints(mime_types=("application/pdf",), max_size=5_000_000),
)
PAPERS = Questionnaire(
    "papers", "urn:papers", "1", items=(ITEM,), by_link_id={ITEM.link_id: ITEM}, order={ITEM.link_id: 0}
)


def asked_for_papers() -> Desk:
    """Return a desk whose patient is asked for a letter, a PDF of at most 5 MB."""
    desk = consented()
    protocol = desk.around.protocol
    known = {**protocol.questionnaires, PAPERS.url: PAPERS}
    desk.around = replace(desk.around, protocol=replace(protocol, questionnaires=known))
    asked = Response(
        ResponseId("papers-of-one"), PAPERS.url, "1", ResponseStatus.IN_PROGRESS, desk.clock.time
    )
    contact = replace(desk.case.contact, dialogue=Dialogue())
    desk.case = replace(desk.case, responses=(asked,), contact=contact)
    desk.start()
    return desk


def test_a_file_answers_the_question_that_asks_for_one():
    desk = asked_for_papers()

    desk.take(PDF)

    assert desk.of(AddDocument)[0].slot is not None


def test_a_file_of_a_wrong_type_is_refused_in_one_message_and_not_kept():
    desk = asked_for_papers()

    said = desk.take(SentDocument("file-1", FileKind.DOCUMENT, name="a.exe", mime="application/x-msdownload"))

    assert len(said) == 1
    assert "I got your file" not in said[0].text
    assert desk.of(AddDocument) == []


def test_a_file_above_the_questions_size_is_refused():
    desk = asked_for_papers()

    desk.take(SentDocument("file-1", FileKind.DOCUMENT, mime="application/pdf", size=10**9))

    assert desk.of(AddDocument) == []


def test_a_file_that_could_not_be_had_is_no_answer_and_is_asked_for_again():
    desk = asked_for_papers()
    question = desk.heard[-1].text
    desk.take(PDF)
    [document] = desk.of(AddDocument)

    said = desk.take(Fetched(document.id, stored=False, reason="gone"))

    assert [drop.slot for drop in desk.of(DropAnswer)] == [document.slot]
    assert question.splitlines()[-1] in said[-1].text
    assert desk.of(OpenTask)[-1].kind == "file-refused"


def test_a_file_changes_the_answer_of_a_finished_questionnaire():
    desk = asked_for_papers()
    desk.take(PDF)
    desk.say("change 1")

    desk.take(replace(PDF, ref="file-2"))

    assert [document.slot.link_id for document in desk.of(AddDocument)] == ["doc.letter", "doc.letter"]
    assert desk.case.responses[0].status is ResponseStatus.AMENDED


def test_an_endless_file_name_keeps_its_ending():
    desk = asked_for_papers()

    desk.take(replace(PDF, name="a" * 5000 + ".pdf"))

    [document] = desk.of(AddDocument)
    assert len(document.name) == 120
    assert document.name.endswith("a.pdf")
