"""What a tap on one of our buttons means: on the open question, or on an older one."""

from collections.abc import Callable, Mapping
from types import MappingProxyType

from handlers.core import confirming, doors
from handlers.core.asking import doors_only, question
from handlers.core.buttons import ParsedButton, mark
from handlers.core.frozen import replace
from handlers.core.messages import Phrase, Say
from handlers.core.moving import ask_again, fresh, stands_open, stop_of, store, unchanged, with_dialogue
from handlers.core.pads import takes_unsure, value_of
from handlers.core.pages import UNSURE_CODES, is_overview, shown_options
from handlers.core.path import Stop
from handlers.core.pending import ConfirmKind
from handlers.core.questionnaire import Item, ItemType, Option
from handlers.core.showing import why_text
from handlers.core.taking import ask_whether, go_on, take
from handlers.core.ticks import leaving
from handlers.core.turn import Scene, Turn
from handlers.core.values import Slot, Value

_SIDE_DOORS: Mapping[str, Callable[[Scene], Turn]] = MappingProxyType(
    {"skip": doors.skip, "back": doors.back, "why": doors.why}
)


def tapped(scene: Scene, button: ParsedButton) -> Turn:
    """Return what a tap leads to; one that says nothing new leads to nothing."""
    item = scene.questionnaire.at(button.index)
    if item is None:
        return unchanged(scene)
    slot = Slot(item.link_id, button.instance)
    if button.code in {"right", "wrong"}:
        return _confirm_tapped(scene, slot, button)
    stop = stop_of(scene, slot)
    if stop is None:
        return _gone(scene, item, slot, button)
    if stands_open(scene, stop):
        return _on_open(scene, stop, button)
    return _on_other(scene, stop, button)


def _confirm_tapped(scene: Scene, slot: Slot, button: ParsedButton) -> Turn:
    confirm = scene.dialogue.confirm
    if confirm is None or confirm.slot != slot or button.tag != mark(slot, confirm.value):
        return unchanged(scene)
    return confirming.resolve(scene, yes=button.code == "right")


def _gone(scene: Scene, item: Item, slot: Slot, button: ParsedButton) -> Turn:
    if button.code == "why" or item.type is ItemType.DISPLAY:
        return unchanged(scene)
    value = _value(scene, item, button)
    answer = scene.response.answers.get(slot)
    if value is None or (answer is not None and value in answer.values):
        return unchanged(scene)
    return go_on(scene, Phrase("chat.not_asked_now"))


def _on_open(scene: Scene, stop: Stop, button: ParsedButton) -> Turn:
    match button.code:
        case "skip" | "back" | "why":
            return _SIDE_DOORS[button.code](scene)
        case "done":
            return doors.done(scene, stop)
        case "keep":
            return doors.keep(scene, stop)
        case "more":
            return doors.next_page(scene, stop, int(button.tag, 16) if button.tag else None)
        case "keys":
            return unchanged(scene, doors_only(scene, stop))
        case "page" if button.tag.isdecimal():
            return doors.pad_page(scene, stop, int(button.tag))
        case "unsure" if takes_unsure(scene, stop[0]):
            return doors.unsure(scene, stop)
        case "yes" if is_overview(scene, stop[0]):
            return doors.one_of_these(scene, stop)
        case _:
            return _answered(scene, stop, button)


def _answered(scene: Scene, stop: Stop, button: ParsedButton) -> Turn:
    item = stop[0]
    value = _value(scene, item, button)
    if value is None:
        return unchanged(scene)
    if item.repeats and item.options and not is_overview(scene, item):
        return _toggled(scene, stop, item.options[int(button.code)], off=button.tag == "0")
    if item.type is ItemType.GROUP:
        return store(scene, stop, (value,))
    return take(scene, stop, (value,), echo=True)


def _toggled(scene: Scene, stop: Stop, option: Option, *, off: bool) -> Turn:
    picked, item = scene.dialogue.picked, stop[0]
    if (option.code in picked) is not off:
        return unchanged(scene)
    if off:
        picked = tuple(code for code in picked if code != option.code)
    elif option.exclusive:
        picked = (option.code,)
    else:
        alone = {each.code for each in item.options if each.exclusive}
        picked = (*(code for code in picked if code not in alone), option.code)
        if len(picked) > (item.constraints.max_occurs or len(picked)):
            most = Phrase("chat.check.too_many", {"most": str(item.constraints.max_occurs)})
            return unchanged(scene, question(scene, stop, first=(most,)))
    scene = with_dialogue(
        scene, replace(scene.dialogue, picked=picked, asked=stop[1], confirm=None, misses=0)
    )
    return unchanged(scene, question(scene, stop))


def _on_other(scene: Scene, stop: Stop, button: ParsedButton) -> Turn:
    item, slot = stop
    if button.code == "why":
        return unchanged(scene, Say((why_text(scene, item),), about=slot.link_id))
    if button.code == "yes" and item.link_id in scene.red and item.options:
        return _late_alarm(scene, stop)
    value = _value(scene, item, button)
    leads_on = button.code == "page" or (button.code == "unsure" and takes_unsure(scene, item))
    if value is None and not leads_on:
        return unchanged(scene)
    answer = scene.response.answers.get(slot)
    if answer is None:
        return leaving(scene, lambda left: _asked_out_of_turn(left, stop, button))
    if value in answer.values:
        return unchanged(scene)
    if value is None or (item.repeats and item.options):
        return ask_whether(scene, stop, (), ConfirmKind.CHANGE_OLD, "chat.change_question")
    return ask_whether(scene, stop, (value,), ConfirmKind.CHANGE_OLD, "chat.change_to")


def _asked_out_of_turn(scene: Scene, stop: Stop, button: ParsedButton) -> Turn:
    return _on_open(with_dialogue(scene, fresh(scene.dialogue, asked=stop[1])), stop, button)


def _late_alarm(scene: Scene, stop: Stop) -> Turn:
    # A danger sign is taken at once, whatever is open: asking first would cost time.
    turn = ask_again(scene, stop[1])
    return doors.one_of_these(with_dialogue(scene, turn.dialogue), stop)


def _value(scene: Scene, item: Item, button: ParsedButton) -> Value | None:
    """Return the value that a button stands for, None for side doors and for what is not there."""
    if button.code in {"yes", "no"} and item.type in {ItemType.BOOLEAN, ItemType.GROUP}:
        return button.code == "yes"
    if button.code in {"set", "about"}:
        return value_of(item, button.code, button.tag)
    shown = shown_options(scene, item)
    if button.code == "unsure":
        return next((option.value for option in shown if option.code in UNSURE_CODES), None)
    if not button.code.isdecimal() or int(button.code) >= len(item.options):
        return None
    option = item.options[int(button.code)]
    return option.value if option in shown else None
