"""Each account of a channel is asked and tried by itself, and so is the mail server."""

import pytest

from bot.console.access import Role
from bot.line import Line
from bot.mail import Mailer
from handlers.core.values import ChannelKind
from handlers.errors import AccountFault
from storage.accounts import Accounts
from tests.console.house import CLINIC
from tests.console.test_pages import words_of
from tests.fakes.mail_server import FakeSmtp

PAGE = "/console/channels"
SECOND = {"channel": "whatsapp", "account": "second"}


class Number:
    """A number that writes down what it was asked to send."""

    def __init__(self, fault=""):
        self.fault, self.sent = fault, []

    async def probe(self):
        if self.fault:
            raise AccountFault(self.fault)

    async def send(self, message):
        self.sent.append(message.address)


@pytest.fixture
async def numbers(house):
    found = {"main": Number(), "second": Number(fault="190")}
    house.lines = tuple(
        Line(ChannelKind.WHATSAPP, number, lambda _: None, name, probe=number.probe)
        for name, number in found.items()
    )
    accounts = Accounts(house.database, house.vault, house.clinics)
    for name in found:
        await accounts.create(CLINIC, ChannelKind.WHATSAPP, name, {})
    return found


async def test_every_account_has_its_own_line_and_its_own_test(house, numbers):
    browser = await house.signed_in(Role.ADMINISTRATOR)

    page = (await browser.get(PAGE)).text

    assert page.count('name="account" value="main"') == page.count('name="account" value="second"') == 2


async def test_the_second_number_is_asked_by_itself(house, numbers):
    browser = await house.signed_in(Role.ADMINISTRATOR)

    second = words_of(await browser.post(f"{PAGE}/ask", data=SECOND))
    first = words_of(await browser.post(f"{PAGE}/ask", data={"channel": "whatsapp"}))

    assert "WhatsApp (second): The service refused it (190)." in second
    assert "WhatsApp (main): The service answers" in first


async def test_a_test_leaves_by_the_account_that_was_chosen(house, numbers):
    browser = await house.signed_in(Role.ADMINISTRATOR)

    await browser.post(f"{PAGE}/test", data=SECOND | {"to": "+81 90 1234 5678"})

    assert (numbers["main"].sent, numbers["second"].sent) == ([], ["819012345678"])


async def test_an_account_that_is_not_connected_is_no_page(house, numbers):
    browser = await house.signed_in(Role.ADMINISTRATOR)

    assert (await browser.post(f"{PAGE}/ask", data=SECOND | {"account": "third"})).status_code == 404


async def test_the_mail_server_is_asked_and_a_test_goes_to_the_readers_own_address(house):
    async with FakeSmtp() as server:
        house.mailer = Mailer(server.url, "clinic@clinic.example")
        browser = await house.signed_in(Role.ADMINISTRATOR)

        asked = words_of(await browser.post(f"{PAGE}/mail/ask"))
        sent = words_of(await browser.post(f"{PAGE}/mail/test"))

        [letter] = server.letters()
    assert "E-mail: The service answers" in asked
    assert "E-mail: The service took the message" in sent
    assert letter["To"].endswith("@clinic.example")


async def test_without_a_mail_server_the_page_says_so_and_offers_no_test(house):
    browser = await house.signed_in(Role.ADMINISTRATOR)

    page = await browser.get(PAGE)

    assert "staff get no e-mail" in page.text
    assert "mail/test" not in page.text
    assert (await browser.post(f"{PAGE}/mail/test")).status_code == 404
