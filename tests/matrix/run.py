"""Asks every route as everybody about every kind of record."""

import hashlib
from datetime import timedelta

from sqlalchemy import select

from bot.console.access import Role
from storage.assignments import Assignment
from storage.tables import metadata
from tests.matrix.asking import (
    FOREIGN_WORD,
    NO_RECORD,
    OWN_WORD,
    SECRET,
    WHO,
    Cell,
    Found,
    filled,
    has_record,
)
from tests.matrix.house import FOREIGN, OWN, disabled
from tests.matrix.table import ROUTES


class Run:
    """One round over the table."""

    def __init__(self, matrix, found):
        """Take the product and where findings go."""
        self.matrix = matrix
        self.found = found
        self.members = {}
        self.records = {}

    async def plant(self, *, empty=False):
        """Add staff to both clinics and patients to both, or to the foreign one alone."""
        matrix = self.matrix
        self.members = {role: await matrix.member(OWN, role, OWN_WORD) for role in Role}
        self.members["ended session"] = self.members[Role.DOCTOR]
        self.members["disabled member"] = await matrix.member(OWN, Role.DOCTOR, OWN_WORD)
        self.members["other clinic's session"] = await matrix.member(FOREIGN, Role.DOCTOR, FOREIGN_WORD)
        await disabled(matrix, self.members["disabled member"])
        self.records["foreign"] = await matrix.patient(FOREIGN, FOREIGN_WORD, FOREIGN_WORD)
        self.records["unknown"] = {name: f"no-such-{name}" for name in self.records["foreign"].ids}
        self.records["foreign"] = self.records["foreign"].ids
        fixed = {
            name: self.records["foreign"][name]
            for name in ("chat", *sorted(NO_RECORD - {"account", "ident"}))
        }
        self.records["unknown"] |= fixed | {"account": "main", "ident": "none"}
        if not empty:
            self.records["own"] = await self._own()
            self.records["assigned"] = await self._own()
            await self._assign(self.records["assigned"]["patient"])

    async def ask_all(self, routes=None, who=WHO):
        """Ask every route as everybody; return what was found."""
        before = await self._foreign_rows()
        for route, needs in (routes or ROUTES).items():
            for one in who:
                await self._ask(route, needs, one)
        if await self._foreign_rows() != before:
            self.found.faults.append("a foreign clinic's rows were changed")
        return self.found

    async def _ask(self, route, needs, who):
        kinds = [one for one in self.records if needs.assigned or one != "assigned"]
        if not has_record(route, needs):
            kinds = ["own" if "own" in kinds else "unknown"]
        for about in kinds:
            cell = Cell(route, needs, who, about)
            ids = self.records[about]
            if about == "own" and cell.may and cell.changes and has_record(route, needs):
                ids = await self._own()
            answer = await self._answer(cell, ids)
            self.found.note(cell, answer, ids)

    async def _answer(self, cell, ids):
        cookie = None
        if cell.who != "signed out":
            clinic = FOREIGN if cell.who == "other clinic's session" else OWN
            ended = cell.who == "ended session"
            cookie = await self.matrix.session(clinic, self.members[cell.who], ended=ended)
        method, path, form = filled(cell.route, cell.needs, ids)
        async with self.matrix.browser(cookie) as browser:
            return await browser.request(method, path, data=form if cell.changes else None)

    async def _assign(self, patient):
        now = self.matrix.base.now_system()
        given = Assignment(patient, self.members[Role.INTERPRETER], now + timedelta(days=1))
        await self.matrix.console.assignments.assign(OWN, given, by="", now_system=now)

    async def _own(self):
        return (await self.matrix.patient(OWN, OWN_WORD, SECRET)).ids

    async def _foreign_rows(self):
        """Return a digest of every row of the foreign clinic, without the record of its own session."""

        def digest(conn):
            made = hashlib.sha256()
            for table in metadata.sorted_tables:
                if "clinic_id" in table.c and table.name != "staff_sessions":
                    wanted = select(table).where(table.c.clinic_id == FOREIGN)
                    made.update("".join(sorted(repr(row) for row in conn.execute(wanted))).encode())
            return made.hexdigest()

        return await self.matrix.base.stores.database.read(digest)


async def run(matrix, *, empty=False):
    """Plant and ask everything."""
    round_ = Run(matrix, Found())
    await round_.plant(empty=empty)
    return await round_.ask_all()
