"""Body → the one message that is sent."""

import pytest

from bot.channels.whatsapp.render import render, render_template
from handlers.core.messages import Body, Button, Template
from handlers.errors import SendRejected
from tests.channels.whatsapp.conftest import WORDS
from tests.fakes.provider.graph_rules import check_message

DOORS = (
    Button("a:resp1:0:skip", "Skip"),
    Button("a:resp1:0:back", "Back"),
    Button("a:resp1:0:why", "Why do you ask?"),
)


def options(number, *, length=8):
    return tuple(Button(f"a:resp1:0:{n}", f"{n:02d}".ljust(length, "x")) for n in range(number))


def shown(body):
    """Return kind, labels, footer, and check it as Meta would."""
    message = render(body, WORDS)
    check_message({"messaging_product": "whatsapp", "to": "12025550143"} | message)
    content = message["interactive"]
    action = content["action"]
    labels = [button["reply"]["title"] for button in action.get("buttons", [])]
    labels += [row["title"] for section in action.get("sections", []) for row in section["rows"]]
    return content["type"], labels, content.get("footer", {}).get("text", "")


def names(buttons):
    return [button.label for button in buttons]


PERSON = Button("c:person", "A person")
TYPED = "Or type: Skip · Back · Why do you ask?"
LAYOUTS = [
    (options(2), (), ("button", names(options(2)), "")),
    (options(3), (), ("button", names(options(3)), "")),
    (options(3), DOORS, ("button", names(options(3)), TYPED)),
    (options(2), DOORS, ("button", [*names(options(2)), "Other actions"], "")),
    (options(2), DOORS[:1], ("button", [*names(options(2)), "Skip"], "")),
    ((), DOORS, ("button", names(DOORS), "")),
    ((), (*DOORS, Button("a:resp1:0:keep", "Keep")), ("button", ["Skip", "Back", "Other actions"], "")),
    ((), (*DOORS, PERSON), ("button", ["A person", "Skip", "Other actions"], "")),
    (options(2), (*DOORS, PERSON), ("button", [*names(options(2)), "Other actions"], "")),
    (options(8), DOORS, ("list", [*names(options(8)), "Skip", "Other actions"], "")),
    (
        options(2),
        (Button("c:menu", "Menu"), PERSON),
        ("button", [*names(options(2)), "A person"], "Or type: Menu"),
    ),
    (options(2, length=21), (), ("list", names(options(2, length=21)), "")),
    (options(4), DOORS, ("list", [*names(options(4)), *names(DOORS)], "")),
    (options(9), DOORS, ("list", [*names(options(9)), "Other actions"], "")),
    (options(10), DOORS, ("list", names(options(10)), TYPED)),
    (options(3), (Button("c:menu", "Menu"),), ("button", names(options(3)), "Or type: Menu")),
]


@pytest.mark.parametrize(("choices", "keys", "layout"), LAYOUTS)
def test_choices_become_buttons_or_rows_and_the_side_doors_what_fits(choices, keys, layout):
    assert shown(Body("Q", choices=choices, keys=keys)) == layout


def test_a_question_with_several_answers_always_has_done_to_be_tapped():
    body = Body("Q", choices=options(3), keys=(Button("a:resp1:0:done", "Done"), *DOORS), many=True)

    assert shown(body) == ("list", [*names(options(3)), "Done", *names(DOORS)], "")


def test_the_row_of_the_side_doors_names_them_and_opens_them():
    content = render(Body("Q", choices=options(9), keys=DOORS), WORDS)["interactive"]

    assert content["action"]["sections"][0]["rows"][-1] == {
        "id": "a:resp1:0:keys",
        "title": "Other actions",
        "description": "Skip · Back · Why do you ask?",
    }


def test_a_footer_that_is_too_long_stands_in_the_text():
    keys = tuple(Button(f"c:{n}", f"A rather long word {n}") for n in range(3))

    content = render(Body("Q", choices=options(3), keys=keys), WORDS)["interactive"]

    assert "footer" not in content
    assert content["body"]["text"].startswith("Q\n\nOr type: A rather long word 0 · ")


def test_what_is_picked_is_ticked():
    buttons = (Button("a", "Tremor", picked=True), Button("b", "None"))
    rows = (Button("a", "x" * 24, detail="more", picked=True), *options(4))

    assert shown(Body("Q", choices=buttons))[1] == ["✓ Tremor", "None"]
    assert render(Body("Q", choices=rows), WORDS)["interactive"]["action"]["sections"][0]["rows"][0] == {
        "id": "a",
        "title": "x" * 24,
        "description": "✓ more",
    }


@pytest.mark.parametrize(
    ("choices", "keys", "titles"),
    [
        (["Yes", "Yes", "Yes"], [], ["Yes", "Yes (2)", "Yes (3)"]),
        (["Back", "Leg"], ["Back"], ["Back", "Leg", "» Back"]),
        (["x" * 24, "x" * 24], [], ["x" * 24, f"{'x' * 19}… (2)"]),
        (
            ["Other actions", *"abcdefgh"],
            ["Skip", "Back"],
            [*("Other actions", *"abcdefgh"), "» Other actions"],
        ),
    ],
)
def test_titles_that_are_alike_are_told_apart(choices, keys, titles):
    body = Body(
        "Q",
        choices=tuple(Button(f"a:resp1:0:{n}", label) for n, label in enumerate(choices)),
        keys=tuple(Button(f"a:resp1:0:{label.lower()}", label) for label in keys),
    )

    assert shown(body)[1] == titles


def test_an_explanation_is_never_cut():
    long = Button("a", "Off", detail="d" * 73)

    content = render(Body("Q", choices=(long, *options(3))), WORDS)["interactive"]

    assert content["body"]["text"] == f"Q\n\nOff: {'d' * 73}"
    assert "description" not in content["action"]["sections"][0]["rows"][0]


def test_explanations_and_the_hint_stand_above_buttons():
    body = Body("Q", choices=(Button("a", "Off", detail="worn off"), Button("b", "On")), hint="Or type it.")

    assert render(body, WORDS)["interactive"]["body"]["text"] == "Q\n\nOff: worn off\n\nOr type it."


def test_a_text_alone_is_sent_without_a_preview():
    assert render(Body("a\x00b", hint="c"), WORDS) == {
        "type": "text",
        "text": {"body": "ab\n\nc", "preview_url": False},
    }


def test_a_blank_body_sends_nothing():
    assert render(Body(" \x00 "), WORDS) is None


REFUSED = [
    (Body("x" * 4097), "text-too-long"),
    (Body("😀" * 513, choices=options(2)), "text-too-long"),
    (Body("Q", choices=options(4, length=25)), "label-too-long"),
    (Body("Q", choices=options(11)), "too-many-choices"),
    (Body("Q", choices=(Button("a", "Yes"), Button("a", "No"))), "buttons-alike"),
    (Body("Q", choices=(Button("é" * 101, "Yes"),)), "button-data-too-long"),
    (Body("Q", choices=(Button("", "Yes"),)), "button-data-too-long"),
    (Body("Q", choices=(Button("a", " \x00"),)), "button-without-label"),
    (Body(" ", choices=options(2)), "buttons-without-text"),
    (Body(" ", choices=options(3), keys=DOORS), "buttons-without-text"),
]


@pytest.mark.parametrize(("body", "code"), REFUSED, ids=range(len(REFUSED)))
def test_what_meta_would_refuse_is_refused_and_never_cut(body, code):
    with pytest.raises(SendRejected) as caught:
        render(body, WORDS)

    assert caught.value.code == code


@pytest.mark.parametrize("body", [Body("x" * 4096), Body("x" * 1024, choices=options(10, length=24))])
def test_the_longest_that_fits_is_taken(body):
    check_message({"messaging_product": "whatsapp", "to": "12025550143"} | render(body, WORDS))


def test_a_template_carries_its_parameters_and_payloads():
    message = render_template(
        Template("checkin_start_v1", "ja", ("A \n\t  B", "clinic"), ("f:1:start", "f:1:stop"))
    )

    assert message["template"] == {
        "name": "checkin_start_v1",
        "language": {"code": "ja"},
        "components": [
            {
                "type": "body",
                "parameters": [{"type": "text", "text": "A B"}, {"type": "text", "text": "clinic"}],
            },
            {
                "type": "button",
                "parameters": [{"type": "payload", "payload": "f:1:start"}],
                "sub_type": "quick_reply",
                "index": "0",
            },
            {
                "type": "button",
                "parameters": [{"type": "payload", "payload": "f:1:stop"}],
                "sub_type": "quick_reply",
                "index": "1",
            },
        ],
    }


def test_a_template_without_anything_to_fill_in_has_no_components():
    assert render_template(Template("hello", "en"))["template"] == {
        "name": "hello",
        "language": {"code": "en"},
    }


@pytest.mark.parametrize(
    ("template", "code"),
    [
        (Template("t", "en", (" \n",)), "empty-parameter"),
        (Template("t", "en", (), ("x" * 257,)), "button-data-too-long"),
        (Template("t", "en", (), tuple(map(str, range(11)))), "too-many-buttons"),
    ],
)
def test_a_template_that_meta_would_refuse_is_refused(template, code):
    with pytest.raises(SendRejected) as caught:
        render_template(template)

    assert caught.value.code == code
