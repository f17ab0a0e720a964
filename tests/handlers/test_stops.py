"""STOP is honoured in every language that we ship and in more, on every channel, however it is written."""

from dataclasses import replace

import pytest

from handlers.core.case import Dialogue, FollowUpState, Reach
from handlers.core.changes import RecordConsent
from handlers.core.events import Chose, Edited, FileKind, Said, SentDocument
from handlers.core.pending import Doubt
from handlers.core.understanding.stops import ABROAD
from handlers.core.values import ChannelKind, ContactPoint, Language, Purpose
from tests.handlers.desk import NOON, Desk
from tests.handlers.paths import consented
from tests.handlers.test_check_in import lost

OURS = {
    "en": ("stop", "STOP", "Stop all", "/stop", "unsubscribe", "opt out"),
    "ja": ("停止", "ストップ", "やめて", "配信停止"),
    "zh-Hans": ("停止", "退订", "取消订阅"),
    "vi": ("dừng", "Dừng lại", "hủy đăng ký"),
    "ar": ("توقف", "إيقاف", "إلغاء الاشتراك"),
}


@pytest.fixture(scope="module")
def asked():
    """Return the case of somebody who has agreed to everything and is asked their name."""
    return consented().case


def at(case, language="en", channel=ChannelKind.WHATSAPP):
    point = ContactPoint(channel, "main", "here")
    patient = replace(case.patient, language=Language(language))
    return Desk(channel, case=replace(case, patient=patient, contact=replace(case.contact, point=point)))


def stopped(desk):
    return Purpose.MESSAGES not in desk.case.patient.purposes


@pytest.mark.parametrize("channel", ChannelKind)
@pytest.mark.parametrize("language", OURS)
def test_stop_is_understood_in_every_language_on_every_channel(asked, language, channel):
    for word in OURS[language]:
        desk = at(asked, language, channel)
        desk.take(Said(word))
        assert stopped(desk), word


@pytest.mark.parametrize("chat", OURS)
def test_stop_is_understood_in_a_language_that_the_chat_does_not_speak(asked, chat):
    for words in (OURS | ABROAD).values():
        for word in words:
            desk = at(asked, chat)
            desk.say(word)
            assert stopped(desk), word


def test_a_stop_is_recorded_with_its_channel_and_moment(asked):
    desk = at(asked)

    desk.say("STOP")

    told = desk.of(RecordConsent)[-1]
    assert (told.purpose, told.given, told.at) == (Purpose.MESSAGES, False, desk.clock.now())
    assert told.channel == "whatsapp"


@pytest.mark.parametrize("what", [Edited("m-1", "STOP"), SentDocument("f", FileKind.PHOTO, caption="退订")])
def test_stop_counts_in_an_edit_and_under_a_picture(asked, what):
    desk = at(asked)

    desk.take(what)

    assert stopped(desk)


STOPS = (
    Said("STOP"),
    Edited("m-1", "STOP"),
    SentDocument("f", FileKind.PHOTO, caption="STOP"),
    Chose("f:f-1:stop"),
    Chose("c:stop"),
)


@pytest.mark.parametrize("what", STOPS, ids=lambda what: type(what).__name__)
def test_stop_counts_where_nothing_else_is_heard(asked, what):
    for desk in (in_doubt(asked), unsigned(asked), no_longer_used(asked)):
        desk.take(what)

        assert stopped(desk)


def in_doubt(case):
    desk = at(replace(case, patient=replace(case.patient, birth_date="1958-03-03")))
    contact = replace(desk.case.contact, dialogue=Dialogue(doubt=Doubt(NOON)))
    desk.case = replace(desk.case, contact=contact)
    return desk


def unsigned(case):
    desk = at(case)
    desk.around = replace(desk.around, needs_signature=True, signed=frozenset())
    return desk


def no_longer_used(case):
    desk = at(case)
    desk.case = replace(desk.case, contact=replace(desk.case.contact, reach=Reach.STOPPED))
    return desk


POLITE = {
    "en": ("Please stop", "STOP please", "STOP 🙏", "stop!!! thank you", "Stop, stop, stop", "pls STOP now"),
    "ja": ("停止してください", "やめてください。", "もうやめて", "配信停止をお願いします🙏"),
    "zh-Hans": ("请停止", "请停止, 谢谢", "麻烦取消订阅", "别再发消息!"),
    "vi": ("Xin dừng lại", "xin dung lai", "Làm ơn dừng lại ạ", "hủy đăng ký giúp tôi"),
    "ar": ("أوقفوا الرسائل", "من فضلك توقف", "الرجاء إيقاف الرسائل", "توقف شكراً 🙏"),
}


@pytest.mark.parametrize("language", POLITE)
def test_a_polite_stop_is_a_stop_too(asked, language):
    for words in POLITE[language]:
        desk = at(asked, language)
        desk.say(words)
        assert stopped(desk), words


def test_a_short_word_without_its_accents_is_a_stop_where_it_answers_nothing(asked):
    named = at(asked, "vi")
    named.say("Dung")
    free = at(asked, "vi")
    free.case = replace(free.case, contact=replace(free.case.contact, dialogue=Dialogue()))
    free.say("dung")

    assert (stopped(named), stopped(free)) == (False, True)


ELSEWHERE = (
    *("I want to stop smoking", "parar de fumar", "Stoppa", "停止吃药可以吗", "the tremor does not stop"),
    *("please do not stop", "Please stop the medicine", "薬をやめてください", "ngừng thuốc", "noi dung"),
    *("sử dụng thuốc", "أوقفت الدواء", "stop and go", "bus stop", "please", "🙏", "お願いします"),
)


@pytest.mark.parametrize("words", ELSEWHERE)
def test_a_sentence_with_the_word_in_it_is_no_stop(asked, words):
    desk = at(asked)

    desk.say(words)

    assert not stopped(desk)


def test_a_stop_holds_what_is_planned():
    desk = lost()

    desk.say("arrêter")

    assert desk.step("M3").state is FollowUpState.HELD
