"""From the first hello to the clinic's summary."""

from collections import Counter

from tests.journeys.papers import PDF, PHOTO
from tests.journeys.story import INTAKE, OWN_WORDS, intake_on


def test_every_answer_of_the_intake_is_stored_exactly_once(told):
    answers = told.answers("intake-a", "sent")

    assert max(Counter(link_id for link_id, _ in answers).values()) == 1
    assert dict(answers) == intake_on(told.channel)


def test_every_answer_names_the_message_it_came_by(told):
    sources = [row["source_message_id"] for row in told.rows("answers", "sent")]

    assert all(sources)
    assert len(set(sources)) >= len(INTAKE) - 1


def test_a_changed_answer_stands_beside_what_it_was(told):
    answers = told.page("sent").text("answers")

    assert "Yes, in the past" in answers
    assert "Changed Never" in answers


def test_the_patient_stands_in_the_list(told):
    home = told.all.homes["sent"]

    assert told.code in home
    assert f"{told.code} English" in home.text("patients")


def test_flags_stand_before_the_answers_with_the_patients_own_answer_beside(told):
    page = told.page("sent")

    assert page.html.index('id="summary"') < page.html.index('id="answers"')
    assert "CA-02" in page.text("summary")
    assert "2023" in page.text("summary")


def test_what_the_patient_wrote_freely_stands_in_the_clinics_page_word_by_word(told):
    assert OWN_WORDS in told.page("sent").text("answers")


def test_the_photo_and_the_paper_arrive_byte_by_byte(told):
    assert sorted(told.papers.values()) == sorted([PDF, PHOTO])


def test_papers_that_nobody_asked_for_are_kept_as_unsorted(told):
    assert told.page("sent").text("documents").count("Unsorted") == 2


def test_a_person_of_the_clinic_has_a_task_when_the_intake_is_sent(told):
    assert told.tasks("sent").count("intake-ready") == 1


def test_no_patient_is_told_whether_they_may_be_treated(told):
    said = " ".join(message.text for message in told.person.heard).lower()

    assert "eligible" not in said
    assert "ca-02" not in said
