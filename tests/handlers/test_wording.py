"""Long messages become several, with room for what a channel writes around them."""

import pytest

from bot.channels.whatsapp.render import Words, render
from handlers.core.buttons import answer_data
from handlers.core.messages import Body, Button
from handlers.wording import pieces

WORDS = Words(choose="Choose", doors="Other actions", typed="Or type:")
KEYS = tuple(
    Button(answer_data("r00000000001", 3, (), code), label)
    for code, label in (("keep", "Keep this answer"), ("skip", "Skip"), ("back", "Back"), ("why", "Why?"))
)
CHOICES = tuple(Button(f"a:{n}", f"Option {n}", detail="x" * 150) for n in range(3))


@pytest.mark.parametrize("length", [700, 900, 1000, 1020, 1024, 3000])
@pytest.mark.parametrize("choices", [(), CHOICES[:2], CHOICES], ids=["open", "two", "three"])
def test_every_piece_of_a_long_question_is_taken_by_whatsapp(length, choices):
    body = Body("word " * (length // 5), choices=choices, keys=KEYS, hint="For example: 7 March 2019")

    shown = [render(piece, WORDS) for piece in pieces(body, 1024)]

    assert None not in shown


def test_no_word_is_lost_where_a_message_is_cut():
    body = Body("🙂🙂🙂 " * 900 + "\n\nend", keys=KEYS)

    assert " ".join(piece.text for piece in pieces(body, 1024)).split() == body.text.split()


def test_a_short_question_stays_one_message():
    body = Body("How are you?\n\nTell us.", choices=CHOICES, keys=KEYS)

    assert pieces(body, 1024) == [body]
