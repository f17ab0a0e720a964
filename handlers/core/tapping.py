"""What a tap on one of our buttons means: on the open question, or on an older one."""

from dataclasses import replace

from handlers.core import codec
from handlers.core.asking import (
    doors_only,
    is_adding,
    is_overview,
    page_count,
    question,
    shown_options,
)
from handlers.core.buttons import ParsedButton, mark
from handlers.core.case import Confirm, ConfirmKind
from handlers.core.messages import Phrase, Say
from handlers.core.moving import advance, ask_again, current, fresh, path_of, store, unchanged, with_dialogue
from handlers.core.path import Stop, is_asked
from handlers.core.questionnaire import Item, ItemType, Option
from handlers.core.showing import why_text
from handlers.core.taking import ask_whether, go_on, missed, refused, take
from handlers.core.turn import Scene, Turn
from handlers.core.values import Absent, Slot, Value

_UNSURE_CODES = frozenset({"ns", "unsure", "unknown", "dk"})


def tapped(scene: Scene, button: ParsedButton) -> Turn:
    """Return what a tap leads to; one that says nothing new leads to nothing."""
    item = scene.questionnaire.at(button.index)
    if item is None:
        return unchanged(scene)
    slot = Slot(item.link_id, button.instance)
    if button.code in {"right", "wrong"}:
        return _confirm_tapped(scene, slot, button)
    path = path_of(scene)
    stop = next((each for each in path if each[1] == slot and is_asked(each)), None)
    open_ = current(scene, path)
    if stop is None:
        return _gone(scene, item, slot, button)
    if open_ is not None and open_[1] == slot:
        return _on_open(scene, stop, button)
    return _on_other(scene, stop, button)


def resolve(scene: Scene, *, yes: bool) -> Turn:
    """Take a Yes or No to the confirmation that stands open."""
    confirm = scene.dialogue.confirm
    if confirm is None or confirm.slot is None:
        return go_on(scene)
    without = with_dialogue(scene, replace(scene.dialogue, confirm=None))
    path = path_of(scene)
    stop = next((each for each in path if each[1] == confirm.slot and is_asked(each)), None)
    if stop is None:
        return go_on(without, Phrase("chat.not_asked_now"))
    if yes:
        return _confirmed(without, stop, confirm)
    if current(without, path) == stop:
        return refused(without, stop)
    return go_on(without, Phrase("chat.stays"))


def skip(scene: Scene) -> Turn:
    """Leave the open question without an answer."""
    stop = current(scene, path_of(scene))
    if stop is None:
        return go_on(scene)
    item = stop[0]
    if item.type is ItemType.GROUP:
        return store(scene, stop, (False,))
    if is_adding(scene):
        return done(scene, stop)
    if not item.skippable:
        return unchanged(scene, question(scene, stop, first=(Phrase("chat.cannot_skip"),)))
    return store(scene, stop, (), absent=Absent.SKIPPED, first=(Phrase("chat.you_skipped"),))


def back(scene: Scene) -> Turn:
    """Ask the question before the open one again."""
    path = [stop for stop in path_of(scene) if is_asked(stop)]
    stop = current(scene, path)
    before = path[: path.index(stop)] if stop else path
    answered = [slot for _, slot in before if slot in scene.response.answers]
    if not answered:
        return go_on(scene, Phrase("chat.first_question"))
    return ask_again(scene, answered[-1])


def why(scene: Scene) -> Turn:
    """Say why the open question is asked, and ask it again."""
    stop = current(scene, path_of(scene))
    if stop is None:
        return go_on(scene)
    return unchanged(scene, question(scene, stop, first=(why_text(scene, stop[0]),)))


def done(scene: Scene, stop: Stop) -> Turn:
    """End a question that takes several answers."""
    item = stop[0]
    if is_adding(scene):
        return _enough(scene, stop)
    if not (item.repeats and item.options):
        return unchanged(scene)
    values = picked_values(scene, stop)
    if not values:
        return unchanged(scene, question(scene, stop, first=(Phrase("chat.pick_first"),)))
    return take(scene, stop, values, echo=True)


def picked_values(scene: Scene, stop: Stop) -> tuple[Value, ...]:
    """Return the options ticked so far, in the order of the list, and own words given earlier."""
    item, slot = stop
    ticked = [option.value for option in item.options if option.code in scene.dialogue.picked]
    answer, listed = scene.response.answers.get(slot), [option.value for option in item.options]
    own = [value for value in answer.values if value not in listed] if answer else []
    return tuple(ticked + own)


def next_page(scene: Scene, stop: Stop, target: int | None = None) -> Turn:
    """Show another page of the options; the one after this if `target` is None."""
    item = stop[0]
    pages, page = page_count(scene, item), scene.dialogue.page
    if pages == 1 or is_overview(scene, item):
        return unchanged(scene, doors_only(scene, stop))
    lowest = 1 if item.link_id in scene.red else 0
    target = lowest + (page - lowest + 1) % pages if target is None else target
    if target == page or not lowest <= target < lowest + pages:
        return unchanged(scene)
    scene = with_dialogue(scene, replace(scene.dialogue, page=target, asked=stop[1]))
    return unchanged(scene, question(scene, stop))


def one_of_these(scene: Scene, stop: Stop) -> Turn:
    """After "Yes, one of these" to a safety question: the card at once, then the list."""
    scene = with_dialogue(scene, replace(scene.dialogue, page=1, asked=stop[1], confirm=None))
    card = Say((Phrase("cards.red"),), card=True, about=stop[1].link_id)
    return unchanged(scene, card, question(scene, stop))


def _confirm_tapped(scene: Scene, slot: Slot, button: ParsedButton) -> Turn:
    confirm = scene.dialogue.confirm
    if confirm is None or confirm.slot != slot or button.tag != mark(slot, confirm.value):
        return unchanged(scene)
    return resolve(scene, yes=button.code == "right")


def _confirmed(scene: Scene, stop: Stop, confirm: Confirm) -> Turn:
    if not confirm.value:
        return ask_again(scene, stop[1])
    values = codec.decode_values(confirm.value)
    if confirm.kind is ConfirmKind.CHANGE_OLD:
        return store(scene, stop, values, first=(Phrase("chat.changed"),))
    return take(scene, stop, values, sure=True)


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
        case "skip":
            return skip(scene)
        case "back":
            return back(scene)
        case "why":
            return why(scene)
        case "done":
            return done(scene, stop)
        case "keep":
            return _keep(scene, stop)
        case "more":
            return next_page(scene, stop, int(button.tag, 16) if button.tag else None)
        case "keys":
            return unchanged(scene, doors_only(scene, stop))
        case "yes" if is_overview(scene, stop[0]):
            return one_of_these(scene, stop)
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
    if value is None:
        return unchanged(scene)
    answer = scene.response.answers.get(slot)
    if answer is None:
        scene = with_dialogue(scene, fresh(scene.dialogue, asked=slot))
        return _on_open(scene, stop, button)
    if value in answer.values:
        return unchanged(scene)
    if item.repeats and item.options:
        return ask_whether(scene, stop, (), ConfirmKind.CHANGE_OLD, "chat.change_question")
    return ask_whether(scene, stop, (value,), ConfirmKind.CHANGE_OLD, "chat.change_to")


def _late_alarm(scene: Scene, stop: Stop) -> Turn:
    # A danger sign is taken at once, whatever is open: asking first would cost time.
    turn = ask_again(scene, stop[1])
    return one_of_these(with_dialogue(scene, turn.dialogue), stop)


def _keep(scene: Scene, stop: Stop) -> Turn:
    item, slot = stop
    answer = scene.response.answers.get(slot)
    if answer is not None:
        return advance(with_dialogue(scene, fresh(scene.dialogue)))
    if not item.initial:
        return unchanged(scene)
    return take(scene, stop, item.initial, sure=True, echo=True)


def _enough(scene: Scene, stop: Stop) -> Turn:
    item, slot = stop
    answer = scene.response.answers.get(slot)
    least = item.constraints.min_occurs or 1
    if answer is not None and len(answer.values) < least:
        return missed(scene, stop, Phrase("chat.check.too_few", {"least": str(least)}))
    return advance(with_dialogue(scene, fresh(scene.dialogue)))


def _value(scene: Scene, item: Item, button: ParsedButton) -> Value | None:
    """Return the value that a button stands for, None for side doors and for what is not there."""
    if button.code in {"yes", "no"} and item.type in {ItemType.BOOLEAN, ItemType.GROUP}:
        return button.code == "yes"
    shown = shown_options(scene, item)
    if button.code == "unsure":
        return next((option.value for option in shown if option.code in _UNSURE_CODES), None)
    if not button.code.isdecimal() or int(button.code) >= len(item.options):
        return None
    option = item.options[int(button.code)]
    return option.value if option in shown else None
