"""The first lines of the worklist, as a chat of staff may read them."""

from handlers.core.worklist import Sort
from storage.views.work import FirstLine, first_lines
from tests.console.house import CLINIC
from tests.console.record import anna, intake
from tests.console.samples import NOW


async def test_the_lines_are_those_of_the_worklist_without_a_word_of_health(house_on_each):
    house = house_on_each
    await house.add(anna(), *intake())

    lines, number = await house.database.read(lambda conn: first_lines(conn, CLINIC, NOW, 1))

    assert lines == [FirstLine(Sort.INTAKE, "YR-2041", "p1", is_taken=False)]
    assert number >= 1
