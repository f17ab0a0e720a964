"""Which options of a question are shown, and on which page where one message can't hold them all.

What stands alone ("none of these", "not sure") is on every page: nobody should have to turn pages to say so.
"""

from math import ceil

from handlers.core.questionnaire import Item, Option
from handlers.core.turn import Scene

UNSURE_CODES = frozenset({"ns", "unsure", "unknown", "unk", "asked-unknown", "dk"})
_UNSURE_LABELS = frozenset({"not sure", "unsure", "unknown", "don't know", "do not know", "i don't know"})
_NONE_CODES = frozenset({"none", "no", "0"})
_MOST_STANDING = 3
"""So many options may stand on every page; with more of them there would be no room for the others."""


def shown_options(scene: Scene, item: Item) -> list[Option]:
    """Return the options that this clinic may show, in order."""
    allowed = scene.shown.get(item.link_id)
    if allowed is None:
        return list(item.options)
    return [option for option in item.options if option.code in allowed]


def options_here(scene: Scene, item: Item) -> list[Option]:
    """Return the options of the page that is shown, in the order of the list."""
    options = shown_options(scene, item)
    if len(options) <= scene.limits.rows:
        return options
    standing, turned = _parted(options)
    size, page = _size(scene, standing), page_number(scene, item)
    here = [*turned[page * size : (page + 1) * size], *standing]
    return [option for option in options if option in here]


def page_count(scene: Scene, item: Item) -> int:
    """Return on how many pages the options stand."""
    options = shown_options(scene, item)
    if len(options) <= scene.limits.rows:
        return 1
    standing, turned = _parted(options)
    return max(1, ceil(len(turned) / _size(scene, standing)))


def page_number(scene: Scene, item: Item) -> int:
    """Return the number of the page that is shown, from 0."""
    return min(max(scene.dialogue.page - first_page(scene, item), 0), page_count(scene, item) - 1)


def first_page(scene: Scene, item: Item) -> int:
    """Return the dialogue's number of the first page: page 0 of a long safety question is its overview."""
    return 1 if item.link_id in scene.red and page_count(scene, item) > 1 else 0


def is_overview(scene: Scene, item: Item) -> bool:
    """Say whether a safety question is shown as a text first, because its options need pages."""
    if item.link_id not in scene.red or scene.dialogue.page:
        return False
    return len(shown_options(scene, item)) > scene.limits.rows


def says_unsure(item: Item) -> bool:
    """Say whether one of the options means that they don't know."""
    return any(o.code.lower() in UNSURE_CODES or o.label.lower() in _UNSURE_LABELS for o in item.options)


def none_option(item: Item) -> Option | None:
    """Return the option that says "none of these", if there is one."""
    exclusive = (option for option in item.options if option.exclusive)
    named = (option for option in item.options if option.code in _NONE_CODES)
    return next(exclusive, None) or next(named, None)


def _parted(options: list[Option]) -> tuple[list[Option], list[Option]]:
    """Return the options that stand on every page, and those that take turns."""
    standing = [option for option in options if _stands(option)]
    if len(standing) > _MOST_STANDING:
        return [], options
    return standing, [option for option in options if option not in standing]


def _stands(option: Option) -> bool:
    return option.exclusive or option.code == "none" or option.code in UNSURE_CODES


def _size(scene: Scene, standing: list[Option]) -> int:
    # One row of a page goes to More.
    return max(1, scene.limits.rows - 1 - len(standing))
