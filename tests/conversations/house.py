"""A clinic on a SQLite file of its own, with the shipped pack; each step is taken by hand and noted."""

import copy
import re
import shutil
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from bot.settings import Settings
from bot.surroundings import Surroundings, read_surroundings
from handlers.core.case import Case
from handlers.core.changes import AddDocument, AddInvitation, Change, Queue
from handlers.core.events import Chose, Event, Happening, Said
from handlers.core.messages import Body
from handlers.core.values import ChannelKind, ContactPoint
from handlers.decision import Decision
from handlers.due import Due
from handlers.inbound import Inbound
from handlers.ports import Incoming
from handlers.scenes import shown_options
from handlers.treatment import Treatment
from storage.blobs import Blobs
from storage.engine import open_database
from storage.export import Export
from storage.keys import Vault
from storage.stores import stores_of
from tests.conversations.ledger import Ledger
from tests.databases import migrated
from tests.handlers.desk import CLINIC, NOON, StillClock

ACCOUNT = "main"
LEASE = timedelta(seconds=60)
PLACEHOLDER = re.compile(r"\{[a-z_]+\}")
PEOPLE = ("one", "two")
"""Two people: each with a record of their own, or the second as the helper of the first."""


class NumberedIds:
    """Ids that a run gives out in the same order each time."""

    def __init__(self):
        self.given = 0

    def new(self):
        self.given += 1
        return f"{self.given:026}"

    def short(self):
        self.given += 1
        return f"{self.given:012}"[::-1]

    def secret(self):
        self.given += 1
        return f"{self.given:043}"


@dataclass
class Past:
    """What happened so far, beside the database."""

    time: datetime = NOON
    ids: NumberedIds = field(default_factory=NumberedIds)
    heard: dict[str, list[Body]] = field(default_factory=lambda: {name: [] for name in PEOPLE})
    happened: list[Event] = field(default_factory=list)
    ledger: Ledger = field(default_factory=Ledger)
    bare: dict[str, int] = field(default_factory=lambda: dict.fromkeys(PEOPLE, 0))
    codes: list[str] = field(default_factory=list)
    documents: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class Seen:
    """One event, the case before and after it, what it led to and what was delivered meanwhile."""

    who: str
    what: Happening
    before: Case | None
    after: Case | None
    changes: tuple[Change, ...]
    says: tuple[Body, ...]
    delivered: tuple[tuple[str, str], ...]
    """(outbox id, address) of each message."""


class House:
    """The stores and what decisions stand on. `stay` brings a conversation back to a moment before."""

    def __init__(self, loop, folder, channel=ChannelKind.WEB):
        self.loop = loop
        self.folder, self.channel = folder, channel
        self.past = Past()
        self._number = 0

    def begin(self):
        """Open a house in which nobody has spoken yet."""
        self._run(migrated(self._url()))
        self._open()
        self._run(self.stores.clinics.create(CLINIC, now=NOON))
        return self

    def kept(self):
        """Close the house, to begin from here again and again with `again`."""
        self._run(self.stores.database.close())
        return self._file(), self.past, self.channel

    def again(self, kept):
        """Open a copy of what was kept."""
        file, past, self.channel = kept
        self._number += 1
        shutil.copyfile(file, self._file())
        self.past = copy.deepcopy(past)
        self._open()
        return self

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.shut()

    def shut(self):
        """Close the copy and throw it away."""
        self._run(self.stores.database.close())
        self._file().unlink()

    def take(self, who, what, *, at=timedelta(seconds=10), key="") -> Seen:
        """Let a person do something, and deliver what follows from it."""
        self.clock.time += at
        return self._run(self._take(who, what, key or self.past.ids.new()))

    def say(self, who, text):
        return self.take(who, Said(text))

    def tap(self, who, data):
        return self.take(who, Chose(data))

    def due(self, *, delivers=True):
        """Look at whatever is due; return what was delivered: nothing while the service is away."""
        return self._run(self._due(delivers=delivers))

    def treat(self, who, days_ago):
        """Enter an infusion so many days ago; its check-ins are planned."""
        local = (self.clock.time - timedelta(days=days_ago)).strftime("%Y-%m-%dT10:00")
        patient = self.case(who).patient.id
        enter = Treatment(self.stores.uow, self.around.world).enter_date
        self._run(enter(CLINIC.id, patient, "infusion", local, "Asia/Tokyo", "staff"))

    def case(self, who) -> Case | None:
        return self._run(self.stores.uow.case_at(CLINIC.id, self._point(who)))

    def whole(self, who) -> Case:
        """Return the case with all responses, read from the tables."""
        return self._run(self.stores.uow.case_of(CLINIC.id, self.case(who).patient.id, full=True))

    def shown(self, case):
        """Return, per filtered question, the option codes that this clinic may show."""
        return shown_options(Decision(case, self.around.world(CLINIC), cause=""))

    def begins(self, key, body):
        """Say whether a message begins with our text under `key`."""
        start = PLACEHOLDER.split(self.around.catalogs.get(body.language or "en").template(key))[0]
        return body.text.startswith(start)

    def answers_to_questions(self, language):
        """Return the texts of the common questions, cut at their placeholders."""
        catalog = self.around.catalogs.get(language or "en")
        keys = [topic.key(part) for topic in self.around.protocol.faq for part in ("answer", "question")]
        texts = [catalog.template(key) for key in keys if catalog.has(key)]
        return [piece for text in texts for piece in PLACEHOLDER.split(text) if len(piece) > len("? ")]

    def exported(self, name="answers"):
        async def rows():
            return [row async for row in self.export.rows(CLINIC.id, name)]

        return self._run(rows())

    def read(self, statement):
        """Return the rows of a statement."""
        return self._run(self.stores.database.read(lambda conn: conn.execute(statement).all()))

    def _run(self, work):
        return self.loop.run_until_complete(work)

    def _file(self):
        return self.folder / f"{self._number}.db"

    def _url(self):
        return f"sqlite:///{self._file()}"

    def _open(self):
        self.clock = StillClock(self.past.time)
        vault = Vault(bytes(range(32)))
        self.stores = stores_of(open_database(self._url()), vault, Blobs(f"file://{self.folder}/files"))
        self.around = _around(self.clock, self.past.ids)
        self.inbound = Inbound(
            Noted(self.stores.uow, self),
            self.around.world,
            {self.channel: self._parse},
            self.past.ids,
            self.clock.now,
        )
        self.export = Export(self.stores.database, vault, self.stores.clinics)

    def _parse(self, raw):
        return self.past.happened[int(raw)]

    def _point(self, who):
        return ContactPoint(self.channel, ACCOUNT, who)

    async def _take(self, who, what, key):
        before = await self.stores.uow.case_at(CLINIC.id, self._point(who))
        self.past.happened.append(Event(key, self.clock.now(), what))
        raw = str(len(self.past.happened) - 1).encode()
        item = Incoming(CLINIC.id, self.channel, ACCOUNT, key, who, raw, self.clock.now())
        self.noted = []
        await self.stores.inbox.add([item], now=self.clock.now())
        for row in await self.stores.inbox.claim(now_system=self.clock.now(), lease=LEASE, limit=10):
            await self.inbound.take(row)
        changes = tuple(self.noted)
        after = await self.stores.uow.case_at(CLINIC.id, self._point(who))
        self.past.time = self.clock.time
        says = tuple(
            c.body for c in changes if isinstance(c, Queue) and after and c.contact == after.contact.id
        )
        return Seen(who, what, before, after, changes, says, tuple(await self._deliver()))

    def note(self, case, changes):
        """Write down what was decided and saved."""
        self.noted += changes
        self.past.ledger.write(case, changes)
        self.past.codes += [change.code for change in changes if isinstance(change, AddInvitation)]
        self.past.documents += [change.id for change in changes if isinstance(change, AddDocument)]

    async def _deliver(self):
        sent, now = [], self.clock.now()
        while rows := await self.stores.outbox.claim(
            CLINIC.id, self.channel, ACCOUNT, now=now, now_system=now, lease=LEASE, limit=20
        ):
            for row in rows:
                self.past.heard[row.point.address].append(row.body)
                await self.stores.outbox.settle_sent(row, f"p-{row.id}", now=now)
                sent.append((row.id, row.point.address))
        return sent

    async def _due(self, *, delivers):
        now = self.clock.now()
        self.noted = []
        due = Due(Noted(self.stores.uow, self), self.around.world)
        for one in await self.stores.follow_ups.claim(now=now, now_system=now, lease=LEASE, limit=20):
            await due.start(one)
        return await self._deliver() if delivers else []


class Noted:
    """The unit of work, each saving of which is written down."""

    def __init__(self, uow, house):
        self._uow, self._house = uow, house

    def __getattr__(self, name):
        return getattr(self._uow, name)

    async def save(self, case, changes, **more):
        await self._uow.save(case, changes, **more)
        self._house.note(case, changes)


_READ: list[Surroundings] = []


def _around(clock, ids):
    if not _READ:
        _READ.append(read_surroundings(Settings(env="demo"), clock, clock.now, ids))
    return replace(_READ[0], clock=clock, now_system=clock.now, ids=ids, demo=False)
