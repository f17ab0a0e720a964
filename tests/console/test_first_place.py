"""Staff see at which of a patient's chats check-ins come first, and choose another."""

from bot.console.access import Role
from handlers.core.case import Contact
from handlers.core.changes import AddContact
from handlers.core.values import ChannelKind, ContactId, ContactPoint
from tests.console.house import CLINIC
from tests.console.record import anna
from tests.console.samples import NOW
from tests.console.test_pages import PAGE, words_of

OTHER = Contact(
    ContactId("c2"), ContactPoint(ChannelKind.WHATSAPP, "main", "1"), last_heard_at=NOW, preferred=False
)


async def two_places(house):
    case = await house.add(anna())
    await house.uow.save(case, [AddContact(OTHER)])
    return await house.signed_in(Role.COORDINATOR)


async def test_with_one_chat_there_is_nothing_to_choose(house):
    await house.add(anna())
    browser = await house.signed_in(Role.COORDINATOR)

    assert "first" not in (await browser.get(PAGE)).text.partition('id="people"')[2]


async def test_check_ins_go_where_staff_choose(house):
    browser = await two_places(house)

    shown = await browser.post(f"{PAGE}/place", data={"contact": "c2"}, follow_redirects=True)

    assert "Check-ins go there first from now on." in words_of(shown)
    assert (await house.uow.case_of(CLINIC, anna().id)).contact.id == "c2"


async def test_a_place_that_is_nobodys_is_not_found(house):
    browser = await two_places(house)

    assert (await browser.post(f"{PAGE}/place", data={"contact": "c9"})).status_code == 404
