"""A birth date by taps, from the conversation to what each channel shows."""

import pytest

from bot.channels.telegram.render import render as on_telegram
from bot.channels.whatsapp.render import Words, render as on_whatsapp
from handlers.core.changes import PutAnswer, SettleInbox
from handlers.core.events import Chose
from handlers.core.values import Absent, ChannelKind, PartialDate
from tests.handlers.desk import Desk
from tests.handlers.paths import CONSENT, ON_THE_PAGE, TO_CONSENT, walk

WORDS = Words("Choose", "More choices", "Or type:")
NAMED = ("=Test Person", "Yes", "=Test Person", "Yes")


def asked_when_born(channel: ChannelKind) -> Desk:
    """Return a desk whose patient is asked for their birth date."""
    desk = Desk(channel)
    desk.start()
    consent = ON_THE_PAGE if channel in {ChannelKind.WEB, ChannelKind.TERMINAL} else CONSENT
    return walk(desk, *TO_CONSENT, *consent, *NAMED)


def tap(desk: Desk, label: str) -> Desk:
    """Tap the button, turning the parts of a page until it is there."""
    for _ in range(6):
        found = next((each for each in desk.heard[-1].choices if plain(each.label) == label), None)
        if found is not None:
            desk.take(Chose(found.data))
            return desk
        desk.tap("More")
    raise AssertionError(label)


def plain(text: str) -> str:
    """Return the text without the marks that keep directions apart."""
    return text.translate(dict.fromkeys(range(0x2066, 0x206A)))


def rendered(desk: Desk) -> None:
    """Render everything that was said as the channel would; it raises for what does not fit."""
    for body in desk.heard:
        if desk.channel is ChannelKind.WHATSAPP:
            on_whatsapp(body, WORDS)
        if desk.channel is ChannelKind.TELEGRAM:
            on_telegram(body)


@pytest.mark.parametrize("channel", list(ChannelKind))
def test_a_birth_date_is_tapped_read_back_and_stored(channel):
    desk = asked_when_born(channel)

    for label in ("1940s", "1948", "March", "12"):
        tap(desk, label)

    assert "You said 12 March 1948. Is that right?" in plain(desk.heard[-1].text)
    desk.tap("Yes")
    assert desk.of(PutAnswer)[-1].answer.values == (PartialDate(1948, 3, 12),)
    rendered(desk)


@pytest.mark.parametrize("channel", list(ChannelKind))
def test_not_sure_is_one_tap_on_every_channel(channel):
    desk = asked_when_born(channel)

    desk.tap("Not sure")

    assert desk.of(PutAnswer)[-1].answer.absent is Absent.UNKNOWN
    rendered(desk)


def test_the_timeline_shows_what_was_tapped():
    desk = asked_when_born(ChannelKind.WEB)

    for label in ("1940s", "1948", "March", "12"):
        tap(desk, label)

    assert [plain(settled.text) for settled in desk.of(SettleInbox)[-4:]] == [
        "1940s",
        "1948",
        "March 1948",
        "12 March 1948",
    ]


def test_ten_taps_of_a_trembling_finger_lead_one_page_on():
    desk = asked_when_born(ChannelKind.TELEGRAM)
    data = next(each.data for each in desk.heard[-1].choices if plain(each.label) == "1940s")

    said = [desk.take(Chose(data)) for _ in range(10)]

    assert [len(bodies) for bodies in said] == [1] + [0] * 9


def test_a_date_can_be_typed_in_the_middle_of_the_pages():
    desk = tap(asked_when_born(ChannelKind.WEB), "1950s")

    desk.say("12 March 1948")

    assert "12 March 1948. Is that right?" in plain(desk.heard[-1].text)
