"""What the timeline shows of an inbound event: typed words, or the label of the tapped button."""

from handlers.core.buttons import command_data, read_data
from handlers.core.events import Chose, Edited, Event, Said, SentDocument
from handlers.core.messages import Phrase
from handlers.core.pads import label_of as label_on_pad
from handlers.decision import Decision
from handlers.labels import command_meant, is_stop
from handlers.scenes import questionnaire_of
from handlers.wording import Wording, language_of

SIDE_DOORS = frozenset(
    {"done", "skip", "back", "why", "more", "unsure", "keep", "yes", "no", "right", "wrong", "keys"}
)


def heard_text(decision: Decision, event: Event) -> str:
    """Return what the person said or tapped, in their language; typed words only with consent."""
    match event.what:
        case Said(text=text) | Edited(text=text):
            return text if decision.keeps_words() else ""
        case SentDocument(caption=caption):
            return caption if decision.keeps_words() else ""
        case Chose(data=data):
            phrase = label_of(decision, data)
            return Wording(decision.case, decision.world).phrase(phrase) if phrase else ""
        case _:
            return ""


def typed_words(event: Event) -> str:
    """Return the words in an event, whatever they belong to: danger is heard everywhere."""
    match event.what:
        case Said(text=text) | Edited(text=text):
            return text
        case SentDocument(caption=caption):
            return caption
        case _:
            return ""


def command_heard(decision: Decision, event: Event) -> tuple[str, str]:
    """Return the command that was typed or tapped, and its argument; empty where there is none."""
    match event.what:
        case Said(text=text):
            return command_meant(decision, text) or "", ""
        case Chose(data=data):
            kind, _, rest = data.partition(":")
            name, _, argument = rest.partition(":")
            return (name, argument) if kind == "c" else ("", "")
        case _:
            return "", ""


def says_stop(decision: Decision, event: Event) -> bool:
    """Say whether an event is a STOP: typed in any language, under a picture, tapped at an opening."""
    match event.what:
        case Said(text=text) | Edited(text=text) | SentDocument(caption=text):
            return is_stop(decision, text)
        case Chose(data=data):
            return data == command_data("stop") or (data.startswith("f:") and data.endswith(":stop"))
        case _:
            return False


def label_of(decision: Decision, data: str) -> Phrase | None:
    """Return the label of a button of ours by its id, or None if it is not one of ours."""
    kind, _, rest = data.partition(":")
    name, _, argument = rest.partition(":")
    if kind == "a":
        return _option_label(decision, data)
    if kind == "f":
        return _known(decision, f"talk.button.{argument}")
    return _known(decision, f"talk.button.{name}") if kind == "c" and not argument else None


def _known(decision: Decision, key: str) -> Phrase | None:
    catalog = decision.world.catalogs.get(language_of(decision.case, decision.world))
    return Phrase(key) if catalog.has(key) else None


def _option_label(decision: Decision, data: str) -> Phrase | None:
    parsed = read_data(data)
    response = decision.case.response(parsed.response) if parsed else None
    if parsed is None or response is None:
        return None
    if parsed.code in SIDE_DOORS:
        return Phrase(f"chat.button.{parsed.code}")
    questionnaire = questionnaire_of(decision.world.protocol, response)
    item = questionnaire.at(parsed.index)
    if item is not None and (label := label_on_pad(item, parsed.code, parsed.tag)) is not None:
        return label
    if item is None or not parsed.code.isdecimal() or int(parsed.code) >= len(item.options):
        return None
    option = item.options[int(parsed.code)]
    return Phrase(questionnaire.text_key(item, f"option:{option.code}"), default=option.label)
