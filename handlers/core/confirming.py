"""A Yes or No to our own question: whether that is right, whether an answer is to change."""

from handlers.core import codec
from handlers.core.frozen import replace
from handlers.core.messages import Phrase
from handlers.core.moving import ask_again, open_stop, stop_of, store, with_dialogue
from handlers.core.path import Stop
from handlers.core.pending import Confirm, ConfirmKind
from handlers.core.taking import ask_whether, go_on, missed, refused, take
from handlers.core.turn import Scene, Turn

_ASKED = {ConfirmKind.READ_BACK: "chat.read_back", ConfirmKind.UNSURE_MATCH: "chat.did_you_mean"}


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


def unread(scene: Scene, stop: Stop, confirm: Confirm, reason: Phrase) -> Turn:
    """Ask once more whether it is right after words that are no Yes, no No and no other answer.

    The scene has left the confirmation. The second time the question itself is asked again, with `reason`.
    """
    key = _ASKED.get(confirm.kind)
    if key is None or confirm.slot != stop[1] or scene.dialogue.misses:
        return missed(scene, stop, reason)
    turn = ask_whether(scene, stop, codec.decode_values(confirm.value), confirm.kind, key)
    unclear = Phrase("chat.not_understood.boolean")
    says = tuple(replace(say, texts=(unclear, *say.texts)) for say in turn.says)
    return replace(turn, says=says, dialogue=replace(turn.dialogue, misses=1))


def _confirmed(scene: Scene, stop: Stop, confirm: Confirm) -> Turn:
    if not confirm.value:
        return ask_again(scene, stop[1])
    values = codec.decode_values(confirm.value)
    if confirm.kind is ConfirmKind.CHANGE_OLD:
        return store(scene, stop, values, first=(Phrase("chat.changed"),))
    return take(scene, stop, values, sure=True)
