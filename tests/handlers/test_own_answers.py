"""The patient's own copy of their answers."""

from dataclasses import replace

import pytest

from handlers.core.codec import decode_body, encode_body
from handlers.core.values import ChannelKind
from tests.handlers.desk import Desk
from tests.handlers.paths import submitted, walk


def at(desk, channel):
    desk.channel = channel
    point = replace(desk.case.contact.point, channel=channel)
    desk.case = replace(desk.case, contact=replace(desk.case.contact, point=point))
    return desk


@pytest.mark.parametrize("channel", [ChannelKind.TELEGRAM, ChannelKind.WHATSAPP])
def test_a_chat_that_carries_files_brings_them_as_a_file(channel):
    desk = walk(at(submitted(), channel), "=menu", "More", "Send me my answers")
    copy, goes_on = desk.heard[-2:]

    text = copy.file.content.decode("utf-8-sig")
    assert (copy.file.name, copy.file.mime, copy.choices, copy.keys) == ("answers.txt", "text/plain", (), ())
    assert "What is the date of birth? 3 March 1958" in text
    assert [key.label for key in goes_on.keys] == ["Continue"]


def test_the_page_shows_them_as_words():
    desk = walk(submitted(), "=menu", "More", "Send me my answers")

    assert any("What is the date of birth?" in body.text for body in desk.heard[-3:])
    assert all(body.file is None for body in desk.heard)


def test_who_has_answered_nothing_hears_that():
    desk = Desk()
    desk.say("hello")

    assert "no answers yet" in walk(desk, "=Send me my answers").heard[-1].text


def test_a_file_is_kept_in_the_outbox_as_it_is():
    desk = walk(at(submitted(), ChannelKind.TELEGRAM), "=Send me my answers")

    body = desk.heard[-2]
    assert body.file
    assert decode_body(encode_body(body)) == body
