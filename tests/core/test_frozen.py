import dataclasses
from dataclasses import FrozenInstanceError, dataclass, field
from inspect import signature
from pickle import dumps, loads

import pytest

from handlers.core.case import Dialogue
from handlers.core.frozen import quick, replace
from handlers.core.messages import Phrase
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


@dataclass(frozen=True, slots=True)
class Made:
    one: int
    two: str = "two"
    three: list[int] = field(default_factory=list)


@quick
@dataclass(frozen=True, slots=True)
class Quick:
    one: int
    two: str = "two"
    three: list[int] = field(default_factory=list)


@pytest.mark.parametrize("given", [((1,), {}), ((1, "b", [3]), {}), ((), {"three": [2], "one": 4})])
def test_what_is_made_quickly_is_what_the_standard_library_makes(given):
    values, named = given

    quick_one = Quick(*values, **named)

    assert type(quick_one) is Quick
    assert dataclasses.astuple(quick_one) == dataclasses.astuple(Made(*values, **named))
    assert loads(dumps(quick_one)) == quick_one
    assert signature(Quick) == signature(Made)


def test_each_value_gets_a_list_of_its_own():
    assert Quick(1).three is not Quick(1).three


@pytest.mark.parametrize("value", [Quick(1), replace(Quick(1), one=2), Phrase("a"), Dialogue()])
def test_what_is_made_quickly_is_frozen_all_the_same(value):
    with pytest.raises(FrozenInstanceError):
        setattr(value, dataclasses.fields(value)[0].name, 2)


@pytest.mark.parametrize("named", [{}, {"one": 1, "four": 4}])
def test_a_field_too_few_or_too_many_is_refused(named):
    with pytest.raises(TypeError, match="argument"):
        Quick(**named)


@pytest.mark.parametrize("kind", [WithoutSlots, Counted])
def test_a_class_whose_values_are_more_than_their_fields_is_refused(kind):
    with pytest.raises(TypeError, match="no plain frozen"):
        quick(kind)
