"""Which links on the page get buttons."""

import pytest

from bot.channels.web.links import links_in

OURS = "https://chat.example.org"


@pytest.mark.parametrize(
    ("text", "hosts"),
    [
        (
            f"Please send this.\n{OURS}/chat/i/abc\nhttps://t.me/clinic_bot?start=abc",
            ["chat.example.org", "t.me"],
        ),
        ("\u2068https://wa.me/1?text=Hello%20%23abc\u2069", ["wa.me"]),
        ("You wrote: see https://stranger.example/chat/i/abc", []),
        ("https://chat.example.org.stranger.example/ or https://chat.example.org@stranger.example/", []),
        ("No link: chat.example.org", []),
    ],
)
def test_only_links_of_our_own_get_buttons(text, hosts):
    assert [link.host for link in links_in(text, OURS)] == hosts


def test_a_link_ends_where_its_direction_ends():
    assert links_in(f"\u2068{OURS}/chat/i/abc\u2069", f"{OURS}/")[0].url == f"{OURS}/chat/i/abc"
