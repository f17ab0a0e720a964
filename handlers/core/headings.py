"""The headings of groups: each stands once, over the first message from its group."""

from collections.abc import Iterator

from handlers.core.questionnaire import Item, ItemType, Questionnaire
from handlers.core.values import Slot


def headings(questionnaire: Questionnaire, item: Item, slot: Slot) -> Iterator[tuple[str, Item]]:
    """Yield the groups with a text around an item, outermost first, each with the mark of its instance."""
    for link_id in item.group_path:
        group = questionnaire.by_link_id[link_id]
        if group.type is not ItemType.GROUP or not group.text:
            continue
        depth = len(group.repeating) + (1 if group.repeats else 0)
        yield str(Slot(link_id, slot.instance[:depth])), group


def heading_keys(questionnaire: Questionnaire, item: Item, slot: Slot) -> list[str]:
    """Return the marks alone, as Dialogue.seen holds them."""
    return [key for key, _ in headings(questionnaire, item, slot)]
