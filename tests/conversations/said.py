"""What people say and tap, in whatever order: drawn as numbers, so that what fails shrinks well."""

from datetime import timedelta
from random import Random

from hypothesis import strategies as st

from handlers.core.buttons import answer_data, command_data
from handlers.core.events import (
    Chose,
    ContactResumed,
    ContactStopped,
    Edited,
    Fetched,
    FileKind,
    Other,
    Said,
    SentDocument,
    Started,
    Unusable,
)
from handlers.core.questionnaire import ItemType

WORDS = (
    *("yes", "no", "1", "2", "3 March 1950", "back", "skip", "why", "menu", "stop", "help", "language"),
    *(
        "done",
        "none",
        "more",
        "keep",
        "later",
        "not sure",
        "start",
        "continue",
        "change 1",
        "change 3",
        "change",
    ),
    *(
        "3/3/1958",
        "31.2.2019",
        "1958",
        "March 1899",
        "2087-01-01",
        "yesterday",
        "60",
        "-4",
        "72.5 kg",
        "9" * 400,
    ),
    *("Ann Example", "Germany", "germny", "Deutschland", "?", "", " ", "🙂", "👍🏽", "\u200b", "ok"),
    *(
        "x" * 5000,
        "の" * 5000,
        "I want to die",
        "I can't breathe",
        "What does it cost?",
        "person",
        "yse",
        "bakc",
    ),
    *(
        "1 and 2",
        "1-3",
        "None of these",
        "DROP TABLE answers;",
        "%s {name} {{",
        "היי",
        "مرحبا",
        "I am a helper",
    ),
)
CODES = (
    "0",
    "1",
    "2",
    "7",
    "yes",
    "no",
    "done",
    "skip",
    "back",
    "why",
    "more",
    "keep",
    "keys",
    "unsure",
    "right",
)
COMMANDS = (
    *(
        "menu",
        "continue",
        "later",
        "start",
        "language:ja",
        "language:en",
        "language:xx",
        "stop",
        "resume",
        "more",
    ),
    *(
        "consents",
        "take_back:health",
        "take_back:messages",
        "take_back:channel",
        "take_back:voice",
        "voice:yes",
    ),
    *(
        "voice:no",
        "change:2",
        "change:9",
        "change:p1",
        "people",
        "invite_helper",
        "invite_patient",
        "elsewhere",
    ),
    *("relation:child", "end_help:x", "clock:yes", "clock:no", "clock:skip", "faq", "person", "emergency"),
    *("privacy", "file", "use_again", "withdraw:", "dance"),
)
FINAL = ("withdraw:health", "withdraw:abroad", "withdraw:messages", "withdraw:channel", "end_help_now")
WAITS = (
    *(timedelta(seconds=1), timedelta(minutes=20), timedelta(hours=7), timedelta(days=1), timedelta(days=2)),
    *(
        timedelta(days=9),
        timedelta(days=35),
        timedelta(days=200),
        timedelta(seconds=-90),
        timedelta(hours=-2),
    ),
)
EVENTS = (
    *(Started(), Started(language="ja"), Started("unknown-code"), Unusable("sticker"), Edited("m1", "no")),
    *(ContactStopped("blocked"), ContactResumed(), Other("typing")),
)
FILES = (
    *(SentDocument("ref", FileKind.VOICE, "", "audio/ogg", 4000), SentDocument("ref", FileKind.PHOTO)),
    SentDocument("ref", FileKind.DOCUMENT, "a" * 300 + ".pdf", "application/pdf", 10_000),
    SentDocument(
        "ref", FileKind.DOCUMENT, "x.exe", "application/x-msdownload", 10**12, caption="I can't breathe"
    ),
    SentDocument("ref", FileKind.AUDIO, "song.mp3", "audio/mpeg", None),
)
KINDS = (
    *("answer",) * 24,
    *("tap",) * 8,
    *("old",) * 5,
    *("say",) * 9,
    *("label",) * 4,
    *("typo",) * 4,
    *("number",) * 2,
    *("command",) * 5,
    *(
        "final",
        "forged",
        "twice",
        "again",
        "file",
        "file",
        "event",
        "event",
        "join",
        "fetched",
        "wait",
        "wait",
    ),
)
actions = st.tuples(
    st.sampled_from(KINDS), st.sampled_from((0, 0, 0, 1)), st.integers(0, 255), st.integers(0, 255)
)


def picked(options, number):
    return options[number % len(options)]


def buttons(house, who, ago=0):
    """Return the choices and the keys of the newest message that has any, or of one before it."""
    shown = [body for body in house.past.heard[who] if body.choices or body.keys]
    if not shown:
        return (), ()
    body = shown[-1 - ago % len(shown)]
    return body.choices, body.keys


def typed_answer(house, who, number):
    """Return words that fit the open question, where there is nothing to tap."""
    case = house.case(who)
    asked = case.contact.dialogue.asked if case else None
    response = case.response(case.contact.dialogue.response) if asked else None
    if response is None:
        return "hello"
    form = house.around.protocol.questionnaire(response.questionnaire, response.version)
    match form.item(asked.link_id).type:
        case ItemType.DATE:
            return picked(("3 March 1950", "2019", "May 2021"), number)
        case ItemType.INTEGER | ItemType.DECIMAL | ItemType.QUANTITY:
            return str(1 + number % 90)
        case _:
            return picked(("Germany", "Ann Example", "Germany"), number)


def answer(house, who, number, more=0):
    """Return what somebody does who goes on: a choice, Done where something is ticked, fitting words."""
    choices, keys = buttons(house, who)
    done = [key for key in keys if key.data.endswith(":done")]
    if done and any(choice.picked for choice in choices) and more % 2 == 0:
        return Chose(done[0].data)
    if choices:
        return Chose(picked(choices, number).data)
    skip = [key for key in keys if key.data.endswith((":skip", ":done"))]
    if skip and number % 3 == 0:
        return Chose(skip[0].data)
    return Said(typed_answer(house, who, number))


def misspelt(label, seed):
    """Return a label as a trembling hand types it."""
    chance, letters = Random(seed), list(label)
    for _ in range(1 + seed % 2):
        place = chance.randrange(len(letters) or 1)
        match chance.randrange(4) if letters else 4:
            case 0:
                letters.insert(place, letters[place])
            case 1:
                del letters[place]
            case 2:
                letters[place : place + 2] = reversed(letters[place : place + 2])
            case 3:
                letters[place] = letters[place].upper()
    return "".join(letters)


def happening(house, kind, who, number, more):
    """Return what a drawn action means at this point of the conversation; None if it means nothing."""
    match kind:
        case "answer":
            return answer(house, who, number, more)
        case "say":
            return Said(picked(WORDS, number))
        case "number":
            return Said(str(number % 12))
        case "command":
            return Chose(f"c:{picked(COMMANDS, number)}")
        case "file":
            return picked(FILES, number)
        case "event":
            return picked(EVENTS, number)
        case "final" | "forged":
            return _behind_the_buttons(house.case(who), kind, number, more)
        case "join":
            return Started(house.past.codes[-1]) if house.past.codes else None
        case "fetched":
            documents = house.past.documents
            return Fetched(documents.pop(), more % 2 == 0, "too large") if documents else None
        case _:
            return _about_a_button(house, kind, who, number, more)


def _about_a_button(house, kind, who, number, more):
    shown = [one for part in buttons(house, who, more if kind == "old" else 0) for one in part]
    if not shown:
        return None
    button = picked(shown, number)
    match kind:
        case "label":
            return Said(button.label)
        case "typo":
            return Said(misspelt(button.label, more))
        case _:
            return Chose(button.data)


def _behind_the_buttons(case, kind, number, more):
    """Return a tap on a button that is not shown here, or never was."""
    if kind == "forged":
        responses = case.responses if case else ()
        instance = () if more % 3 else (0,)
        places = [answer_data(one.id, number, instance, picked(CODES, more)) for one in responses]
        return Chose(picked(places, more)) if places else None
    name = picked(FINAL, number)
    if name != "end_help_now":
        return Chose(f"c:{name}")
    return Chose(command_data(name, case.others[0].id)) if case and case.others else None
