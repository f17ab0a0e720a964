"""Dates and numbers by taps, page by page."""

from dataclasses import replace
from itertools import pairwise

import pytest

from handlers.core.buttons import MAX_BYTES
from handlers.core.limits import LIMITS
from handlers.core.values import Absent, ChannelKind
from tests.core.builders.talk import choice, made, shown, slot, talk

OURS = "https://yorisoi.example/fhir/StructureDefinition/"
HL7 = "http://hl7.org/fhir/StructureDefinition/"
WHATSAPP = ChannelKind.WHATSAPP


def flag(name):
    return {"url": OURS + name, "valueBoolean": True}


def years(name, number):
    return {"url": OURS + name, "valueInteger": number}


def limits(least, most, kind="valueInteger"):
    return [{"url": HL7 + "minValue", kind: least}, {"url": HL7 + "maxValue", kind: most}]


BORN = {
    "linkId": "born",
    "type": "date",
    "text": "When were you born?",
    "extension": [flag("notFuture"), years("minAgeYears", 18), years("maxAgeYears", 110)],
}
FOUND = {
    "linkId": "found",
    "type": "date",
    "text": "When was it found?",
    "extension": [flag("partialDate"), flag("notFuture")],
}
PLANNED = {"linkId": "planned", "type": "date", "text": "When?", "extension": [flag("partialDate")]}
CM = {"url": HL7 + "questionnaire-unit", "valueCoding": {"code": "cm"}}
HEIGHT = {
    "linkId": "height",
    "type": "quantity",
    "text": "How tall are you?",
    "extension": [*limits(100, 220), CM],
}
SCALE = {"linkId": "scale", "type": "integer", "text": "0 to 10?", "extension": limits(0, 10)}
DOSE = {"linkId": "dose", "type": "decimal", "text": "How many mg?"}
NEXT = choice("z", "x")


def press(conversation, *texts):
    """Tap the newest button with each of these words, turning parts of a page where needed."""
    for text in texts:
        for _ in range(10):
            found = next((each.data for each in conversation.buttons if spelled(each.label) == text), None)
            if found is not None:
                break
            conversation.press_label("chat.button.more")
        conversation.press(found)
    return conversation


def spelled(phrase):
    """Return a phrase in short: its values, else the end of its key."""
    values = [spelled(each) if not isinstance(each, str) else each for each in phrase.values.values()]
    return "-".join(values) or phrase.key.rpartition(".")[2]


@pytest.mark.parametrize("channel", list(ChannelKind))
def test_a_birth_date_takes_four_taps_and_on_a_narrow_screen_some_pages_more(channel):
    conversation = talk(made(BORN, NEXT), channel=channel)

    press(conversation, "1940", "1948", "3", "12")

    assert conversation.answers == {"born": "1948-03-12"}
    assert len(conversation.turns) <= 1 + 4 + 4


@pytest.mark.parametrize("channel", list(ChannelKind))
@pytest.mark.parametrize("item", [BORN, FOUND, PLANNED, HEIGHT, SCALE])
def test_every_page_fits_the_channel(item, channel):
    first = talk(made(choice("first", "x"), item, NEXT), channel=channel).tap("first", "x")
    seen, waiting = set(), [first]
    room = min(LIMITS[channel].rows, LIMITS[channel].pad)
    while waiting:
        conversation = waiting.pop()
        assert 1 <= len(conversation.last.choices) <= room
        assert len({each.data for each in conversation.buttons}) == len(conversation.buttons)
        pages = [
            each.data
            for each in conversation.last.choices
            if ":page-" in each.data and not each.data.endswith("page-0")
        ]
        for data in set(pages) - seen:
            assert len(data.encode()) <= MAX_BYTES
            seen.add(data)
            waiting.append(replace(first, turns=first.turns[:]).press(data))
    assert seen or item is SCALE


def test_every_day_of_a_leap_february_is_on_some_part():
    conversation = press(talk(made(BORN), channel=WHATSAPP), "1940", "1948", "2")
    found = []
    while conversation.labels and spelled(conversation.last.choices[0].label) not in found:
        found += [spelled(each.label) for each in conversation.last.choices if ":set-" in each.data]
        conversation.press_label("chat.button.more")

    assert found == [str(day) for day in range(1, 30)]


def test_a_month_to_come_is_offered_from_this_one_to_the_last_that_is_taken():
    coming = {**PLANNED, "extension": [flag("partialDate"), flag("notPast"), years("maxMonthsAhead", 24)]}
    conversation = talk(made(coming))
    offered = [spelled(each.label) for each in conversation.last.choices]

    last = press(conversation, "2028").last.choices

    assert [name for name in offered if name.isdecimal()] == ["2026", "2027", "2028"]
    assert [each.data.rpartition("-")[2] for each in last if ":set-2028" in each.data][-2] == "202811"


def test_back_goes_one_page_back_until_the_question_before():
    conversation = press(talk(made(choice("a", "x"), BORN)).tap("a", "x"), "1940", "1948", "3")

    steps = [conversation.tap("born", "back").turn.dialogue for _ in range(4)]

    assert [step.page for step in steps] == [19480, 1940, 0, 0]
    assert [str(step.asked) for step in steps] == ["born", "born", "born", "a"]


def test_back_can_be_tapped_inside_the_first_question_of_all():
    conversation = press(talk(made(BORN)), "1940")

    assert "back" in conversation.doors
    assert "back" not in conversation.say("back").doors


@pytest.mark.parametrize(("page", "typed"), [((), "12 March 1948"), (("1950",), "1948-03-12")])
def test_typed_dates_are_understood_on_every_page(page, typed):
    conversation = press(talk(made(BORN, NEXT)), *page).say(typed)

    assert conversation.answers == {"born": "1948-03-12"}


def test_a_part_alone_is_understood_on_its_page():
    conversation = talk(made(BORN, NEXT)).say("1948", "march", "12")

    assert conversation.answers == {"born": "1948-03-12"}


@pytest.mark.parametrize("typed", ["1940s", "1940's", "1940年代", "１９４０年代"])
def test_a_decade_may_be_typed_as_it_stands_on_its_button(typed):
    assert talk(made(BORN, NEXT)).say(typed).turn.dialogue.page == 1940


def test_what_is_no_part_of_the_page_is_not_understood():
    assert press(talk(made(BORN)), "1940", "1948", "2").say("31").keys[0].startswith("chat.not_understood")


@pytest.mark.parametrize(
    ("taps", "stored"),
    [
        (("2010", "2015", "only_year"), "2015"),
        (("2010", "2015", "3"), "2015-03"),
        (("2020", "2026", "11", "24"), "2026-11-24"),
        (("2020", "2026", "11", "only_month"), "2026-11"),
    ],
)
def test_a_year_or_a_month_is_enough_where_the_item_says_so(taps, stored):
    assert press(talk(made(FOUND, NEXT)), *taps).answers == {"found": stored}


def test_a_year_can_be_about_right():
    conversation = press(talk(made(FOUND, NEXT)), "2010", "2015")
    about = next(each for each in conversation.buttons if each.label.key == "chat.pad.about")

    [value] = conversation.press(about.data).turn.answers[slot("found")].values

    assert (str(value), value.about) == ("2015", True)


def test_no_day_ahead_is_offered_where_the_date_lies_behind():
    conversation = press(talk(made(FOUND, NEXT), channel=ChannelKind.WEB), "2020", "2026", "11")

    days = [
        spelled(each.label) for each in conversation.last.choices if each.label.key == "chat.pad.of_month"
    ]
    assert days[-1] == "24"


def test_the_oldest_day_that_is_offered_as_a_birth_date_is_taken():
    conversation = press(talk(made(BORN, NEXT), channel=ChannelKind.WEB), "1910", "1915", "11")

    assert spelled(conversation.last.choices[0].label) == "25"
    press(conversation, "25")
    assert conversation.answers == {"born": "1915-11-25"}


def test_no_year_before_their_birth_is_offered():
    conversation = talk(made(BORN, FOUND), birth_item="born").say("12 March 1948")

    assert spelled(conversation.last.choices[0].label) == "1940"
    assert spelled(press(conversation, "1940").last.choices[0].label) == "1948"


@pytest.mark.parametrize("item", [BORN, FOUND, HEIGHT, SCALE, DOSE])
@pytest.mark.parametrize("say", [True, False])
def test_not_sure_is_an_answer_of_its_own(item, say):
    conversation = talk(made(item, NEXT))
    if say:
        conversation.say("not sure")
    else:
        conversation.tap(item["linkId"], "unsure")

    answer = conversation.turn.answers[slot(item["linkId"])]
    assert (answer.values, answer.absent) == ((), Absent.UNKNOWN)
    assert conversation.asked == "z"


def test_what_cannot_be_skipped_is_not_left_unsure():
    held = {**BORN, "extension": [*BORN["extension"], {"url": OURS + "skippable", "valueBoolean": False}]}
    conversation = talk(made(held, NEXT))

    assert "chat.button.unsure" not in conversation.labels
    assert conversation.tap("born", "unsure").answers == {}


def test_ten_taps_on_a_page_are_one():
    conversation = talk(made(BORN))
    data = conversation.last.choices[3].data
    conversation.press(data)
    before = conversation.turn.dialogue

    for _ in range(9):
        conversation.press(data)

    assert conversation.turn.says == ()
    assert conversation.turn.dialogue == before


def test_an_old_day_asks_whether_the_answer_is_to_change():
    conversation = press(talk(made(BORN, NEXT)), "1940", "1948", "3")
    other = next(each.data for each in conversation.last.choices if spelled(each.label) == "13")
    press(conversation, "12")

    assert conversation.press(other).keys == ["chat.change_to"]
    assert conversation.say("yes").answers == {"born": "1948-03-13"}


def test_an_old_page_asks_whether_the_answer_is_to_change():
    conversation = talk(made(BORN, NEXT))
    decade = conversation.last.choices[3].data
    press(conversation, "1940", "1948", "3", "12")

    assert conversation.press(decade).keys == ["chat.change_question"]


@pytest.mark.parametrize("tag", ["99999999", "19480231", "3", "0", "19481", "1234567"])
@pytest.mark.parametrize("code", ["set", "about", "page"])
def test_a_made_up_button_changes_nothing(code, tag):
    conversation = talk(made(BORN))

    assert conversation.press(conversation.data("born", f"{code}-{tag}")).answers == {}


def test_more_can_be_typed():
    conversation = talk(made(BORN), channel=WHATSAPP)
    first = [spelled(each.label) for each in conversation.last.choices]

    assert [spelled(each.label) for each in conversation.say("more").last.choices] != first


def test_parts_of_a_page_come_in_a_round():
    conversation = press(talk(made(BORN), channel=WHATSAPP), "1940", "1948", "3")
    rounds = [conversation.press_label("chat.button.more").turn.dialogue.page for _ in range(4)]

    assert rounds == [1948031, 1948032, 1948033, 1948030]
    assert all(one != other for one, other in pairwise(rounds))


def test_a_question_on_its_first_page_comes_last():
    assert talk(made(BORN)).keys == ["q/born#text"]
    assert shown(talk(made(BORN)).last.hint) == "chat.hint.or_type"
