"""What the doctor says of WhatsApp, in words."""

from datetime import timedelta

import pytest

from bot.channels.whatsapp.templates import Amiss
from bot.doctor.examination import report
from bot.doctor.findings import Level
from bot.doctor.whatsapp import day_finding, look_at_name, look_at_whatsapp, template_finding
from bot.settings import Settings
from bot.speech import speech_of
from bot.template_watch import Warned
from handlers.core.tiers import UNLIMITED
from storage.daily_people import Usage
from tests.storage.samples import NOON

CONNECTED = {
    "env": "test", "whatsapp_access_token": "t", "whatsapp_app_secret": "s", "whatsapp_verify_token": "v",
    "whatsapp_phone_number_id": "1",
}  # fmt: skip


def said(findings, language="en_US.UTF-8"):
    return report(list(findings), speech_of({"LANG": language}), as_json=False)


@pytest.mark.parametrize(("content", "language", "words"), [
    ("link", "en_US.UTF-8", "one-time links only"), ("full", "en_US.UTF-8", "forbids health information"),
    ("link", "ja_JP.UTF-8", "一度だけのリンク"), ("full", "ja_JP.UTF-8", "書面による決定"),
])  # fmt: skip
def test_what_whatsapp_may_carry_is_told_with_the_policy_behind_it(content, language, words):
    assert words in said(look_at_whatsapp(Settings(**CONNECTED, whatsapp_content=content)), language)


def test_without_whatsapp_nothing_is_said_of_it():
    assert list(look_at_whatsapp(Settings(env="test"))) == []


@pytest.mark.parametrize(("usage", "level", "words"), [
    (Usage(100, 0, 250), Level.OK, "100 of 250"), (Usage(190, 20, 250), Level.NOTE, "20 wait"),
    (Usage(9, 0, UNLIMITED), Level.OK, "there is no limit"),
])  # fmt: skip
def test_a_day_that_is_almost_full_is_worth_a_note(usage, level, words):
    finding = day_finding(usage)

    assert finding.level is level
    assert words in said([finding])


@pytest.mark.parametrize(
    ("name", "levels"),
    [("Sakura Clinic", []), ("Parkinson Centre", [Level.RED]), ("パーキンソン病センター", [Level.RED])],
)
def test_a_name_that_tells_of_an_illness_must_not_stand_in_templates(name, levels):
    settings = Settings(**CONNECTED, whatsapp_content="link")

    assert [finding.level for finding in look_at_name(settings, name)] == levels
    assert list(look_at_name(Settings(env="test"), name)) == []


@pytest.mark.parametrize("why", Amiss)
@pytest.mark.parametrize("language", ["en_US.UTF-8", "ja_JP.UTF-8"])
def test_every_way_in_which_a_template_is_amiss_has_words(why, language):
    finding = template_finding(Warned("checkin_start_v1", "vi", why, NOON, 4), NOON)

    assert "checkin_start_v1" in said([finding], language)


@pytest.mark.parametrize(("weeks", "level"), [(0, Level.RED), (3, Level.NOTE)])
def test_what_is_needed_soon_is_red(weeks, level):
    warned = Warned("checkin_start_v1", "vi", Amiss.MISSING, NOON + timedelta(weeks=weeks), 4)

    assert template_finding(warned, NOON).level is level
