"""A Yes or No to our own question: whether that is right, whether an answer is to change."""

from handlers.core import codec
from handlers.core.case import Confirm, ConfirmKind
from handlers.core.frozen import replace
from handlers.core.messages import Phrase
from handlers.core.moving import ask_again, open_stop, stop_of, store, with_dialogue
from handlers.core.path import Stop
from handlers.core.taking import go_on, refused, take
from handlers.core.turn import Scene, Turn


def resolve(scene: Scene, *, yes: bool) -> Turn:
    """Take a Yes or No to the confirmation that stands open."""
    confirm = scene.dialogue.confirm
    if confirm is None or confirm.slot is None:
        return go_on(scene)
    without = with_dialogue(scene, replace(scene.dialogue, confirm=None))
    stop = stop_of(scene, confirm.slot)
    if stop is None:
        return go_on(without, Phrase("chat.not_asked_now"))
    if yes:
        return _confirmed(without, stop, confirm)
    if open_stop(without) == stop:
        return refused(without, stop)
    return go_on(without, Phrase("chat.stays"))


def _confirmed(scene: Scene, stop: Stop, confirm: Confirm) -> Turn:
    if not confirm.value:
        return ask_again(scene, stop[1])
    values = codec.decode_values(confirm.value)
    if confirm.kind is ConfirmKind.CHANGE_OLD:
        return store(scene, stop, values, first=(Phrase("chat.changed"),))
    return take(scene, stop, values, sure=True)
