"""Which answers are read back before they are stored."""

from handlers.core.comparing import compared
from handlers.core.questionnaire import Item, Operator
from handlers.core.turn import Scene
from handlers.core.values import Value


def reads_back(scene: Scene, item: Item, values: tuple[Value, ...]) -> bool:
    """Say whether these values are read back. Danger never is: that would cost time."""
    if not (item.confirm or item.confirm_answers or item.usual_min is not None or item.usual_max is not None):
        return False
    if scene.alarmed or item.link_id in scene.red:
        return False
    return item.confirm or any(_is_marked(item, value) or _is_unusual(item, value) for value in values)


def _is_marked(item: Item, value: Value) -> bool:
    if isinstance(value, bool):
        return ("yes" if value else "no") in item.confirm_answers
    option = item.option_of(value) if item.confirm_answers else None
    return option is not None and option.code in item.confirm_answers


def _is_unusual(item: Item, value: Value) -> bool:
    low, high = item.usual_min, item.usual_max
    is_low = low is not None and compared(value, Operator.LESS, low)
    return is_low or (high is not None and compared(value, Operator.GREATER, high))
