"""Taking an answer that was understood: checked, read back where asked for, stored; or asked again."""

from collections.abc import Sequence

from handlers.core import codec
from handlers.core.again import asked_again
from handlers.core.asking import confirmation, is_adding, question
from handlers.core.birth import birth_for
from handlers.core.case import Dialogue
from handlers.core.frozen import replace
from handlers.core.messages import Phrase
from handlers.core.moving import advance, store, store_and_stay, unchanged, with_dialogue
from handlers.core.path import Stop
from handlers.core.pending import Confirm, ConfirmKind
from handlers.core.questionnaire import Item, ItemType
from handlers.core.reading_back import reads_back
from handlers.core.showing import asked_text, in_short, today
from handlers.core.turn import Scene, Turn
from handlers.core.understanding import check
from handlers.core.values import Value


def take(
    scene: Scene, stop: Stop, values: tuple[Value, ...], *, sure: bool = False, echo: bool = False
) -> Turn:
    """Check the values, read them back where the item asks for it, store them and go on.

    `sure` means that they were confirmed already; `echo` that the next message says what was heard.
    """
    item = stop[0]
    values = _with_earlier(scene, stop, values)
    reason = _objection(scene, item, values)
    if reason is not None:
        return missed(scene, stop, reason)
    if not sure and reads_back(scene, item, values):
        return ask_whether(scene, stop, values, ConfirmKind.READ_BACK, "chat.read_back")
    if item.repeats and not item.options and len(values) < (item.constraints.max_occurs or len(values) + 1):
        return store_and_stay(scene, stop, values)
    said = (Phrase("chat.you_said", {"answer": in_short(scene, item, values)}),) if echo else ()
    return store(scene, stop, values, first=said)


def ask_whether(scene: Scene, stop: Stop, values: Sequence[Value], kind: ConfirmKind, key: str) -> Turn:
    """Ask whether these values are meant; a Yes takes them, the open question stays as it is."""
    confirm = Confirm(kind, scene.response.id, stop[1], codec.encode_values(values) if values else "")
    shown = {"question": asked_text(scene, *stop)}
    if values:
        shown["answer"] = in_short(scene, stop[0], values)
    say = confirmation(scene, confirm, stop, Phrase(key, shown))
    asked = scene.dialogue.asked if kind is ConfirmKind.CHANGE_OLD else stop[1]
    return unchanged(scene, say, dialogue=replace(scene.dialogue, confirm=confirm, asked=asked))


def missed(scene: Scene, stop: Stop, reason: Phrase) -> Turn:
    """Say why an answer could not be taken and ask again: plainly, then with help, then with a person."""
    dialogue = replace(_put(scene.dialogue, stop), misses=scene.dialogue.misses + 1)
    scene = with_dialogue(scene, dialogue)
    return unchanged(scene, asked_again(scene, stop, reason))


def refused(scene: Scene, stop: Stop) -> Turn:
    """Ask the open question again after a No to "Is that right?"."""
    return unchanged(
        scene,
        question(scene, stop, first=(Phrase("chat.asked_again"),)),
        dialogue=replace(_put(scene.dialogue, stop), misses=0),
    )


def go_on(scene: Scene, *first: Phrase) -> Turn:
    """Leave what waits for a Yes or No and ask what is open; ticks and pages stay."""
    return advance(with_dialogue(scene, replace(scene.dialogue, confirm=None)), first=first)


def _put(dialogue: Dialogue, stop: Stop) -> Dialogue:
    return replace(dialogue, asked=stop[1], confirm=None)


def _with_earlier(scene: Scene, stop: Stop, values: tuple[Value, ...]) -> tuple[Value, ...]:
    item, slot = stop
    before = scene.response.answers.get(slot)
    if not is_adding(scene) or before is None or item.options:
        return values
    return tuple(dict.fromkeys((*before.values, *values)))


def _objection(scene: Scene, item: Item, values: tuple[Value, ...]) -> Phrase | None:
    if item.type is ItemType.GROUP:
        return None
    if item.repeats and not item.options:
        # More may follow: the least number is asked for at Done.
        item = replace(item, constraints=replace(item.constraints, min_occurs=None))
    return check(item, values, today=today(scene), birth=birth_for(scene, item))
