"""What a channel must not carry: a link leads to our page, and the conversation goes on without it."""

from dataclasses import dataclass, replace
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from handlers.core.case import Dialogue
from handlers.core.changes import AddInvitation
from handlers.core.values import ChannelKind
from storage.protocols import read_pack
from tests.handlers.parts import OURS, PartsDesk, form, question, write

COSTS = {
    "linkId": "costs",
    "type": "group",
    "text": "Costs",
    "extension": [{"url": OURS + "notOn", "valueString": "whatsapp"}],
    "item": [question("band"), question("fund")],
}
ORDERS = {
    "between": (question("tired"), COSTS, question("walk")),
    "at the end": (question("tired"), question("walk"), COSTS),
}


@dataclass
class CostsDesk(PartsDesk):
    """A desk whose second part asks about costs, `where` in it."""

    where: str = "between"

    def __post_init__(self) -> None:
        super().__post_init__()
        files = {"second.questionnaire": form("second", *ORDERS[self.where]), "prescreen": {"rules": []}}
        with TemporaryDirectory() as folder:
            pack = read_pack(write(Path(folder), **files))
        self.around = replace(self.around, protocol=pack)


def in_second(channel: ChannelKind, where: str = "between") -> CostsDesk:
    """Return a desk that is asked the first question of the second part."""
    desk = CostsDesk(channel=channel, where=where).sent("No")
    return desk.walk("Now")


def texts(desk: CostsDesk, answer: str) -> list[str]:
    return [body.text for body in desk.say(answer)]


def moved(desk: CostsDesk, channel: ChannelKind) -> CostsDesk:
    point = replace(desk.case.contact.point, channel=channel)
    desk.case = replace(desk.case, contact=replace(desk.case.contact, point=point, dialogue=Dialogue()))
    desk.channel = channel
    return desk


def on_the_page(desk: CostsDesk) -> CostsDesk:
    """Let the patient come in on our page, with all that they have told."""
    return moved(desk, ChannelKind.WEB)


@pytest.mark.parametrize("where", list(ORDERS))
def test_a_link_leads_to_our_page_once_and_the_part_goes_on(where):
    desk = in_second(ChannelKind.WHATSAPP, where)

    said = [text for answer in ("Yes", "No") for text in texts(desk, answer)]

    links = [text for text in said if "/chat/i/" in text]
    assert [len(links), len(desk.of(AddInvitation))] == [1, 1]
    assert not any(word in text for text in said for word in ("band?", "fund?", "Costs"))
    assert said[-1].startswith("Thank you") or "Next" in said[-1]


@pytest.mark.parametrize("channel", [ChannelKind.TELEGRAM, ChannelKind.WEB])
def test_elsewhere_it_is_a_question_like_any_other(channel):
    desk = in_second(channel)

    assert texts(desk, "Yes")[-1].endswith("band?")


def test_whoever_opens_the_link_in_the_middle_is_asked_there():
    desk = in_second(ChannelKind.WHATSAPP)
    desk.say("Yes")

    assert texts(on_the_page(desk), "continue")[-1].endswith("band?")


def test_whoever_opens_it_when_all_is_done_is_asked_there_too():
    desk = in_second(ChannelKind.WHATSAPP, "at the end").walk("Yes", "No", "Now", "No", "Yes", "Pm")

    assert texts(on_the_page(desk), "continue")[-1].endswith("band?")


def test_what_was_told_on_our_page_is_not_shown_where_it_may_not_be():
    desk = on_the_page(in_second(ChannelKind.WHATSAPP)).walk("continue", "Yes", "Yes", "No")

    there = moved(desk, ChannelKind.WHATSAPP)
    said = there.tap(there.say("change")[-1].choices[0].label)

    assert ["tired?" in button.label for button in said[-1].choices] == [True]
