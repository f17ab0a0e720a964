"""A patient and a helper on one intake: who answers, in whose words, and how it ends."""

import pytest

from handlers.core.case import Reach
from tests.handlers.paths import ABOUT, CONSENT, HEALTH, TO_CONSENT
from tests.journeys.room import Room, code_in, heard_by, room

PATIENT, HELPER = 5_100_000_001, 5_100_000_002


@pytest.fixture
async def here(tmp_path):
    async with room(tmp_path) as place:
        yield place


async def patient_at_health(here: Room):
    patient = await here.arrives(PATIENT)
    await here.takes(patient, *TO_CONSENT, *CONSENT, *ABOUT)
    return patient


async def with_helper(here: Room):
    patient = await patient_at_health(here)
    said = await here.takes(patient, "=menu", "More", "People who help me", "Invite a helper")
    helper = await here.arrives(HELPER, code_in(said))
    await here.takes(helper, "=Hanna Test", "Son or daughter")
    await here.takes(patient, "Continue")
    return patient, helper


async def test_a_helper_comes_in_by_the_link_that_the_patient_passes_on(here):
    _, helper = await with_helper(here)

    case = await here.case(helper)

    assert (case.contact.name, case.contact.relation) == ("Hanna Test", "child")
    assert "help Test Person with questions" in heard_by(helper)[0]


async def test_a_link_brings_in_one_helper_only(here):
    patient = await patient_at_health(here)
    code = code_in(await here.takes(patient, "=menu", "More", "People who help me", "Invite a helper"))
    await here.arrives(HELPER, code)

    late = await here.arrives(HELPER + 1, code)

    assert (await here.case(late)).patient.id != (await here.case(patient)).patient.id


async def test_each_is_asked_in_words_of_their_own(here):
    patient, helper = await with_helper(here)

    assert "Who told you that you have Parkinson's?" in heard_by(patient)[-1]
    assert "Who told Test Person" in heard_by(helper)[-1]


async def test_the_helper_is_told_how_far_it_has_come(here):
    _, helper = await with_helper(here)

    assert any("answers so far" in text for text in heard_by(helper))


async def test_each_answer_knows_who_gave_it(here):
    patient, helper = await with_helper(here)
    await here.takes(helper, HEALTH[0])
    await here.takes(patient, "=hello", HEALTH[1])

    answers = {row["link_id"]: row for row in await here.export("answers")}

    assert answers["dx.by"]["helper"] == {"name": "Hanna Test", "relation": "child"}
    assert answers["id.name"]["helper"] is None


async def test_an_old_button_says_that_somebody_else_has_answered(here):
    patient, helper = await with_helper(here)
    await here.takes(helper, "A brain doctor")

    said = await here.takes(patient, "No doctor yet")

    assert "has an answer by now" in said[0]
    assert "A brain doctor" in said[0]
    assert "When were you told?" in said[-1]


async def test_words_for_a_question_that_is_answered_by_now_answer_no_other_one(here):
    patient, helper = await with_helper(here)
    await here.takes(helper, "A brain doctor")

    await here.takes(patient, "=2019")

    assert "dx.when" not in {row["link_id"] for row in await here.export("answers")}


async def test_a_helper_speaks_their_own_language(here):
    patient, helper = await with_helper(here)

    await here.takes(helper, "=menu", "Language", "日本語")
    await here.takes(patient, "=menu")

    assert "パーキンソン" in heard_by(helper)[-1]
    assert heard_by(patient)[-1].isascii()


async def test_the_patient_ends_a_helpers_access_at_once(here):
    patient, helper = await with_helper(here)

    await here.takes(patient, "=menu", "More", "People who help me", "Hanna Test", "End the access")

    assert "has ended" in heard_by(helper)[-1]
    assert (await here.case(helper)).contact.reach is Reach.ENDED


async def test_after_the_end_nothing_of_the_helpers_is_kept_or_asked(here):
    patient, helper = await with_helper(here)
    await here.takes(patient, "=menu", "More", "People who help me", "Hanna Test", "End the access")

    said = await here.takes(helper, "A brain doctor")

    assert "has ended" in said[0]
    assert "dx.by" not in {row["link_id"] for row in await here.export("answers")}


async def test_who_helped_before_can_begin_something_of_their_own(here):
    patient, helper = await with_helper(here)
    await here.takes(patient, "=menu", "More", "People who help me", "Hanna Test", "End the access")

    await here.takes(helper, "=hello", "Start my own")

    assert (await here.case(helper)).patient.id != (await here.case(patient)).patient.id
    assert (await here.case(helper)).contact.reach is Reach.ACTIVE


async def test_a_helpers_stop_ends_their_own_part_alone(here):
    patient, helper = await with_helper(here)

    await here.takes(helper, "=stop")

    assert (await here.case(helper)).contact.reach is Reach.ENDED
    assert (await here.case(patient)).patient.purposes


async def test_a_helper_cannot_take_the_patients_consent_back(here):
    _, helper = await with_helper(here)

    said = await here.takes(helper, "=menu", "More", "My permissions")

    assert said[-1] == "Only Test Person can do this."


async def test_check_ins_go_to_the_patient_and_not_to_a_helper_who_wrote_last(here):
    patient, helper = await with_helper(here)
    await here.takes(helper, "=menu")

    case = await here.line.stores.uow.case_of("default", (await here.case(patient)).patient.id)

    assert case.contact.id == (await here.case(patient)).contact.id


async def test_the_same_person_goes_on_in_another_chat(here):
    patient = await patient_at_health(here)
    code = code_in(await here.takes(patient, "=menu", "More", "Continue elsewhere"))

    there = await here.arrives(HELPER, code)

    assert (await here.case(there)).patient.id == (await here.case(patient)).patient.id
    assert any("answers so far" in text for text in heard_by(there))
    assert "Who told you" in heard_by(there)[-1]


async def test_who_answers_for_somebody_is_the_same_helper_elsewhere(here):
    carer = await here.arrives(PATIENT)
    await here.takes(carer, "English", "For family or friend", "=Hanna Test", "Yes", "Son or daughter")
    code = code_in(await here.takes(carer, "=menu", "More", "Continue elsewhere"))

    there = await here.arrives(HELPER, code)

    assert (await here.case(there)).contact.name == "Hanna Test"
    assert (await here.case(there)).contact.by == "helper"


async def test_the_patient_can_join_their_helper(here):
    carer = await here.arrives(PATIENT)
    await here.takes(carer, "English", "For family or friend", "=Hanna Test", "Yes", "Son or daughter")
    code = code_in(await here.takes(carer, "=menu", "More", "People who help me", "Invite the patient"))

    patient = await here.arrives(HELPER, code)

    assert (await here.case(patient)).contact.by == "patient"
    assert (await here.case(carer)).contact.by == "helper"


async def test_the_page_shows_no_past_to_a_helper_whose_access_is_over(here):
    patient, helper = await with_helper(here)
    await here.takes(patient, "=menu", "More", "People who help me", "Hanna Test", "End the access")

    page = await here.page(helper)

    assert (page.is_over, ["has ended" in line.body.text for line in page.lines]) == (True, [True])
    assert (await here.page(patient)).is_over is False
