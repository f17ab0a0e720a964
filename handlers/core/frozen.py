"""Frozen values made quickly: one answer makes a hundred of them, and copies forty.

A frozen dataclass sets each field by a call, since plain setting is what it refuses. Here a value is of an
open twin of its class, one with the same slots and nothing else, until all its fields are set; then it
becomes of its own class, and is as frozen as ever. Python lets an object change between classes of the same
slots (https://docs.python.org/3/reference/datamodel.html#slots).
"""

import dataclasses
from collections.abc import Callable
from dataclasses import MISSING
from functools import update_wrapper
from operator import attrgetter
from typing import TYPE_CHECKING, Any, Final, NamedTuple, TypeVar

__all__ = ["quick", "replace"]

T = TypeVar("T")


def quick(kind: type[T]) -> type[T]:
    """Let the values of a frozen dataclass with slots be made in less time; to stand above `@dataclass`.

    Raises TypeError for a class whose values need more than their fields set.
    """
    twin = _open_twin(kind)
    if twin is None:
        raise TypeError(f"{kind.__name__} is no plain frozen dataclass with slots")
    fill, turn = twin.__init__, object.__setattr__

    def __init__(self: Any, *fields: Any, **named: Any) -> None:  # noqa: N807 - it is one
        turn(self, "__class__", twin)
        fill(self, *fields, **named)
        self.__class__ = kind

    kind.__init__ = update_wrapper(__init__, kind.__init__)  # type: ignore[method-assign]
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
        way = _COPIED.get(kind) or _learned(kind)
        if way.twin is None:
            return dataclasses.replace(value, **changes)
        copy = way.twin(*way.read(value))
        try:
            for name, changed in changes.items():
                setattr(copy, name, changed)
        except AttributeError:
            raise TypeError(f"{kind.__name__} has no field {name!r}") from None
        copy.__class__ = kind
        return copy


class _Way(NamedTuple):
    """How a value is copied: into its open twin; by the standard way where there is none."""

    twin: Any
    read: Callable[[Any], tuple[Any, ...]]


_COPIED: Final[dict[type[Any], _Way]] = {}


def _learned(kind: type[Any]) -> _Way:
    twin = _open_twin(kind)
    names = twin.__slots__ if twin else ()
    # `attrgetter` of one name returns no tuple
    _COPIED[kind] = way = _Way(twin if len(names) > 1 else None, attrgetter(*names or ("__class__",)))
    return way


def _open_twin(kind: type[Any]) -> Any:
    """Return a dataclass with the slots of `kind` whose fields can be set; None if that is not enough."""
    fields = dataclasses.fields(kind)
    names = tuple(field.name for field in fields)
    is_plain = kind.__bases__ == (object,) and kind.__dict__.get("__slots__") == names
    if not is_plain or hasattr(kind, "__post_init__"):
        return None
    made = [(field.name, field.type, _same(field)) for field in fields]
    return dataclasses.make_dataclass(f"Open{kind.__name__}", made, slots=True, eq=False, repr=False)


def _same(field: dataclasses.Field[Any]) -> Any:
    default: dict[str, Any] = {"default": field.default} if field.default is not MISSING else {}
    if field.default_factory is not MISSING:
        default = {"default_factory": field.default_factory}
    return dataclasses.field(kw_only=bool(field.kw_only), **default)
