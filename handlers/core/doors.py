"""The side doors of a question: Skip, Back, Why, Done, Keep, More, and "Yes, one of these"."""

from handlers.core.asking import doors_only, is_adding, question
from handlers.core.frozen import replace
from handlers.core.messages import Phrase, Say
from handlers.core.moving import (
    advance,
    ask_again,
    current,
    fresh,
    open_stop,
    path_of,
    picked_values,
    store,
    unchanged,
    with_dialogue,
)
from handlers.core.pads import cells_here, open_pad, pad_of, page_above, page_after
from handlers.core.pages import is_overview, page_count
from handlers.core.path import Stop, is_asked
from handlers.core.questionnaire import ItemType
from handlers.core.showing import why_text
from handlers.core.taking import go_on, missed, take
from handlers.core.ticks import leaving, ticked
from handlers.core.turn import Scene, Turn
from handlers.core.values import Absent


def skip(scene: Scene) -> Turn:
    """Leave the open question without an answer."""
    stop = open_stop(scene)
    if stop is None:
        return go_on(scene)
    item = stop[0]
    if item.type is ItemType.GROUP:
        return store(scene, stop, (False,))
    if is_adding(scene):
        return done(scene, stop)
    if (stored := ticked(scene)) is not None:
        return stored
    if not item.skippable:
        return unchanged(scene, question(scene, stop, first=(Phrase("chat.cannot_skip"),)))
    return store(scene, stop, (), absent=Absent.SKIPPED, first=(Phrase("chat.you_skipped"),))


def back(scene: Scene) -> Turn:
    """Show the page before the open one, else ask the question before the open one again."""
    if scene.dialogue.page and (turn := _page_before(scene)) is not None:
        return turn
    path = [stop for stop in path_of(scene) if is_asked(stop)]
    stop = current(scene, path)
    before = path[: path.index(stop)] if stop else path
    answered = [slot for _, slot in before if slot in scene.response.answers]
    if not answered and scene.follows:
        return leaving(scene, lambda left: replace(unchanged(left), before=True))
    if not answered:
        return go_on(scene, Phrase("chat.first_question"))
    return leaving(scene, lambda left: ask_again(left, answered[-1]))


def unsure(scene: Scene, stop: Stop) -> Turn:
    """Note that they are not sure: that is an answer to staff, and no value."""
    said = Phrase("chat.you_said", {"answer": Phrase("chat.button.unsure")})
    return store(scene, stop, (), absent=Absent.UNKNOWN, first=(said,))


def pad_page(scene: Scene, stop: Stop, page: int) -> Turn:
    """Show another page of the pad."""
    if page == scene.dialogue.page or pad_of(scene, stop[0], page) is None:
        return unchanged(scene)
    scene = with_dialogue(scene, replace(scene.dialogue, page=page, asked=stop[1], confirm=None))
    return unchanged(scene, question(scene, stop))


def why(scene: Scene) -> Turn:
    """Say why the open question is asked, and ask it again."""
    stop = open_stop(scene)
    if stop is None:
        return go_on(scene)
    return unchanged(scene, question(scene, stop, first=(why_text(scene, stop[0]),)))


def done(scene: Scene, stop: Stop) -> Turn:
    """End a question that takes several answers."""
    item = stop[0]
    if is_adding(scene):
        return _enough(scene, stop)
    if not (item.repeats and item.options):
        return _no_such_door(scene, stop)
    values = picked_values(scene, stop)
    if not values:
        return unchanged(scene, question(scene, stop, first=(Phrase("chat.pick_first"),)))
    return take(scene, stop, values, echo=True)


def keep(scene: Scene, stop: Stop) -> Turn:
    """Leave the present answer as it is, or take the suggested one."""
    item, slot = stop
    answer = scene.response.answers.get(slot)
    if answer is not None:
        return advance(with_dialogue(scene, fresh(scene.dialogue)))
    if not item.initial:
        return _no_such_door(scene, stop)
    return take(scene, stop, item.initial, sure=True, echo=True)


def next_page(scene: Scene, stop: Stop, target: int | None = None) -> Turn:
    """Show another page of the options; the one after this if `target` is None."""
    item = stop[0]
    if (pad := open_pad(scene, item)) is not None:
        return pad_page(scene, stop, page_after(scene.dialogue.page, cells_here(scene, item, pad)[1]))
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


def _no_such_door(scene: Scene, stop: Stop) -> Turn:
    """Ask again: somebody typed the label of a button that this question does not have."""
    return missed(scene, stop, Phrase("chat.not_understood.any"))


def _page_before(scene: Scene) -> Turn | None:
    stop = open_stop(scene)
    pad = open_pad(scene, stop[0]) if stop is not None else None
    above = page_above(pad, scene.dialogue.page) if pad is not None else None
    return pad_page(scene, stop, above) if stop is not None and above is not None else None


def _enough(scene: Scene, stop: Stop) -> Turn:
    item, slot = stop
    answer = scene.response.answers.get(slot)
    least = item.constraints.min_occurs or 1
    if answer is not None and len(answer.values) < least:
        return missed(scene, stop, Phrase("chat.check.too_few", {"least": str(least)}))
    return advance(with_dialogue(scene, fresh(scene.dialogue)))
