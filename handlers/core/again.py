"""A question that was not understood, asked again: with the reason, then with help, then with a person.

Options stand in it once: as buttons, and as numbered lines only where a channel hides them behind a
button of its own (a list on WhatsApp).
"""

from handlers.core.asking import PERSON_AT, question
from handlers.core.frozen import replace
from handlers.core.messages import Phrase, Say
from handlers.core.pages import shown_options
from handlers.core.path import Stop
from handlers.core.questionnaire import Item, ItemType
from handlers.core.turn import Scene

_HELP_AT = 2
_MISS = "chat.not_understood."
_EXAMPLE = "chat.not_understood.example"


def asked_again(scene: Scene, stop: Stop, reason: Phrase) -> Say:
    """Return the question after as many misses in a row as the dialogue holds, the last for `reason`."""
    item, misses = stop[0], scene.dialogue.misses
    first = [_localized(scene, item, reason)]
    if misses == _HELP_AT and reason.key.startswith(_MISS):
        first += _help(scene, item)
    if misses >= PERSON_AT:
        first.append(_person(item))
    say = question(scene, stop, first=first, listed=misses >= _HELP_AT and _hides_options(scene, item))
    # The example stands in the reason already.
    return replace(say, hint=None) if reason.key == _EXAMPLE else say


def _localized(scene: Scene, item: Item, reason: Phrase) -> Phrase:
    if reason.key != _EXAMPLE:
        return reason
    example = Phrase(scene.questionnaire.text_key(item, "example"), default=item.example)
    return replace(reason, values={"example": example})


def _help(scene: Scene, item: Item) -> list[Phrase]:
    options = shown_options(scene, item)
    if options:
        return [Phrase("chat.help.options", {"last": str(len(options))})]
    if item.type in {ItemType.BOOLEAN, ItemType.GROUP}:
        return [Phrase("chat.help.yes_no")]
    return [] if item.type is ItemType.ATTACHMENT else [Phrase("chat.help.only_the_answer")]


def _person(item: Item) -> Phrase:
    key = (
        "chat.ask_person_or_skip" if item.skippable and item.type is not ItemType.GROUP else "chat.ask_person"
    )
    return Phrase(key, {"button": Phrase("chat.button.person")})


def _hides_options(scene: Scene, item: Item) -> bool:
    """Say whether the channel shows so many options only behind a button of its own."""
    room = scene.limits.buttons - (1 if item.repeats else 0)
    return len(shown_options(scene, item)) > room
