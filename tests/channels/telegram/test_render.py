"""Body → what is sent."""

import pytest

from bot.channels.telegram.render import SendText, render
from handlers.core.messages import Body, Button
from handlers.errors import SendRejected


def button(label, data="a:x:0:0", **fields):
    return Button(data, label, **fields)


def labels(body):
    return [[key.label for key in row] for row in render(body)[-1].keyboard]


LAYOUTS = [
    (["Yes", "No"], [], [["Yes", "No"]]),
    (["Yes", "No", "Not sure"], [], [["Yes", "No"], ["Not sure"]]),
    (["Yes", "Yes, with somebody's help"], [], [["Yes"], ["Yes, with somebody's help"]]),
    (["はい、介助があれば座れます", "いいえ"], [], [["はい、介助があれば座れます"], ["いいえ"]]),
    (["Yes"], ["Skip", "Back", "Why?"], [["Yes"], ["Skip", "Back", "Why?"]]),
    ([], ["Skip", "Back", "Why?", "Menu"], [["Skip", "Back", "Why?"], ["Menu"]]),
    (["Yes"], ["Skip", "Why do you ask me this?"], [["Yes"], ["Skip"], ["Why do you ask me this?"]]),
]


@pytest.mark.parametrize(("choices", "keys", "rows"), LAYOUTS)
def test_choices_come_first_and_the_side_doors_below(choices, keys, rows):
    body = Body("Q", choices=tuple(map(button, choices)), keys=tuple(map(button, keys)))

    assert labels(body) == rows


def test_what_is_picked_is_ticked():
    assert labels(Body("Q", choices=(button("Tremor", picked=True), button("None")))) == [
        ["✓ Tremor", "None"]
    ]


def test_a_text_without_buttons_is_sent_as_it_is():
    assert render(Body("<b>Hello</b> *you* & me_")) == [SendText("<b>Hello</b> *you* & me_")]


def test_explanations_and_the_hint_stand_in_the_text():
    body = Body(
        "Q", choices=(button("Off", detail="medicine has worn off"), button("On")), hint="Or type it."
    )

    [text] = render(body)

    assert text.text == "Q\n\nOff: medicine has worn off\n\nOr type it."


@pytest.mark.parametrize(("length", "parts"), [(4096, 1), (4097, 2), (100_000, 25)])
def test_a_text_is_split_at_what_one_message_holds(length, parts):
    texts = render(Body("x" * length, choices=(button("Yes"),)))

    assert [len(text.keyboard) for text in texts] == [0] * (parts - 1) + [1]


def test_an_emoji_counts_two():
    assert len(render(Body("😀" * 2049))) == 2


def test_control_characters_are_not_sent():
    [text] = render(Body("a\x00b", choices=(button("Ye\x00s\n"),)))

    assert (text.text, text.keyboard[0][0].label) == ("ab", "Yes")


def test_a_blank_body_sends_nothing():
    assert render(Body(" \x00 ", ack="1")) == []


@pytest.mark.parametrize(
    ("body", "code"),
    [
        (Body("Q", choices=(button("Yes", "é" * 33),)), "button-data-too-long"),
        (Body("Q", choices=(button("Yes", ""),)), "button-data-too-long"),
        (Body("Q", choices=(button(" \x00"),)), "button-without-label"),
        (Body("Q", choices=tuple(button("x") for _ in range(101))), "too-many-buttons"),
        (Body(" ", choices=(button("x"),)), "buttons-without-text"),
    ],
)
def test_what_telegram_would_refuse_is_refused_and_never_cut(body, code):
    with pytest.raises(SendRejected) as caught:
        render(body)

    assert caught.value.code == code


def test_a_button_id_of_exactly_64_bytes_is_taken():
    assert labels(Body("Q", choices=(button("Yes", "é" * 32),))) == [["Yes"]]
