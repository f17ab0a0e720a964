"""What must hold of every conversation, whatever is said and tapped in whatever order."""

import json
from random import Random

import pytest
from hypothesis import given, settings, strategies as st

from handlers.core import step as engine
from handlers.core.buttons import MAX_BYTES, answer_data
from handlers.core.conditions import is_enabled
from handlers.core.fhir import read_questionnaire
from handlers.core.path import is_asked, next_open, slots
from handlers.core.questionnaire import ItemType
from handlers.core.values import AnsweredBy, ChannelKind, DocumentId, FileRef, Slot
from tests.core.builders.talk import RESPONSE, ROOT, Talk, load, talk

PACKS = sorted((ROOT / "handlers" / "protocols").glob("*/*.questionnaire.json"))
NAMES = [
    *("every-type", "enable-when-all-any", "repeating-group", "items-under-a-question", "multi-choice"),
    *("initial", "constraints", "our-extensions", "displays", "contained-value-set"),
    "items-under-each-answer",
]
TEXTS = [
    *("yes", "no", "1", "2", "1 and 2", "1-3", "skip", "back", "why", "done", "more", "none", "menu", "???"),
    *(
        "hello",
        "3 March 1950",
        "March 2019",
        "72.5 kg",
        "14:30",
        "https://example.org",
        "12",
        "\ud800",
        "",
        "x" * 3000,
    ),
]
CODES = [
    "0",
    "1",
    "2",
    "3",
    "0-0",
    "1-0",
    "yes",
    "no",
    "done",
    "skip",
    "back",
    "why",
    "more",
    "more-1",
    "keep",
    "keys",
]
FURTHER = ["unsure", "right", "wrong"]

says = st.sampled_from(TEXTS).map(lambda text: ("say", text)) | st.text(max_size=30).map(
    lambda text: ("say", text)
)
presses = st.tuples(st.just("press"), st.integers(0, 40))
taps = st.tuples(
    st.just("tap"), st.integers(0, 16), st.sampled_from([(), (0,), (1,)]), st.sampled_from(CODES + FURTHER)
)
others = st.sampled_from([("back",), ("skip",), ("why",), ("begin",), ("file",), ("revise",)])
heard = st.lists(says | presses | presses | taps | others, max_size=25)


def follow(conversation: Talk, action) -> None:
    match action:
        case ("say", text):
            conversation.say(text)
        case ("press", number):
            buttons = [each for say in conversation.turn.says for each in (*say.choices, *say.keys)]
            conversation.press(buttons[number % len(buttons)].data if buttons else "")
        case ("tap", index, instance, code):
            name, _, tag = code.partition("-")
            conversation.press(answer_data(RESPONSE, index, instance, name, tag))
        case ("file",):
            conversation.do(engine.receive_file, FileRef(DocumentId("d"), "image/png"))
        case ("revise",):
            conversation.do(engine.revise, Slot(next(iter(conversation.questionnaire.order))))
        case ("begin",):
            conversation.begin()
        case (name,):
            conversation.do(getattr(engine, name))


def started(name, channel=ChannelKind.WHATSAPP, **more) -> Talk:
    return talk(load(name), channel=channel, calculated={"age": 80}, **more)


@given(st.sampled_from(NAMES), heard)
def test_a_conversation_never_breaks_and_always_ends_or_asks(name, actions):
    conversation = started(name, red=frozenset({"signs", "choice"}))

    for action in actions:
        follow(conversation, action)
        path = slots(conversation.questionnaire, conversation.turn.answers, {"age": 80})
        assert (conversation.turn.dialogue.asked is None) <= (
            next_open(path, conversation.turn.answers) is None
        )
        assert conversation.turn.done <= (conversation.turn.dialogue.asked is None)


@given(st.sampled_from(NAMES), heard)
def test_only_what_is_enabled_is_answered(name, actions):
    conversation = started(name)

    for action in actions:
        before = conversation.turn.answers
        follow(conversation, action)
        for answer in conversation.turn.puts:
            item, after = conversation.questionnaire.item(answer.slot.link_id), conversation.turn.answers
            there = answer.slot.instance[: len(item.repeating)]
            assert any(
                is_enabled(
                    item,
                    there,
                    questionnaire=conversation.questionnaire,
                    answers=state,
                    calculated={"age": 80},
                )
                for state in (before, after)
            )


@settings(max_examples=100, deadline=None)
@given(st.sampled_from(NAMES), heard)
def test_what_is_asked_is_always_on_the_path(name, actions):
    conversation = started(name)

    for action in actions:
        follow(conversation, action)
        path = slots(conversation.questionnaire, conversation.turn.answers, {"age": 80})
        asked = conversation.turn.dialogue.asked
        assert asked is None or asked in {stop[1] for stop in path if is_asked(stop)}


@settings(max_examples=100, deadline=None)
@given(st.sampled_from(NAMES), heard)
def test_what_a_turn_puts_and_drops_is_the_whole_difference(name, actions):
    conversation = started(name)

    for action in actions:
        before = dict(conversation.turn.answers)
        follow(conversation, action)
        turn = conversation.turn
        expected = {
            k: v for k, v in {**before, **{a.slot: a for a in turn.puts}}.items() if k not in turn.drops
        }
        assert turn.answers == expected


@settings(max_examples=100, deadline=None)
@given(st.sampled_from(NAMES), heard)
def test_buttons_fit_and_are_never_more_than_the_channel_shows(name, actions):
    conversation = started(name)

    for action in actions:
        follow(conversation, action)
        for say in conversation.turn.says:
            ids = [each.data for each in (*say.choices, *say.keys)]
            assert len(say.choices) <= 9
            assert len(set(ids)) == len(ids)
            assert all(len(data.encode()) <= MAX_BYTES for data in ids)


@settings(max_examples=100, deadline=None)
@given(st.sampled_from(NAMES), heard)
def test_back_and_the_same_answer_again_change_nothing(name, actions):
    conversation = started(name)
    for action in actions:
        follow(conversation, action)
    answers = conversation.turn.answers

    conversation.do(engine.back)
    asked = conversation.turn.dialogue.asked
    if asked is not None and asked in answers and answers[asked].values:
        conversation.press(
            answer_data(RESPONSE, conversation.questionnaire.order[asked.link_id], asked.instance, "keep")
        )

    assert conversation.turn.answers == answers


@settings(max_examples=50, deadline=None)
@given(st.sampled_from(NAMES), heard, st.integers(0, 30))
def test_the_same_tap_ten_times_stores_at_most_once(name, actions, number):
    conversation = started(name)
    for action in actions:
        follow(conversation, action)
    buttons = [each for say in conversation.turn.says for each in (*say.choices, *say.keys)]
    data = buttons[number % len(buttons)].data if buttons else ""

    puts = [conversation.press(data).turn.puts for _ in range(10)]

    assert sum(answer.by is AnsweredBy.PATIENT for put in puts for answer in put) <= 1


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize("path", PACKS, ids=lambda path: path.name)
def test_our_own_packs_are_gone_through_by_taps_to_the_end(path, seed):
    questionnaire, chance = read_questionnaire(json.loads(path.read_text()), source=path.name), Random(seed)
    conversation = Talk(questionnaire, more={"calculated": {"age": 70}}).begin()

    for _ in range(400):
        if conversation.turn.done:
            break
        says = conversation.turn.says[-1:]
        taps = [each.data for say in says for each in say.choices]
        taps += [each.data for say in says for each in say.keys if each.label.key.endswith(("skip", "done"))]
        if taps:
            conversation.press(chance.choice(taps))
        else:
            is_date = questionnaire.item(conversation.asked).type is ItemType.DATE
            conversation.say("3 March 1950" if is_date else "Ann Example")

    assert conversation.turn.done
