"""Ticks under a safety question count, also where somebody leaves it without Done."""

from collections.abc import Callable

from handlers.core.frozen import replace
from handlers.core.messages import Phrase
from handlers.core.moving import fresh, open_stop, picked_values, store, with_answers, with_dialogue
from handlers.core.showing import in_short
from handlers.core.turn import Scene, Turn


def ticked(scene: Scene) -> Turn | None:
    """Return the turn that stores what is ticked under the open safety question, None if nothing is."""
    stop = open_stop(scene)
    if stop is None or stop[0].link_id not in scene.red or not stop[0].repeats:
        return None
    # A limit on how many may be ticked must not hold back a danger sign.
    values = picked_values(scene, stop) if scene.dialogue.picked else ()
    if not values:
        return None
    said = Phrase("chat.you_said", {"answer": in_short(scene, stop[0], values)})
    return store(scene, stop, values, first=(said,))


def leaving(scene: Scene, go: Callable[[Scene], Turn]) -> Turn:
    """Go elsewhere, but first store what is ticked under the open safety question."""
    stored = ticked(scene)
    if stored is None:
        return go(scene)
    turn = go(with_answers(with_dialogue(scene, fresh(scene.dialogue)), stored.answers))
    return replace(turn, puts=(*stored.puts, *turn.puts), drops=(*stored.drops, *turn.drops))
