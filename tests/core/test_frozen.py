import dataclasses
from dataclasses import dataclass, field

import pytest

from handlers.core.case import Dialogue
from handlers.core.frozen import replace
from handlers.core.questionnaire import Item, ItemType


@dataclass(frozen=True)
class WithoutSlots:
    one: int = 1
    two: int = 2


@dataclass(frozen=True, slots=True)
class Lonely:
    only: int = 1


@dataclass(frozen=True, slots=True)
class Counted:
    word: str
    length: int = field(init=False)

    def __post_init__(self):
        object.__setattr__(self, "length", len(self.word))


@pytest.mark.parametrize(
    ("value", "changes"),
    [
        (Dialogue(), {"page": 2, "menu": "clock"}),
        (Dialogue(misses=2), {}),
        (WithoutSlots(), {"two": 3}),
        (Lonely(), {"only": 2}),
        (Counted("one"), {"word": "three"}),
        (Item("a", ItemType.BOOLEAN), {"hidden": True}),
    ],
)
def test_the_copy_is_the_one_that_the_standard_library_makes(value, changes):
    copy, standard = replace(value, **changes), dataclasses.replace(value, **changes)

    assert copy == standard
    assert repr(copy) == repr(standard)
    assert type(copy) is type(value)


def test_the_value_itself_stays_as_it_was():
    before = Dialogue(page=1)

    replace(before, page=2)

    assert before == Dialogue(page=1)


def test_what_is_looked_up_once_is_looked_up_again():
    assert replace(Counted("one"), word="three").length == 5
    assert replace(Item("a", ItemType.BOOLEAN), link_id="b").plain_slot.link_id == "b"


def test_a_field_that_is_not_there_is_refused():
    with pytest.raises(TypeError, match="no field"):
        replace(Dialogue(), pages=2)
