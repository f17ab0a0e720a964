"""The whole journey where WhatsApp carries links only (WHATSAPP_CONTENT=link), on both databases."""

import json
from collections import Counter

import pytest

from tests.journeys.clinic import clinic
from tests.journeys.conftest import database, marked
from tests.journeys.links_story import DANGER, TYPED, tell
from tests.journeys.story import INTAKE, STEPS

NEVER = ("Parkinson", "check-in", "Test Person", "medicine", "treatment", "doctor", "sign", "symptom")
ACCOUNT = "318240559917736"


@pytest.fixture(
    scope="module",
    params=[marked(kind, kind, f"links-{kind}") for kind in ("sqlite", "postgresql")],
)
async def told(request, tmp_path_factory):
    """What was seen of one patient: the story is told once per database."""
    folder = tmp_path_factory.mktemp(f"links-{request.param}")
    roles = ("serve",) if request.param == "sqlite" else ("web", "worker")
    wanted = {"WHATSAPP_CONTENT": "link", "WHATSAPP_BUSINESS_ACCOUNT_ID": ACCOUNT, "TELEGRAM_BOT_TOKEN": None}
    async with database(request.param, folder) as url, clinic(folder, url, roles=roles, **wanted) as place:
        yield await tell(place)


def test_every_answer_is_stored_exactly_once_and_every_check_in_is_completed(told):
    counts = Counter((row["questionnaire"], row["link_id"]) for row in told.export["answers"])
    states = {row["step"]: row["state"] for row in told.export["follow_ups"] if row["step"] in STEPS}

    assert max(counts.values()) == 1
    assert {link for _, link in counts} >= INTAKE.keys() - {"consent.channel", "hx.cancer_end"}
    assert states == dict.fromkeys(STEPS, "completed")


def test_whatsapp_sees_no_word_about_an_illness_an_answer_or_a_name(told):
    sent = [json.dumps(line["body"], ensure_ascii=False) for line in told.ledger]

    assert len(sent) > 2 * len(STEPS)
    assert [word for word in NEVER for text in sent if word.casefold() in text.casefold()] == []


def test_each_check_in_begins_with_the_approved_template_that_is_sent_once(told):
    openings = [line for line in told.ledger if line["body"]["type"] == "template"]
    outbox_ids = [row["outbox_id"] for row in told.export["follow_ups"] if row["step"] in STEPS]

    assert {line["body"]["template"]["name"] for line in openings} == {"page_link_v1"}
    assert sorted(line["outbox"] for line in openings) == sorted(outbox_ids)


def test_templates_are_asked_for_in_every_language(told):
    needed = {("page_link_v1", "APPROVED"), ("helper_asked_v1", "APPROVED")}
    assert {(row["name"], row["status"]) for row in told.synced} == needed
    assert {row["language"] for row in told.synced} == {"en", "ja", "zh_CN", "vi", "ar"}


def test_what_was_typed_in_the_chat_is_kept_nowhere_but_for_danger(told):
    kept = json.dumps(told.export, ensure_ascii=False) + told.page.text()

    assert TYPED not in kept
    assert DANGER in kept


def test_danger_words_are_a_task_for_staff(told):
    assert "flag-red" in [row["kind"] for row in told.export["tasks"]]
