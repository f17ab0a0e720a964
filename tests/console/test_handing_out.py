"""What an open page asks for by itself, and what a form brings back, is a line in the record of acts."""

from datetime import timedelta

import pytest

from bot.console.access import Role
from bot.console.lately import LASTS, Lately
from bot.console.routes import console_routes
from handlers.core.changes import Audit
from tests.console.record import anna, intake, treated
from tests.console.samples import NOW
from tests.console.test_pages import PAGE
from tests.console.test_reads_noted import acts
from tests.matrix.console_routes import CONSOLE

LIVE = f"{PAGE}/talk/live"
IDS = {
    "patient": "p1",
    "document": "d-p1",
    "anchor": "a-p1",
    "contact": "c-p1",
    "second": "p2",
    "interpreter": "s2",
}
ENDS = ("/erase", "/sign-out", "/sessions/", "/disable")
"""What would end the patient or the session that the others ask about."""


@pytest.mark.parametrize(("path", "page"), [(LIVE, f"{PAGE}/talk"), ("/console/work/list", "/console/")])
async def test_what_a_page_asks_for_by_itself_is_one_line_an_hour(house, path, page):
    await house.add(anna(), *intake())
    stranger, reader = await house.signed_in(Role.DOCTOR), await house.signed_in(Role.DOCTOR)
    lines = []
    for browser, asked in [(stranger, path), (stranger, path), (reader, page), (reader, path)]:
        before = await acts(house)
        assert (await browser.get(asked)).status_code == 200
        lines.append(await acts(house) - before)

    assert lines == [1, 0, 1, 0]


def test_a_line_counts_for_its_session_its_act_and_its_patient_for_an_hour():
    times = [NOW]
    lately = Lately(lambda: times[-1])
    lately.keep("session", Audit("s1", "patient.read", "p1", NOW))

    asked = [("session", "patient.read", "p1"), ("other", "patient.read", "p1")]
    asked += [("session", "page.read", "p1"), ("session", "patient.read", "p2")]
    assert [lately.knows(*one) for one in asked] == [True, False, False, False]
    times.append(NOW + LASTS + timedelta(seconds=1))
    assert not lately.knows(*asked[0])


async def test_a_letter_that_comes_back_with_the_chat_is_a_line(house):
    await house.add(anna(), *intake())
    browser = await house.signed_in(Role.COORDINATOR)

    answer = await browser.post(f"{PAGE}/talk/write", data={"contact": "c", "text": " ", "message": "m"})

    assert (answer.status_code, ("patient.read", "p1") in await house.acts()) == (422, True)


async def test_no_form_brings_a_patient_back_without_a_line(house):
    await house.add(anna(), *intake(), *treated())
    browser, silent = await house.signed_in(Role.ADMINISTRATOR), []
    for path in sorted(_posts(house)):
        form = CONSOLE[path].form if path in CONSOLE else {}
        whole = {name: IDS.get(text.lstrip("$"), text) for name, text in form.items()}
        for data in (whole, dict.fromkeys(whole, " "), {}):
            before = await acts(house)
            answer = await browser.post(f"/console{path[5:]}".format_map(_Any(IDS)), data=data)
            shows = "YR-2041" in answer.text or "bus" in answer.text
            silent += [path] if shows and await acts(house) == before else []

    assert silent == []


class _Any(dict):
    """Ids, with one that there is not for whatever else a path names."""

    def __missing__(self, key):
        return "none"


def _posts(house):
    """Return the routes of forms, as tests/matrix/console_routes.py names them."""
    routes = console_routes(house.console()).routes
    paths = {route.path.removeprefix("/console") for route in routes if "POST" in route.methods}
    return {f"POST {path}" for path in paths if not any(one in path for one in ENDS)}
