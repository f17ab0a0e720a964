"""Frozen values made quickly: one answer makes a hundred of them, and copies forty.

A frozen dataclass sets each field by a call, since plain setting is what it refuses. Here a value is of an
open twin of its class, one with the same slots and nothing else, until all its fields are set; then it
becomes of its own class, and is as frozen as ever. Python lets an object change between classes of the same
slots (https://docs.python.org/3/reference/datamodel.html#slots).
"""

import dataclasses
from collections.abc import Callable, Sequence
from dataclasses import MISSING
from functools import update_wrapper
from typing import TYPE_CHECKING, Any, Final, TypeVar

__all__ = ["quick", "replace"]

T = TypeVar("T")


def quick(kind: type[T]) -> type[T]:
    """Let the values of a frozen dataclass with slots be made in half the time; to stand above `@dataclass`.

    Raises TypeError for a class whose values need more than their fields set.
    """
    twin, fields = _open_twin(kind), dataclasses.fields(kind)  # type: ignore[arg-type]
    if twin is None or any(field.kw_only for field in fields):
        raise TypeError(f"{kind.__name__} is no plain frozen dataclass with slots")
    known = {"_open": twin, "_own": kind, "_turn": object.__setattr__, "_missing": MISSING}
    known |= {f"_default_{field.name}": field.default for field in fields}
    known |= {f"_make_{field.name}": field.default_factory for field in fields}
    set_ = [f"self.{field.name} = {_value(field)}" for field in fields]
    body = ["_turn(self, '__class__', _open)", *set_, "self.__class__ = _own"]
    init = _function("__init__", ["self", *map(_taken, fields)], body, known)
    kind.__init__ = update_wrapper(init, kind.__init__)  # type: ignore[method-assign]
    return kind


if TYPE_CHECKING:
    # The type checker knows the standard one: which fields there are, and of what types.
    from dataclasses import replace
else:

    def replace(value: T, /, **changes: Any) -> T:
        """Return a copy of a dataclass with slots in which some fields are others.

        Raises TypeError for a field that is not there. What is looked up once when a value is made
        (`__post_init__`) is looked up again, by the standard way.
        """
        kind = type(value)
        copied = _COPIED.get(kind) or _learned(kind)
        if copied is dataclasses.replace:
            return copied(value, **changes)
        copy = copied(value)
        try:
            for name, changed in changes.items():
                setattr(copy, name, changed)
        except AttributeError:
            raise TypeError(f"{kind.__name__} has no field {name!r}") from None
        copy.__class__ = kind
        return copy


_COPIED: Final[dict[type[Any], Callable[..., Any]]] = {}
"""How a value of a class is copied into its open twin; by the standard way where that is not enough."""


def _learned(kind: type[Any]) -> Callable[..., Any]:
    twin = _open_twin(kind)
    if twin is None:
        copied: Callable[..., Any] = dataclasses.replace
    else:
        set_ = [f"copy.{name} = value.{name}" for name in twin.__slots__]
        body = ["copy = _new(_open)", *set_, "return copy"]
        copied = _function("copied", ["value"], body, {"_new": object.__new__, "_open": twin})
    _COPIED[kind] = copied
    return copied


def _open_twin(kind: type[Any]) -> Any:
    """Return a class with the slots of `kind` whose fields can be set; None if that is not enough."""
    names = tuple(field.name for field in dataclasses.fields(kind))
    is_plain = kind.__bases__ == (object,) and kind.__dict__.get("__slots__") == names
    if not is_plain or hasattr(kind, "__post_init__"):
        return None
    return type(f"Open{kind.__name__}", (), {"__slots__": names, "__doc__": f"A {kind.__name__} being made."})


def _taken(field: dataclasses.Field[Any]) -> str:
    """Return how `__init__` takes a field."""
    if field.default_factory is not MISSING:
        return f"{field.name}=_missing"
    return field.name if field.default is MISSING else f"{field.name}=_default_{field.name}"


def _value(field: dataclasses.Field[Any]) -> str:
    """Return what `__init__` sets a field to."""
    name = field.name
    return name if field.default_factory is MISSING else f"_make_{name}() if {name} is _missing else {name}"


def _function(name: str, taken: Sequence[str], body: Sequence[str], known: dict[str, Any]) -> Any:
    """Return a function with this body, as the dataclasses module makes its own."""
    source = f"def {name}({', '.join(taken)}):\n" + "".join(f"    {line}\n" for line in body)
    exec(source, known)  # noqa: S102 - the names in it are those of our own fields
    return known[name]
