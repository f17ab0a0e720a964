"""Which texts of a questionnaire were shown already, where the dialogue about it is a new one."""

from handlers.core.case import ResponseStatus
from handlers.core.frozen import replace
from handlers.core.headings import heading_keys
from handlers.core.path import Stop, is_asked, slots
from handlers.core.questionnaire import ItemType
from handlers.core.turn import Scene


def with_seen(scene: Scene) -> Scene:
    """Return the scene with a dialogue that knows the texts before the last answer.

    Who comes back to change an answer reads only what that change brings up. Of a finished
    response all texts on the path were shown.
    """
    if scene.dialogue.seen or not scene.response.answers:
        return scene
    passed = _passed(scene, slots(scene.questionnaire, scene.known, scene.calculated))
    shown = [str(slot) for item, slot in passed if item.type is ItemType.DISPLAY]
    headings = [key for item, slot in passed for key in heading_keys(scene.questionnaire, item, slot)]
    return replace(scene, dialogue=replace(scene.dialogue, seen=tuple(dict.fromkeys([*headings, *shown]))))


def _passed(scene: Scene, path: list[Stop]) -> list[Stop]:
    if scene.response.status is not ResponseStatus.IN_PROGRESS:
        return path
    answered = [n for n, stop in enumerate(path) if is_asked(stop) and stop[1] in scene.response.answers]
    return path[: answered[-1]] if answered else []
