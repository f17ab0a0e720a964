"""One step of a questionnaire: from what was said or tapped to what follows from it.

Pure: a `Scene` in, a `Turn` out. Whatever is heard, a step ends with a question, with an
explanation or with the end; a tap that says nothing new leads to a turn without a word.
"""

from typing import assert_never

from handlers.core import confirming, doors, tapping
from handlers.core.buttons import ParsedButton, read_data
from handlers.core.case import Dialogue
from handlers.core.events import Chose, Said
from handlers.core.frozen import replace
from handlers.core.messages import Phrase
from handlers.core.moving import ask_again, open_stop, path_of, picked_values, store, unchanged
from handlers.core.pads import open_pad, takes_unsure, typed_cell
from handlers.core.pages import is_overview, none_option
from handlers.core.path import Stop
from handlers.core.pending import ConfirmKind
from handlers.core.questionnaire import Item, ItemType
from handlers.core.seen import with_seen
from handlers.core.showing import summary_line, today
from handlers.core.taking import ask_whether, go_on, missed, take
from handlers.core.ticks import leaving
from handlers.core.turn import Scene, Turn
from handlers.core.understanding import (
    Likely,
    NotUnderstood,
    Outcome,
    Understood,
    check_file,
    command_in,
    understand,
)
from handlers.core.understanding.folding import fold
from handlers.core.understanding.numbers import LONGEST_NUMBER
from handlers.core.values import Absent, FileRef, Slot, Value

__all__ = [
    "back",
    "begin",
    "numbered",
    "receive_file",
    "receive_voice",
    "revise",
    "skip",
    "step",
    "summary_line",
    "why",
]

_IN_OWN_WORDS = frozenset({ItemType.STRING, ItemType.TEXT, ItemType.OPEN_CHOICE})
_OF_NUMBERS = frozenset({ItemType.INTEGER, ItemType.DECIMAL, ItemType.QUANTITY})


def begin(scene: Scene) -> Turn:
    """Open or resume: show the texts that are due, then ask the open question."""
    return go_on(_own(scene))


def step(scene: Scene, heard: Said | Chose) -> Turn:
    """Take typed words or a tap, and return what follows."""
    scene = _own(scene)
    match heard:
        case Said(text=text):
            return _said(scene, text)
        case Chose(data=data):
            button = read_data(data)
            ours = button is not None and button.response == scene.response.id
            return tapping.tapped(scene, button) if button and ours else unchanged(scene)
        case unreachable:
            assert_never(unreachable)


def skip(scene: Scene) -> Turn:
    """Leave the open question without an answer."""
    return doors.skip(_own(scene))


def back(scene: Scene) -> Turn:
    """Ask the question before the open one again."""
    return doors.back(_own(scene))


def why(scene: Scene) -> Turn:
    """Say why the open question is asked, and ask it again."""
    return doors.why(_own(scene))


def revise(scene: Scene, slot: Slot) -> Turn:
    """Ask an earlier question again."""
    return leaving(_own(scene), lambda left: ask_again(left, slot))


def numbered(scene: Scene) -> list[tuple[int, Item, Slot]]:
    """Return the answered questions on the path, numbered from 1 as the summary shows them."""
    answers = scene.response.answers
    answered = [(item, slot) for item, slot in path_of(scene) if item.is_question and slot in answers]
    return [(number, item, slot) for number, (item, slot) in enumerate(answered, start=1)]


def receive_file(scene: Scene, file: FileRef, *, size: int | None = None) -> Turn:
    """Take a file as the answer to the open question; a turn without a word if none is asked for."""
    scene = _own(scene)
    stop = open_stop(scene)
    if stop is None or stop[0].type is not ItemType.ATTACHMENT:
        return unchanged(scene)
    reason = check_file(stop[0], mime=file.mime, size=size)
    return missed(scene, stop, reason) if reason else take(scene, stop, (file,))


def receive_voice(scene: Scene, file: FileRef) -> Turn:
    """Take a voice note as the answer to an open question in words; a turn without a word for any other.

    The answer says that it was spoken; what was said is in the file, for staff to hear.
    """
    scene = _own(scene)
    stop = open_stop(scene)
    if stop is None or not takes_voice(stop[0]):
        return unchanged(scene)
    return store(scene, stop, (file,), absent=Absent.VOICE, first=(Phrase("chat.voice_kept"),))


def takes_voice(item: Item) -> bool:
    """Say whether a voice note answers this question: one in their own words that may be left."""
    return item.type in _IN_OWN_WORDS and item.skippable and not (item.vocabulary or item.repeats)


def _own(scene: Scene) -> Scene:
    """Return the scene with a dialogue about this response that knows what was shown."""
    before = scene.dialogue
    if before.response == scene.response.id:
        return with_seen(scene)
    dialogue = Dialogue(
        response=scene.response.id,
        menu=before.menu,
        last_tap=before.last_tap,
        last_tap_at=before.last_tap_at,
    )
    return with_seen(replace(scene, dialogue=dialogue))


def _said(scene: Scene, text: str) -> Turn:
    stop, command = open_stop(scene), command_in(text, scene.words)
    if scene.dialogue.confirm is not None and (said := _yes_or_no(stop, command, text)) is not None:
        return confirming.resolve(scene, yes=said)
    if stop is None:
        return go_on(scene)
    waiting, scene = scene.dialogue.confirm, replace(scene, dialogue=replace(scene.dialogue, confirm=None))
    if waiting and command is None and (reason := _unread(scene, stop, text)):
        return confirming.unread(scene, stop, waiting, reason)
    if is_overview(scene, stop[0]) and command in {"yes", "no", "none"}:
        return _overview_said(scene, stop, yes=command == "yes")
    if stop[0].type is ItemType.GROUP:
        return _another_said(scene, stop, command)
    if not stop[0].options:
        return _obeyed(scene, stop, command) or _typed(scene, stop, text)
    outcome = _understood(scene, stop, text)
    if isinstance(outcome, Understood):
        return _heard(scene, stop, outcome)
    return _obeyed(scene, stop, command) or _heard(scene, stop, outcome)


def _yes_or_no(stop: Stop | None, command: str | None, text: str) -> bool | None:
    """Return whether they say Yes or No to "Is that right?", None for neither.

    1 and 2 are its two buttons, except where a number may be the answer itself, told anew.
    """
    if command in {"yes", "no"}:
        return command == "yes"
    is_of_numbers = stop is not None and stop[0].type in _OF_NUMBERS
    return None if is_of_numbers else {"1": True, "2": False}.get(fold(text[:LONGEST_NUMBER]))


def _unread(scene: Scene, stop: Stop, text: str) -> Phrase | None:
    """Return why typed words are no answer to the question, or None if they are one, or name a button."""
    outcome = _understood(scene, stop, text)
    if not isinstance(outcome, NotUnderstood) or typed_cell(scene, stop[0], text) is not None:
        return None
    return Phrase(outcome.key, outcome.values)


def _typed(scene: Scene, stop: Stop, text: str) -> Turn:
    """Take typed words; a day or a year alone means the button with that name, where one is shown."""
    outcome = _understood(scene, stop, text)
    cell = typed_cell(scene, stop[0], text) if isinstance(outcome, NotUnderstood) else None
    if cell is None:
        return _heard(scene, stop, outcome)
    item, slot = stop
    index = scene.questionnaire.order[item.link_id]
    button = ParsedButton(scene.response.id, index, slot.instance, cell.code, cell.tag)
    turn = tapping.tapped(scene, button)
    return _heard(scene, stop, outcome) if turn.is_silent else turn


def _obeyed(scene: Scene, stop: Stop, command: str | None) -> Turn | None:
    """Obey a typed command; None where it leads to nothing here: typed words are never met with silence."""
    turn = _by_command(scene, stop, command)
    return None if turn is None or turn.is_silent else turn


def _by_command(scene: Scene, stop: Stop, command: str | None) -> Turn | None:
    match command:
        case "skip":
            return doors.skip(scene)
        case "back":
            return doors.back(scene)
        case "why":
            return doors.why(scene)
        case "done" if stop[0].repeats:
            return doors.done(scene, stop)
        case "unsure" if takes_unsure(scene, stop[0]):
            return doors.unsure(scene, stop)
        case "more" if stop[0].options or open_pad(scene, stop[0]) is not None:
            return doors.next_page(scene, stop)
        case "keep" if stop[1] in scene.response.answers or stop[0].initial:
            return doors.keep(scene, stop)
        case "yes" if _is_suggested(scene, stop):
            return doors.keep(scene, stop)
        case _:
            return None


def _is_suggested(scene: Scene, stop: Stop) -> bool:
    """Say whether an answer is suggested that a Yes takes, because Yes is no answer itself."""
    item, slot = stop
    return bool(item.initial) and slot not in scene.response.answers and item.type is not ItemType.BOOLEAN


def _overview_said(scene: Scene, stop: Stop, *, yes: bool) -> Turn:
    if yes:
        return doors.one_of_these(scene, stop)
    none = none_option(stop[0])
    if none is None:
        return missed(scene, stop, Phrase("chat.not_understood.any"))
    return take(scene, stop, (none.value,), echo=True)


def _another_said(scene: Scene, stop: Stop, command: str | None) -> Turn:
    if command == "back":
        return doors.back(scene)
    if command in {"yes", "no", "skip", "done"}:
        return store(scene, stop, (command == "yes",))
    return missed(scene, stop, Phrase("chat.not_understood.boolean"))


def _understood(scene: Scene, stop: Stop, text: str) -> Outcome:
    item = stop[0]
    return understand(
        item,
        text,
        words=scene.words,
        questionnaire=scene.questionnaire,
        today=today(scene),
        allowed=scene.shown.get(item.link_id),
        vocabulary=scene.vocabulary.get(item.vocabulary),
        zone=scene.zone,
    )


def _heard(scene: Scene, stop: Stop, outcome: Outcome) -> Turn:
    item = stop[0]
    match outcome:
        case Understood(values):
            earlier = picked_values(scene, stop) if item.repeats and item.options else ()
            return take(scene, stop, _merged(item, earlier, values), echo=bool(item.options))
        case Likely(values):
            return ask_whether(scene, stop, values, ConfirmKind.UNSURE_MATCH, "chat.did_you_mean")
        case NotUnderstood(key, values):
            return missed(scene, stop, Phrase(key, values))
        case unreachable:
            assert_never(unreachable)


def _merged(item: Item, earlier: tuple[Value, ...], values: tuple[Value, ...]) -> tuple[Value, ...]:
    """Add typed options to the ticked ones, unless one of them stands alone."""
    alone = {option.value for option in item.options if option.exclusive}
    if alone.intersection((*earlier, *values)):
        return values
    return tuple(dict.fromkeys((*earlier, *values)))
