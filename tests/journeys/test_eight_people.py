"""Eight people whose way through the intake is not the usual one, on one clinic at the same time."""

import json
import os
import re
from datetime import datetime

import pytest

from tests.journeys import journeys_page
from tests.journeys.clinic import clinic
from tests.journeys.product import ROOT
from tests.journeys.story import CLOSING, INTAKE
from tests.journeys.ways import GIVEN_UP, REMINDED, WAYS, walk_all

pytestmark = pytest.mark.timeout(300)

PAGE = ROOT / "docs" / "journeys.md"
RULES = ROOT / "handlers" / "protocols" / "parkinson-cell-therapy" / "prescreen.json"
SPINE = {
    "plan_no_msc_it": "PB1111111", "plan_class_msc_it": "II", "plan_committee_msc_it": "Sample Committee",
    "plan_disease_msc_it": "Parkinson's disease",
}  # fmt: skip
"""A filed plan for the second route."""
MOST_TAPS_AND_WORDS = 45
QUESTIONS = 26
NEVER = {link: value for link, value in INTAKE.items() if link != "hx.cancer_end"} | {"hx.cancer": "no"}
"""The answers to part A by linkId, of somebody who never had cancer."""
SKIPPED = NEVER | {"end.more": None}
JUDGED = re.compile(
    r"eligib|exclu|unsuit|suitable|qualif|reject|unfortunately|too risky|good candidate|safe for you"
    r"|[A-Z]{2,3}-\d\d",
    re.IGNORECASE,
)
"""Words that judge, and the names of rules."""
AGAIN = ("did not understand", "did not find that in the list", "could not read that")
HELP = ("Please answer Yes or No.", "Please choose one of the answers.", "Please write it like this: ")
SENT = tuple(name for name in WAYS if name != "no consent")


class Told:
    """What was seen of everybody, and the clinic's export after it."""

    def __init__(self, walks, export):
        self.walks, self.export = walks, export

    def rows(self, name, who):
        return [row for row in self.export[name] if row["patient"] == self.walks[who].patient]

    def answers(self, who, part="intake-a"):
        """Return (link id, value) of every answer in a part, doubles too."""
        rows = self.rows("answers", who)
        return [(row["link_id"], row["value"]) for row in rows if row["questionnaire"].endswith(part)]

    def summary(self, who, moment="end"):
        return self.walks[who].pages[moment].text("summary")


@pytest.fixture(scope="module")
async def told(tmp_path_factory):
    folder = tmp_path_factory.mktemp("eight")
    async with clinic(folder, f"sqlite:///{folder}/yorisoi.db", webhook=True) as place:
        await place.office.http.post("/console/clinic", data=SPINE)
        yield Told(*await walk_all(place))


def rule(name):
    """Return what the clinic's written rule says to staff."""
    return next(rule for rule in json.loads(RULES.read_text())["rules"] if rule["id"] == name)["staffText"]


@pytest.mark.parametrize("who", SENT)
def test_everybody_who_sends_is_told_the_same_whatever_they_answered(told, who):
    [closing] = [text for text in told.walks[who].said if CLOSING in text]

    assert closing.removeprefix("You said: Send now\n\n").startswith("Thank you. The medical team will read")
    assert closing.endswith("You will hear from a person within 5 working days.")


@pytest.mark.parametrize("who", WAYS)
def test_nobody_is_judged(told, who):
    assert [text for text in told.walks[who].said if JUDGED.search(text)] == []


@pytest.mark.parametrize("who", WAYS)
def test_no_answer_is_there_twice(told, who):
    rows = [(row["questionnaire"], row["link_id"]) for row in told.rows("answers", who)]

    assert len(rows) == len(set(rows))


def test_the_shortest_way_has_26_questions_and_takes_at_most_45_taps_and_words(told):
    walk = told.walks["shortest"]

    assert any(f"{QUESTIONS} of {QUESTIONS}" in text for text in walk.said)
    assert walk.effort.taps + walk.effort.typed <= MOST_TAPS_AND_WORDS


def test_the_shortest_way_is_a_whole_part_a(told):
    assert dict(told.answers("shortest")) == SKIPPED


def test_a_carer_is_asked_in_words_about_the_parent(told):
    said = "\n".join(told.walks["carer"].said)

    assert "Has Maria Test ever had cancer?" in said
    assert "Have you ever had cancer?" not in said


def test_each_answer_of_a_carer_says_who_gave_it(told):
    helpers = [row["helper"] for row in told.rows("answers", "carer")]

    assert {"name": "Hanna Test", "relation": "child"} in helpers
    assert "Hanna Test" in told.walks["carer"].pages["end"]


def test_the_parent_is_the_patient_and_the_carer_is_not(told):
    answers = dict(told.answers("carer"))

    assert (answers["start.helper_name"], answers["id.name"]) == ("Hanna Test", "Maria Test")
    assert (answers["start.permission"], answers["consent.name_sign"]) == ("agree", "Hanna Test")


@pytest.mark.parametrize(("name", "words"), [("CA-02", "2023"), ("MED-02", "Warfarin")])
def test_cancer_in_2023_and_warfarin_stand_before_the_doctor_with_the_patients_answer(told, name, words):
    summary = told.summary("cancer")
    flag = summary.partition(f"{name} ")[2].partition("rules 0.1.1")[0]

    assert rule(name) in flag
    assert words in flag


def test_what_is_mistyped_is_understood_or_asked_again_once_with_an_example(told):
    replies = told.walks["typos"].seen["replies"]
    missed = [place for place, (_, reply) in enumerate(replies) if any(words in reply for words in AGAIN)]

    assert [replies[place][0] for place in missed] == ["rihgt", "noo", "Juen 2019", "both side good balanse"]
    assert all(any(words in replies[place][1] for words in HELP) for place in missed)


def test_what_was_mistyped_is_stored_as_it_was_meant(told):
    name = dict.fromkeys(("id.name", "consent.name_sign"), "Test Persn")
    words = {"dx.when": "2019-06", "end.more": "my hands shaek most at nigth"}

    assert dict(told.answers("typos")) == NEVER | name | words


def test_another_route_asks_what_it_needs_at_once(told):
    assert "Have you had any back problem?" in told.walks["route"].seen["asked"]


@pytest.mark.parametrize("name", ["MED-03", "SG-02", "SG-03"])
def test_the_rules_of_a_route_hold_while_it_is_chosen(told, name):
    seen = [name in told.summary("route", moment) for moment in ("drip", "spine", "drip again")]

    assert seen == [False, True, False]


def test_what_holds_for_every_route_stays(told):
    assert all("MED-02" in told.summary("route", moment) for moment in ("drip", "spine", "drip again"))


def test_a_route_that_was_given_up_stands_in_the_history(told):
    answers = told.walks["route"].pages["drip again"].text("answers")
    history = answers.partition("Which treatment")[2].partition("What do you think")[0]

    assert "Changed" in history
    assert "Own fat cells, spine" in history.partition("Changed")[2]
    assert dict(told.answers("route"))["int.type"] == "msc_iv"


def test_who_is_away_is_reminded_three_times_and_then_a_person_looks(told):
    walk = told.walks["away"]
    [task] = [row for row in told.rows("tasks", "away") if row["kind"] == "intake-unfinished"]

    assert sum("Some questions are still open" in text for text in walk.said) == len(REMINDED)
    assert (datetime.fromisoformat(task["opened_at"]) - REMINDED[-1]).days == 4
    assert task["closed_at"] > "2026-06-02"


def test_after_three_months_somebody_goes_on_elsewhere_where_they_stopped(told):
    seen = told.walks["away"].seen

    assert seen["recap"].startswith("You have given 15 answers so far. The last one:\nWhen were you told?")
    assert seen["next"].startswith("16 of 26\n\nWhat name did the doctor use?")


def test_nobody_is_asked_twice_after_three_months(told):
    numbers = [int(n) for text in told.walks["away"].said for n in re.findall(r"(\d+) of 26", text)]

    assert numbers == [*range(1, 17), *range(16, 27)]
    assert dict(told.answers("away")) == SKIPPED


def test_without_consent_no_health_fact_is_kept(told):
    kept = str(told.rows("answers", "no consent")) + told.walks["no consent"].pages["end"].text()

    assert {row["link_id"].partition(".")[0] for row in told.rows("answers", "no consent")} <= {"start"}
    assert not any(word in kept for word in ("Parkinsons", "Warfarin"))


def test_who_refuses_is_told_goodbye_kindly_and_how_to_come_back(told):
    said = "\n".join(told.walks["no consent"].said)

    assert "We respect your decision. Your answers are deleted." in said
    assert "If you change your mind, type START." in said


def test_words_about_suicide_are_met_with_the_card_at_once(told):
    card = told.walks["crisis"].seen["card"]

    assert card.startswith("I am really glad you told me. You do not have to carry this alone.")
    assert "Please call 112 now, or a crisis line: findahelpline.com." in card


def test_words_about_suicide_call_coordinators_who_do_not_see_the_words(told):
    assert GIVEN_UP not in told.summary("crisis", "card")
    assert "Not shown here" in told.summary("crisis", "card")
    assert "Crisis: call now" in told.walks["crisis"].pages["card"].text("tasks")
    assert "flag-crisis" in [row["kind"] for row in told.rows("tasks", "crisis")]


def test_words_about_suicide_come_first_of_all_that_waits_for_staff(told):
    walk = told.walks["crisis"]
    first = re.search(r'<li class="work-row work-row-1".*?</li>', walk.seen["work"].html, re.DOTALL)[0]

    assert f'href="/console/patients/{walk.patient}' in first


def test_the_conversation_goes_on_after_the_card(told):
    assert dict(told.answers("crisis")) == NEVER | {"end.more": GIVEN_UP}


def test_the_table_in_docs_is_what_was_counted(told):
    page = journeys_page.written({name: walk.effort for name, walk in told.walks.items()})
    if os.environ.get("YORISOI_JOURNEYS") == "write":
        PAGE.write_text(page, encoding="utf-8")

    assert PAGE.read_text(encoding="utf-8") == page, "make journeys writes it anew"
