"""Putting a question: its texts, the choices under it and the side doors beside them."""

from collections.abc import Sequence

from handlers.core.buttons import answer_data, command_data, mark
from handlers.core.hints import hint_of
from handlers.core.messages import Choice, Phrase, Say
from handlers.core.pads import Cell, at_root, cells_here, open_pad, page_after, takes_unsure
from handlers.core.pages import (
    first_page,
    is_overview,
    none_option,
    options_here,
    page_count,
    page_number,
    shown_options,
)
from handlers.core.path import Stop
from handlers.core.pending import Confirm
from handlers.core.questionnaire import Item, ItemType, Option
from handlers.core.showing import (
    absent_phrase,
    asked_text,
    in_short,
    item_text,
    joined,
    option_detail,
    option_label,
)
from handlers.core.turn import Scene
from handlers.core.values import Slot, Value

ADDING = "+"
"""Stands alone in Dialogue.picked while a repeating question takes one typed answer after another."""
MOST_LISTED = 30
"""So many options are written out with numbers; a longer list would not be read."""
PERSON_AT = 3
"""Not understood so often in a row, a question has a button to a person."""


def question(scene: Scene, stop: Stop, *, first: Sequence[Phrase] = (), listed: bool = False) -> Say:
    """Return the one message that asks a question, `first` before its text.

    With `listed` the options also stand in the text, numbered as they may be typed.
    """
    item, slot = stop
    if item.type is ItemType.GROUP:
        return _another_one(scene, item, slot, first)
    if is_adding(scene):
        return _another_value(scene, item, slot, first)
    return Say(
        texts=(
            *first,
            asked_text(scene, item, slot),
            *_notes(scene, item),
            *_beside(scene, item, slot),
            *_options(scene, item, listed=listed),
            *_lead(scene, item),
        ),
        choices=_choices(scene, item, slot),
        keys=side_doors(scene, item, slot),
        hint=hint_of(scene, item),
        many=item.repeats and bool(item.options),
        about=slot.link_id,
    )


def confirmation(scene: Scene, confirm: Confirm, stop: Stop, text: Phrase) -> Say:
    """Return the question whether what stands in `confirm` is meant."""
    tag = mark(stop[1], confirm.value)
    choices = (
        Choice(data(scene, stop[1], "right", tag), Phrase("chat.button.yes")),
        Choice(data(scene, stop[1], "wrong", tag), Phrase("chat.button.no_change")),
    )
    return Say((text,), choices, about=stop[1].link_id)


def doors_only(scene: Scene, stop: Stop) -> Say:
    """Return the side doors of a question as buttons, for channels that show one row for them."""
    item, slot = stop
    return Say((Phrase("chat.doors"),), side_doors(scene, item, slot))


def side_doors(scene: Scene, item: Item, slot: Slot) -> tuple[Choice, ...]:
    """Return Done, Keep, Not sure, Skip, Back and Why or a person, as far as each makes sense here.

    Where the channel shows the emergency text by nothing else, it is one of them.
    """
    doors = []
    if item.repeats and item.options:
        doors.append("done")
    if _kept(scene, item, slot):
        doors.append("keep")
    if (item.options or item.type is ItemType.BOOLEAN) and takes_unsure(scene, item):
        doors.append("unsure")
    if item.skippable:
        doors.append("skip")
    if scene.response.answers or scene.follows or (scene.dialogue.page and not item.options):
        doors.append("back")
    # WhatsApp has room for three: whoever is stuck needs a person more than a reason.
    last = _person(scene) or (_door(scene, slot, "why"),)
    return (*(_door(scene, slot, door) for door in doors), *last, *_beside_all(scene))


def is_adding(scene: Scene) -> bool:
    """Say whether the open question is waiting for one more typed answer or Done."""
    return scene.dialogue.picked == (ADDING,)


def data(scene: Scene, slot: Slot, code: str, tag: str = "") -> str:
    """Return the id of a button about a slot of this response."""
    index = scene.questionnaire.order[slot.link_id]
    return answer_data(scene.response.id, index, slot.instance, code, tag)


def _door(scene: Scene, slot: Slot, name: str) -> Choice:
    return Choice(data(scene, slot, name), Phrase(f"chat.button.{name}"))


def _beside_all(scene: Scene) -> tuple[Choice, ...]:
    return tuple(Choice(command_data(name), Phrase(f"talk.button.{name}")) for name in scene.limits.beside)


def _person(scene: Scene) -> tuple[Choice, ...]:
    if scene.dialogue.misses < PERSON_AT:
        return ()
    return (Choice(command_data("person"), Phrase("chat.button.person")),)


def _another_one(scene: Scene, group: Item, slot: Slot, first: Sequence[Phrase]) -> Say:
    text = (
        Phrase("chat.another_one", {"what": item_text(scene, group)})
        if group.text
        else Phrase("chat.another")
    )
    back = (_door(scene, slot, "back"),) if scene.response.answers else ()
    return Say(
        (*first, text),
        _yes_no(scene, slot),
        (*back, *_person(scene), *_beside_all(scene)),
        about=slot.link_id,
    )


def _another_value(scene: Scene, item: Item, slot: Slot, first: Sequence[Phrase]) -> Say:
    answer = scene.response.answers.get(slot)
    enough = len(answer.values if answer else ()) >= (item.constraints.min_occurs or 1)
    done = (_door(scene, slot, "done"),) if enough else ()
    text = Phrase("chat.another_file" if item.type is ItemType.ATTACHMENT else "chat.another_value")
    keys = (_door(scene, slot, "back"), *_person(scene), *_beside_all(scene))
    return Say((*first, text), done, keys, hint=hint_of(scene, item), about=slot.link_id)


def _notes(scene: Scene, item: Item) -> tuple[Phrase, ...]:
    notes = (child for child in item.items if child.is_note and child.text and not child.hidden)
    return tuple(item_text(scene, note) for note in notes)


def _beside(scene: Scene, item: Item, slot: Slot) -> tuple[Phrase, ...]:
    answer = scene.response.answers.get(slot)
    if answer is not None:
        is_given = answer.values and not answer.absent
        said = in_short(scene, item, answer.values) if is_given else absent_phrase(answer)
        return (Phrase("chat.answer_now", {"answer": said}),)
    if item.initial:
        return (Phrase("chat.suggested", {"answer": in_short(scene, item, item.initial)}),)
    return ()


def _kept(scene: Scene, item: Item, slot: Slot) -> tuple[Value, ...]:
    answer = scene.response.answers.get(slot)
    return answer.values if answer else item.initial


def _options(scene: Scene, item: Item, *, listed: bool) -> tuple[Phrase, ...]:
    options = shown_options(scene, item)
    if not options:
        return ()
    if is_overview(scene, item) or (listed and len(options) <= MOST_LISTED):
        lines = [_line(scene, item, number, option) for number, option in enumerate(options, start=1)]
        return (joined("chat.lines", lines),)
    pages = page_count(scene, item)
    if pages == 1:
        return ()
    return (Phrase("chat.page", {"page": str(page_number(scene, item) + 1), "pages": str(pages)}),)


def _line(scene: Scene, item: Item, number: int, option: Option) -> Phrase:
    return Phrase("chat.numbered", {"number": str(number), "label": option_label(scene, item, option)})


def _choices(scene: Scene, item: Item, slot: Slot) -> tuple[Choice, ...]:
    if item.type is ItemType.BOOLEAN:
        return _yes_no(scene, slot)
    if not item.options:
        return _typable(scene, item, slot)
    if is_overview(scene, item):
        return _overview(scene, item, slot)
    return _page_of_options(scene, item, slot)


def _yes_no(scene: Scene, slot: Slot) -> tuple[Choice, ...]:
    return tuple(Choice(data(scene, slot, code), Phrase(f"chat.button.{code}")) for code in ("yes", "no"))


def _typable(scene: Scene, item: Item, slot: Slot) -> tuple[Choice, ...]:
    """Return the pad's buttons for what may also be typed, and "Not sure" where it is taken."""
    pad = open_pad(scene, item)
    cells: tuple[Cell, ...] = ()
    page = scene.dialogue.page
    if pad is not None:
        cells, parts = cells_here(scene, item, pad)
        more = Cell("page", str(page_after(page, parts)), Phrase("chat.button.more"))
        cells = (*cells, *((more,) if parts > 1 else ()), *pad.extras)
    unsure = (_door(scene, slot, "unsure"),) if takes_unsure(scene, item) and at_root(page) else ()
    return (*(Choice(data(scene, slot, cell.code, cell.tag), cell.label) for cell in cells), *unsure)


def _lead(scene: Scene, item: Item) -> tuple[Phrase, ...]:
    pad = open_pad(scene, item)
    # On the first page the question says it all, and it comes last.
    return (pad.lead,) if pad is not None and not at_root(scene.dialogue.page) else ()


def _overview(scene: Scene, item: Item, slot: Slot) -> tuple[Choice, ...]:
    yes = Choice(data(scene, slot, "yes"), Phrase("chat.button.one_of_these"))
    none = none_option(item)
    if none is None:
        return (yes,)
    return Choice(data(scene, slot, str(item.options.index(none))), Phrase("chat.button.none_of_these")), yes


def _page_of_options(scene: Scene, item: Item, slot: Slot) -> tuple[Choice, ...]:
    numbers = {id(option): number for number, option in enumerate(item.options)}
    here = options_here(scene, item)
    choices = [_choice(scene, item, slot, (numbers[id(option)], option)) for option in here]
    pages = page_count(scene, item)
    if pages > 1:
        following = (page_number(scene, item) + 1) % pages + first_page(scene, item)
        choices.append(Choice(data(scene, slot, "more", f"{following:x}"), Phrase("chat.button.more")))
    return tuple(choices)


def _choice(scene: Scene, item: Item, slot: Slot, numbered: tuple[int, Option]) -> Choice:
    number, option = numbered
    picked = item.repeats and option.code in scene.dialogue.picked
    return Choice(
        data(scene, slot, str(number), "0" if picked else ""),
        option_label(scene, item, option),
        option_detail(scene, item, option),
        picked=picked,
    )
