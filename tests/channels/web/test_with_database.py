"""The page's conversation and the e-mail address, read from a real SQLite file."""

from dataclasses import dataclass, replace
from datetime import timedelta

import pytest

from bot.channels.web.raw import Item, dedupe_key, pack
from bot.clock import system_now
from bot.ids import SystemIds
from handlers.chat_view import LineKind
from handlers.core.case import Case, Clinic, Contact, Patient
from handlers.core.changes import AddPatient, MoveSend, Queue, SaveContact, SettleInbox
from handlers.core.events import Delivery, Said
from handlers.core.messages import Body, Button
from handlers.core.values import ChannelKind, ContactPoint, Language
from handlers.errors import NotFound
from handlers.ports import Incoming
from storage.chat_emails import ChatEmails
from storage.chat_views import ChatViews
from storage.clinics import Clinics
from storage.day_keys import DayKeys
from storage.engine import open_database
from storage.inbox import InboxStore
from storage.keys import Vault
from storage.migrations import upgrade
from storage.outbox import OutboxStore
from storage.patient_keys import PatientKeys
from storage.unit_of_work import UnitOfWork
from tests.channels.web.fakes import NOON

MARIA = ContactPoint(ChannelKind.WEB, "main", "marias-address")
OTHER = ContactPoint(ChannelKind.WEB, "main", "another-address")
CLINIC = Clinic("default", "Sakura Clinic", "pack")
MINUTE = timedelta(minutes=1)
QUESTION = Body("Which hand?", choices=(Button("a:r:1:0", "Left"), Button("a:r:1:1", "Right")))


@dataclass
class House:
    """The stores over one file."""

    uow: UnitOfWork
    inbox: InboxStore
    outbox: OutboxStore
    views: ChatViews
    emails: ChatEmails

    async def case(self):
        return await self.uow.case_at("default", MARIA)

    async def say(self, outbox_id, body=QUESTION, at=NOON):
        case = await self.case()
        await self.uow.save(case, [Queue(outbox_id, case.contact.id, body, outbox_id, at)])

    async def send(self, at=NOON):
        """Let the sender's next message go out."""
        [row] = await self.outbox.claim(
            "default", ChannelKind.WEB, "main", now=at, now_system=at, lease=MINUTE, limit=1
        )
        await self.outbox.settle_sent(row, row.id, now=at)

    async def hear(self, item_id, text, at=NOON, *, keep=True):
        """Take a message in and work it off."""
        item = Item(item_id, at, Said(text))
        key = dedupe_key(MARIA.address, item_id)
        await self.inbox.add(
            [Incoming("default", ChannelKind.WEB, "main", key, MARIA.address, pack(item), at)], now=at
        )
        [row] = await self.inbox.claim(now_system=at, lease=MINUTE, limit=1)
        await self.uow.save(await self.case(), [SettleInbox(row.id, row.fence, keep, "Said", text)])
        return key

    async def lines(self, **options):
        return (await self.views.read("default", MARIA, **options)).lines


@pytest.fixture
async def house(tmp_path):
    database = open_database(f"sqlite:///{tmp_path}/chat.db")
    await upgrade(database)
    vault = Vault(b"m" * 32)
    clinics = Clinics(database, vault)
    await clinics.create(CLINIC, now=NOON)
    keys = PatientKeys(database, clinics)
    uow = UnitOfWork(database, vault, clinics, keys)
    house = House(
        uow,
        InboxStore(database, vault, clinics, DayKeys(database, vault, clinics)),
        OutboxStore(database, vault, keys, uow),
        ChatViews(database, vault, clinics),
        ChatEmails(database, vault, clinics),
    )
    await add_maria(house)
    yield house
    await database.close()


async def add_maria(house):
    ids = SystemIds(system_now)
    patient = Patient(ids.new(), "ABCD-123", language=Language("ja"), created_at=NOON)
    contact = Contact(ids.new(), MARIA, last_heard_at=NOON)
    await house.uow.save(Case(CLINIC, patient, contact, is_new=True), [AddPatient(patient, contact)])


async def test_the_page_shows_both_sides_in_the_order_they_happened(house):
    await house.say("o1")
    await house.send(NOON)
    await house.hear("page-id-1", "Left", NOON + MINUTE)
    await house.say("o2", Body("Thank you."), NOON + MINUTE)
    await house.send(NOON + 2 * MINUTE)

    conversation = await house.views.read("default", MARIA)

    assert conversation.language == "ja"
    assert [(line.kind, line.text or line.body.text) for line in conversation.lines] == [
        (LineKind.CLINIC, "Which hand?"),
        (LineKind.TEXT, "Left"),
        (LineKind.CLINIC, "Thank you."),
    ]


async def test_what_has_not_been_sent_is_not_on_the_page(house):
    await house.say("o1")

    assert await house.lines() == ()


async def test_another_address_shows_nothing_of_it(house):
    await house.say("o1")
    await house.send()

    assert (await house.views.read("default", OTHER)).lines == ()


async def test_the_line_of_a_message_has_the_id_that_the_page_was_told(house):
    key = await house.hear("page-id-1", "Left")

    [line] = await house.lines()

    assert line.id == await house.views.line_id("default", MARIA, key)


async def test_what_has_come_is_known_by_its_key(house):
    key = await house.hear("page-id-1", "Left")

    assert await house.views.has_come("default", MARIA, key)
    assert not await house.views.has_come("default", MARIA, "another")


async def test_words_without_consent_are_a_line_without_words(house):
    await house.hear("page-id-1", "My hand shakes", keep=False)

    [line] = await house.lines()

    assert line.text == ""


async def test_known_lines_are_left_out_and_only_the_newest_are_read(house):
    for number in range(4):
        await house.say(f"o{number}", at=NOON + number * MINUTE)
        await house.send(NOON + number * MINUTE)

    assert [line.id for line in await house.lines(limit=3, known={"o2"})] == ["o1", "o3"]
    assert await house.lines(limit=0) == ()


async def test_a_message_that_the_page_confirmed_counts_as_shown(house):
    await house.say("o1")
    await house.send()
    await house.uow.save(await house.case(), [MoveSend("o1", Delivery.DELIVERED, NOON, "o1")])

    [line] = await house.lines()

    assert line.shown


async def test_a_proven_address_is_told_once_until_the_person_is_back(house):
    await house.emails.prove("default", MARIA, "maria@example.com", now=NOON)
    assert await house.emails.due("default", MARIA) == "maria@example.com"

    await house.emails.told("default", MARIA, now=NOON + MINUTE)
    assert await house.emails.due("default", MARIA) is None

    contact = (await house.case()).contact
    back = replace(contact, last_heard_at=NOON + 2 * MINUTE)
    await house.uow.save(await house.case(), [SaveContact(back)])
    assert await house.emails.due("default", MARIA) == "maria@example.com"


async def test_reading_a_message_counts_as_being_back(house):
    await house.emails.prove("default", MARIA, "maria@example.com", now=NOON)
    await house.emails.told("default", MARIA, now=NOON + MINUTE)
    await house.say("o1")
    await house.send()

    await house.uow.save(await house.case(), [MoveSend("o1", Delivery.DELIVERED, NOON + 2 * MINUTE, "o1")])

    assert await house.emails.due("default", MARIA) == "maria@example.com"


async def test_a_newer_address_takes_the_place_of_the_earlier_one(house):
    await house.emails.prove("default", MARIA, "maria@example.com", now=NOON)
    await house.emails.prove("default", MARIA, "new@example.com", now=NOON)

    assert await house.emails.proven("default", MARIA) == "new@example.com"


async def test_a_stranger_proves_nothing(house):
    with pytest.raises(NotFound):
        await house.emails.prove("default", OTHER, "maria@example.com", now=NOON)

    assert await house.emails.proven("default", OTHER) is None


async def test_no_address_lies_open_in_the_file(house, tmp_path):
    await house.emails.prove("default", MARIA, "maria@example.com", now=NOON)

    files = b"".join(path.read_bytes() for path in tmp_path.iterdir())
    assert b"maria@example.com" not in files
    assert b"marias-address" not in files
