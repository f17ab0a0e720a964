"""What stands at the top: each role's own, with a menu only where there is much."""

import pytest

from bot.console.access import Role, rights_of
from bot.console.navigation import navigation


def shown(role, path="/console/", *, demo=False):
    rights = rights_of(role, demo=demo)
    return navigation(path, lambda right: right in rights)


@pytest.mark.parametrize(
    ("role", "links", "menu"),
    [
        (Role.COORDINATOR, 5, ["invite", "duplicates", "channels", "stuck"]),
        (Role.AUDITOR, 1, []),
        (Role.INTERPRETER, 1, []),
        (
            Role.ADMINISTRATOR,
            1,
            ["invite", "erase", "channels", "stuck", "delivery", "clinic", "staff", "on-call", "break-glass"],
        ),
    ],
)
def test_each_role_finds_what_it_may_and_nothing_else(role, links, menu):
    found = shown(role)

    inside = [item.href.removeprefix("/console/") for _, items in found.menu for item in items]
    assert (len(found.links), inside) == (links, menu)


@pytest.mark.parametrize(
    ("path", "current"),
    [
        ("/console/", "/console/"),
        ("/console/patients", "/console/patients"),
        ("/console/patients/p1", "/console/patients"),
        ("/console/alerts", "/console/alerts"),
    ],
)
def test_the_page_that_is_shown_is_marked(path, current):
    assert [item.href for item in shown(Role.NURSE, path).links if item.current] == [current]


def test_the_menu_is_marked_when_its_page_is_shown():
    assert [shown(Role.NURSE, path).is_in_menu for path in ("/console/stuck", "/console/")] == [True, False]
