"""The row at the top: what is needed all day in the open, the rest in one menu; each role sees its own."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

from bot.console.access import Right

_Link = tuple[str, str, Right]
_DAILY: Final[Sequence[_Link]] = (
    ("/console/", "console.nav.work", Right.TASKS),
    ("/console/patients", "console.nav.patients", Right.SEE_PATIENTS),
    ("/console/assigned", "console.nav.assigned", Right.SEE_ASSIGNED),
    ("/console/alerts", "console.nav.alerts", Right.ALERTS),
    ("/console/overview", "console.nav.overview", Right.SEE_PATIENTS),
    ("/console/cohort", "console.nav.cohort", Right.SEE_PATIENTS),
)
_MENU: Final[Sequence[tuple[str, Sequence[_Link]]]] = (
    (
        "console.nav.people",
        (
            ("/console/invite", "console.nav.invite", Right.INVITE),
            ("/console/duplicates", "console.nav.duplicates", Right.MERGE),
            ("/console/erase", "console.nav.erase", Right.ERASE),
        ),
    ),
    (
        "console.nav.messages",
        (
            ("/console/channels", "console.nav.channels", Right.UPKEEP),
            ("/console/stuck", "console.nav.stuck", Right.UPKEEP),
            ("/console/delivery", "console.nav.delivery", Right.SETTINGS),
        ),
    ),
    (
        "console.nav.house",
        (
            ("/console/clinic", "console.nav.clinic", Right.SETTINGS),
            ("/console/staff", "console.nav.staff", Right.STAFF),
            ("/console/on-call", "console.nav.on_call", Right.SETTINGS),
            ("/console/break-glass", "console.nav.glass", Right.REVIEW_GLASS),
            ("/console/log", "console.nav.log", Right.LOG),
        ),
    ),
)
_FEW: Final = 2
"""So many links need no menu."""


@dataclass(frozen=True, slots=True)
class NavItem:
    """A link."""

    href: str
    key: str
    current: bool


@dataclass(frozen=True, slots=True)
class Navigation:
    """The links in the open, and those of the menu under their headings."""

    links: tuple[NavItem, ...]
    menu: tuple[tuple[str, tuple[NavItem, ...]], ...]

    @property
    def is_in_menu(self) -> bool:
        """Say whether the page that is shown stands in the menu."""
        return any(item.current for _, items in self.menu for item in items)


def navigation(path: str, may: Callable[[Right], bool]) -> Navigation:
    """Return what somebody with these rights finds at the top of the page at `path`."""
    daily = _items(_DAILY, path, may)
    menu = tuple((heading, found) for heading, links in _MENU if (found := _items(links, path, may)))
    inside = tuple(item for _, items in menu for item in items)
    if len(inside) <= _FEW:
        return Navigation((*daily, *inside), ())
    return Navigation(daily, menu)


def _items(links: Sequence[_Link], path: str, may: Callable[[Right], bool]) -> tuple[NavItem, ...]:
    return tuple(NavItem(href, key, _is_at(path, href)) for href, key, right in links if may(right))


def _is_at(path: str, href: str) -> bool:
    return path == href or (href != "/console/" and path.startswith(f"{href}/"))
