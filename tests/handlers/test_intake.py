from handlers.core.case import ResponseStatus, Stage
from handlers.core.changes import (
    AddDocument,
    AddPatient,
    DropHealthData,
    OpenTask,
    RecordConsent,
    ReplaceFlags,
    SettleInbox,
)
from handlers.core.events import Chose, Edited, FileKind, SentDocument, Unusable
from handlers.core.values import Purpose
from tests.handlers.desk import Desk
from tests.handlers.paths import ABOUT, HEALTH, ON_THE_PAGE, TO_CONSENT, consented, submitted, walk
from tests.handlers.test_zones import asked


def test_the_first_hello_begins_the_intake_with_the_language():
    desk = Desk()

    said = desk.start()

    offered = [button.label for button in said[-1].choices]
    assert offered == ["English", "日本語", "简体中文", "Tiếng Việt", "العربية"]


def test_the_language_chosen_is_the_one_spoken_from_the_next_message_on():
    desk = Desk()
    desk.start()

    said = desk.tap("日本語")

    assert "緊急" in said[0].text


def test_each_consent_is_a_record_of_its_own_with_text_version_and_hash():
    desk = consented()

    given = {record.purpose for record in desk.of(RecordConsent) if record.given and record.text_hash}

    assert given >= {Purpose.HEALTH, Purpose.ABROAD, Purpose.MESSAGES}


def test_tell_me_more_tells_more_and_asks_again_without_storing_an_answer():
    desk = Desk()
    desk.start()
    walk(desk, *TO_CONSENT)

    said = desk.tap("Tell me more")

    assert "consent.health" not in desk.answers()
    assert [button.label for button in said[-1].choices] == ["Yes, I agree", "Tell me more", "No"]


def test_who_refuses_consent_is_left_with_nothing_but_the_refusal():
    desk = Desk()
    desk.start()
    walk(desk, *TO_CONSENT, "No")

    assert desk.case.patient.stage is Stage.REFUSED
    assert desk.of(DropHealthData)
    assert desk.answers() == {}


def test_words_typed_before_consent_are_not_kept():
    desk = Desk()
    desk.start()

    desk.say("my father has Parkinson's")

    assert [row.keep for row in desk.of(SettleInbox)] == [False, False]


def test_a_person_under_18_is_given_the_clinics_contact_and_the_draft_is_deleted():
    desk = Desk()
    desk.start()
    walk(desk, "English", "For myself", "No", "Yes")

    assert "+81 3 0000 0000" in desk.heard[-1].text
    assert desk.answers() == {}


def test_sending_the_intake_raises_flags_and_a_task_and_says_the_neutral_words():
    desk = submitted()

    assert desk.case.patient.stage is Stage.SUBMITTED
    assert [task.kind for task in desk.of(OpenTask)] == ["intake-ready"]
    assert "This is not a yes or a no" in desk.heard[-2].text
    assert "Now or later?" in desk.heard[-1].text
    assert desk.case.responses[-1].status is ResponseStatus.COMPLETED


def test_a_past_cancer_is_flagged_for_staff_with_the_patients_own_answer_beside_it():
    desk = walk(consented(), *ABOUT, *HEALTH[:6])
    walk(desk, "Yes, in the past", "Yes", "=May 2023", "Yes", *HEALTH[7:], "Skip", "Send now")

    [flags] = [change.flags for change in desk.of(ReplaceFlags)]
    evidence = {flag.rule: dict(flag.evidence) for flag in flags}

    assert evidence["CA-02"]["hx.cancer_end"] == "2023-05"


def test_the_closing_words_are_the_same_whatever_the_flags():
    healthy, with_cancer = submitted(), walk(consented(), *ABOUT, *HEALTH[:6])
    walk(with_cancer, "Yes, in treatment now", "Yes", *HEALTH[7:], "Skip", "Send now")

    assert healthy.heard[-1].text == with_cancer.heard[-1].text


def test_an_answer_can_be_changed_by_its_number_and_the_question_goes_on_where_it_was():
    desk = walk(consented(), *ABOUT, "A brain doctor")

    desk.say("change 13")
    said = desk.tap("Another doctor")

    assert desk.answers()["dx.by"] == "other"
    assert "When were you told" in said[-1].text


def test_a_tap_on_an_old_button_changes_the_old_answer_only_after_asking():
    desk = walk(consented(), *ABOUT)
    desk.tap("A brain doctor")
    old = next(b for body in desk.heard for b in body.choices if b.label == "Another doctor")

    said = desk.take(Chose(old.data))
    before = desk.answers()["dx.by"]
    desk.tap("Yes")

    assert "Another doctor" in said[-1].text
    assert (before, desk.answers()["dx.by"]) == ("neuro", "other")


def test_ten_identical_taps_count_once():
    desk = walk(consented(), *ABOUT)
    button = desk.button("A brain doctor")

    said = [desk.take(Chose(button.data)) for _ in range(10)]

    assert [bool(one) for one in said] == [True] + [False] * 9


def test_who_leaves_and_comes_back_is_asked_the_same_question_again():
    desk = walk(consented(), *ABOUT)
    question = desk.heard[-1].text.splitlines()[-1]

    desk.clock.time = desk.clock.time.replace(month=6)
    said = desk.start()

    assert "Welcome back. You have answered" in said[0].text
    assert question in said[-1].text


def test_a_photo_sent_unasked_is_kept_as_unsorted_and_the_question_stays_open():
    desk = walk(consented(), *ABOUT)

    desk.take(SentDocument("file-1", FileKind.PHOTO))
    [document] = desk.of(AddDocument)
    desk.tap("A brain doctor")

    assert document.purpose == "unsorted"
    assert desk.answers()["dx.by"] == "neuro"


def test_a_file_sent_before_consent_is_not_taken():
    desk = Desk()
    desk.start()

    said = desk.take(SentDocument("file-1", FileKind.DOCUMENT))

    assert desk.of(AddDocument) == []
    assert "permission" in said[-1].text


def test_an_edited_message_changes_no_answer():
    desk = walk(consented(), *ABOUT, "A brain doctor")

    desk.take(Edited("m1", "something else"))

    assert desk.answers()["dx.by"] == "neuro"


def test_a_sticker_is_answered_kindly_and_answers_nothing():
    desk = walk(consented(), *ABOUT)

    said = desk.take(Unusable("sticker"))

    assert "cannot read" in said[-1].text


def test_a_file_that_the_service_held_back_can_be_sent_on_our_page():
    desk = walk(consented(), *ABOUT)

    said = desk.take(Unusable("too-large"))

    assert "too large" in said[-1].text
    assert [button.label for button in said[-1].keys] == ["Continue elsewhere"]
    assert desk.of(OpenTask)[-1].kind == "file-refused"


def test_what_an_edit_says_is_kept_for_the_team():
    desk = walk(consented(), *ABOUT)

    desk.take(Edited("m1", "I meant 2018"))

    assert desk.of(SettleInbox)[-1].text == "I meant 2018"


def test_a_group_chat_is_met_with_silence_and_makes_nobody_a_patient():
    desk = Desk()

    said = desk.take(Unusable("group"))

    assert said == []
    assert desk.of(AddPatient) == []


def test_a_wrong_guess_of_the_clock_is_mended_by_asking_what_the_wall_clock_shows():
    desk = asked("United States")
    here = desk.clock.time.replace(tzinfo=None)
    said = desk.say(f"{(here.hour - 8) % 24:02d}:{here.minute:02d}")
    desk.tap("Yes")

    assert "So it is" in said[-1].text
    assert desk.case.patient.zone == "America/Los_Angeles"


def test_a_helper_is_asked_about_the_patient_and_each_answer_knows_who_gave_it():
    desk = Desk()
    desk.start()
    walk(
        desk,
        "English",
        "For family or friend",
        "=Helper Name",
        "Yes",
        "Son or daughter",
        "Yes",
        "Yes, they agree",
        "Yes",
    )
    walk(desk, *ON_THE_PAGE, "=Helper Name")

    by = {str(slot): a.by.value for r in desk.case.responses for slot, a in r.answers.items()}

    assert by["consent.health"] == "helper"


def test_a_helper_taps_options_that_are_worded_for_them_and_may_type_them():
    desk = Desk()
    desk.start()
    walk(desk, "English", "For family or friend", "=Helper Name", "Yes", "Son or daughter", "Yes")
    walk(desk, "Yes, they agree", "Yes", *ON_THE_PAGE, "=Helper Name", *ABOUT[1:])
    walk(desk, *HEALTH[: HEALTH.index("I walk alone")])

    assert "Walks alone" in [choice.label for choice in desk.heard[-1].choices]
    desk.say("walks alone")
    assert desk.answers()["body.walk"] == "free"
