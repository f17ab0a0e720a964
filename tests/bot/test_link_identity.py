"""Who comes to the page by a chat's link after a long silence: their last word on the page counts."""

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.front_chat import last_page_word
from handlers.core.values import ChannelKind
from tests.storage.samples import NOON, newcomer

LINKS = frozenset({ChannelKind.WHATSAPP})
EARLIER = NOON - timedelta(days=60)


def case(*others):
    """Return somebody who has just come in, with the other contacts they have."""
    contacts = tuple(
        replace(newcomer(f"a{n}", kind).contact, last_heard_at=at) for n, (kind, at) in enumerate(others)
    )
    return replace(newcomer("here", ChannelKind.WEB), others=contacts)


@pytest.mark.parametrize(("others", "heard"), [
    ([], NOON), ([(ChannelKind.WHATSAPP, NOON)], NOON),
    ([(ChannelKind.WHATSAPP, NOON), (ChannelKind.WEB, EARLIER)], EARLIER),
    ([(ChannelKind.TELEGRAM, NOON), (ChannelKind.WEB, EARLIER)], NOON),
    ([(ChannelKind.WHATSAPP, NOON), (ChannelKind.WEB, None)], NOON),
])  # fmt: skip
def test_what_counts_is_the_last_word_on_the_page_behind_the_link(others, heard):
    assert last_page_word(case(*others), LINKS) == heard
