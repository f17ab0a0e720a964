"""A paper that the clinic does not need: said on the checklist, seen by both sides, and wanted again."""

import pytest

from bot.console.access import Role
from handlers.core.case import Response, ResponseStatus
from handlers.core.changes import StartResponse
from handlers.core.values import ResponseId
from tests.console.house import CLINIC
from tests.console.record import anna, intake
from tests.console.samples import NOW, PACK_READ
from tests.console.test_pages import PAGE, words_of

FORM = next(one for one in PACK_READ.questionnaires.values() if "doc.mri" in one.by_link_id)
BEGUN = Response(ResponseId("papers"), FORM.url, FORM.version, ResponseStatus.IN_PROGRESS, NOW)
NOT_NEEDED = {"paper": "doc.mri", "needed": "no", "reason": "the hospital sends it to us"}


async def marks(house):
    return (await house.views.record(CLINIC, anna().id)).patient.paper_marks


async def test_a_paper_that_never_came_is_called_not_needed_and_is_missing_no_more(house):
    await house.add(anna(), *intake(), StartResponse(BEGUN))
    browser = await house.signed_in(Role.COORDINATOR)

    await browser.post(f"{PAGE}/papers", data=NOT_NEEDED)

    told = words_of(await browser.get(PAGE))
    assert "not needed the hospital sends it to us" in told
    assert ("paper.not-needed", "p1") in await house.acts()
    assert [(one.link_id, one.needed, one.at) for one in await marks(house)] == [("doc.mri", False, NOW)]


async def test_what_was_not_needed_is_wanted_again(house):
    await house.add(anna(), *intake(), StartResponse(BEGUN))
    browser = await house.signed_in(Role.COORDINATOR)
    await browser.post(f"{PAGE}/papers", data=NOT_NEEDED)

    await browser.post(f"{PAGE}/papers", data=NOT_NEEDED | {"needed": "yes", "reason": "it did not come"})

    assert [(one.needed, one.reason) for one in await marks(house)] == [(True, "it did not come")]
    assert ("paper.wanted", "p1") in await house.acts()


@pytest.mark.parametrize(
    ("form", "status"),
    [
        ({"paper": "doc.none"}, 404),
        ({"paper": "dx.by"}, 404),
        ({"reason": "   "}, 400),
        ({"needed": "maybe"}, 400),
        ({"needed": "yes"}, 303),
    ],
)
async def test_nothing_else_is_called_not_needed(house, form, status):
    await house.add(anna(), *intake(), StartResponse(BEGUN))
    browser = await house.signed_in(Role.COORDINATOR)

    assert (await browser.post(f"{PAGE}/papers", data=NOT_NEEDED | form)).status_code == status
    assert await marks(house) == ()
