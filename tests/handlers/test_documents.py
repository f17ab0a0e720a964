"""Files that are sent as an answer."""

from dataclasses import replace

import pytest

from handlers.core.case import Dialogue, Response, ResponseStatus
from handlers.core.changes import AddDocument, DropAnswer, OpenTask, PutAnswer
from handlers.core.events import Fetched, FileKind, SentDocument, Unusable
from handlers.core.questionnaire import Constraints, Item, ItemType, Questionnaire
from handlers.core.values import Absent, FileRef, Purpose, ResponseId
from tests.handlers.desk import Desk
from tests.handlers.paths import ABOUT, HEALTH, consented, submitted, walk

PDF = SentDocument("file-1", FileKind.DOCUMENT, name="letter.pdf", mime="application/pdf", size=1000)


def papers(*taken: str) -> Questionnaire:
    """Return a questionnaire that asks for one letter of these types, of at most 5 MB."""
    limits = Constraints(mime_types=taken, max_size=5_000_000)
    item = Item("doc.letter", ItemType.ATTACHMENT, text="Please send the letter.", constraints=limits)
    known, order = {item.link_id: item}, {item.link_id: 0}
    return Questionnaire("papers", "urn:papers", "1", items=(item,), by_link_id=known, order=order)


PAPERS = papers("application/pdf")


def asked_for_papers(form: Questionnaire = PAPERS) -> Desk:
    """Return a desk whose patient is asked for a letter."""
    desk = consented()
    protocol = desk.around.protocol
    known = {**protocol.questionnaires, form.url: form}
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


@pytest.mark.parametrize(
    ("reason", "words"),
    [
        ("locked", "locked with a password"),
        ("damaged", "damaged"),
    ],
)
def test_a_file_that_is_kept_but_cannot_be_used_is_told_and_asked_for_again(reason, words):
    desk = asked_for_papers()
    desk.take(PDF)
    [document] = desk.of(AddDocument)

    said = desk.take(Fetched(document.id, stored=True, reason=reason))

    assert words in said[0].text
    assert [drop.slot for drop in desk.of(DropAnswer)] == [document.slot]


@pytest.mark.parametrize(
    ("reason", "words"),
    [
        ("program", "this kind of file"),
        ("office", "as a PDF"),
        ("bomb", "usual way"),
        ("empty", "empty"),
        ("gone", "did not come in"),
    ],
)
def test_a_file_that_is_not_kept_is_refused_with_its_reason(reason, words):
    desk = asked_for_papers()
    desk.take(PDF)

    said = desk.take(Fetched(desk.of(AddDocument)[0].id, stored=False, reason=reason))

    assert words in said[0].text


def test_a_photo_hard_to_read_is_kept_and_a_hint_is_given():
    desk = asked_for_papers()
    desk.take(PDF)

    said = desk.take(Fetched(desk.of(AddDocument)[0].id, stored=True, reason="dark,blurred"))

    assert "safely in" in said[0].text
    assert "near a window" in said[0].text
    assert desk.of(DropAnswer) == []


def test_who_wants_to_send_a_file_sees_how_far_each_paper_is():
    desk = asked_for_papers()

    said = desk.say("send a file")

    assert "Still needed: \u2068Please send the letter." in said[0].text


def test_what_came_by_our_page_is_kept_though_the_open_question_does_not_take_it():
    desk = asked_for_papers()
    asked = desk.case.contact.dialogue.asked

    desk.take(replace(PDF, ref="upload:a.b", mime="application/zip"))

    [document] = desk.of(AddDocument)
    assert (document.purpose, desk.case.contact.dialogue.asked) == ("unsorted", asked)


def test_a_file_whose_type_is_not_said_is_judged_by_its_content_later():
    desk = asked_for_papers()

    desk.take(replace(PDF, mime="application/octet-stream"))

    assert desk.of(AddDocument)[0].slot is not None


def test_a_file_too_large_for_the_chat_leads_to_our_own_page():
    desk = asked_for_papers()
    desk.around = replace(desk.around, files_page=lambda point: f"https://c.example/upload/{point.address}")

    refused = desk.take(Unusable("too-large"))
    link = desk.say("Send on our page")

    assert [key.label for key in refused[-1].keys] == ["Send on our page"]
    assert f"/upload/{desk.case.contact.point.address}" in link[-1].text


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


VOICE = SentDocument("voice-1", FileKind.VOICE, mime="audio/ogg", size=9000)


def may_speak(desk: Desk) -> Desk:
    """Let the patient agree to voice notes, as part B asks them to."""
    patient = desk.case.patient
    desk.case = replace(desk.case, patient=replace(patient, purposes=patient.purposes | {Purpose.VOICE}))
    return desk


def before_the_end() -> Desk:
    """Return a desk whose patient is asked an open question: whether there is more to say."""
    return may_speak(walk(consented(), *ABOUT, *HEALTH))


def test_a_voice_note_answers_an_open_question_and_is_kept_with_it():
    desk = before_the_end()
    link_id = desk.case.contact.dialogue.asked.link_id

    said = desk.take(VOICE)

    [document] = desk.of(AddDocument)
    answer = next(put.answer for put in reversed(desk.log) if isinstance(put, PutAnswer))
    assert (document.purpose, document.slot) == (link_id, answer.slot)
    assert (answer.absent, answer.values) == (Absent.VOICE, (FileRef(document.id, "audio/ogg"),))
    assert "voice note is saved" in said[0].text
    assert desk.case.contact.dialogue.asked.link_id != link_id


def test_an_answer_that_was_spoken_is_named_as_such_when_it_may_be_changed():
    desk = before_the_end()
    desk.take(VOICE)

    desk.tap("Back")

    assert "Your answer now: a voice note" in desk.heard[-1].text


def test_a_voice_note_under_a_question_with_buttons_is_kept_with_it_and_asked_again():
    desk = may_speak(walk(consented(), *ABOUT))
    asked = desk.case.contact.dialogue.asked

    said = desk.take(VOICE)

    [document] = desk.of(AddDocument)
    assert (document.slot, desk.case.contact.dialogue.asked) == (asked, asked)
    assert "tap or type" in said[0].text
    assert said[-1].choices


def test_a_spoken_name_is_kept_but_has_to_be_written_too():
    desk = may_speak(consented())
    asked = desk.case.contact.dialogue.asked

    desk.take(VOICE)

    assert desk.case.contact.dialogue.asked == asked
    assert len(desk.of(AddDocument)) == 1


def test_a_voice_note_that_could_not_be_had_is_asked_for_again():
    desk = before_the_end()
    asked = desk.case.contact.dialogue.asked
    desk.take(VOICE)
    [document] = desk.of(AddDocument)

    desk.take(Fetched(document.id, stored=False, reason="gone"))

    assert [drop.slot for drop in desk.of(DropAnswer)] == [asked]
    assert desk.case.contact.dialogue.asked == asked


def test_a_voice_note_when_nothing_is_asked_is_kept_unsorted():
    desk = may_speak(submitted())

    desk.take(VOICE)

    assert [document.slot for document in desk.of(AddDocument)] == [None]


@pytest.mark.parametrize("note", [VOICE, replace(VOICE, kind=FileKind.AUDIO)])
def test_without_consent_no_voice_note_is_kept(note):
    desk = Desk()
    desk.start()

    desk.take(note)

    assert desk.of(AddDocument) == []


def test_a_program_is_not_taken_and_the_patient_hears_what_is():
    desk = asked_for_papers()

    [said] = desk.take(replace(PDF, name="brain.exe"))

    assert desk.of(AddDocument) == []
    assert "PDF" in said.text


def test_a_file_that_turned_out_to_be_a_program_is_asked_for_again_as_what_is_taken():
    desk = asked_for_papers()
    desk.take(PDF)

    said = desk.take(Fetched(desk.of(AddDocument)[0].id, stored=False, reason="wrong-kind"))

    assert "cannot be taken" in said[0].text
