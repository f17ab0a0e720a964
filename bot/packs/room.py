"""Where a clinic's packs are loaded, looked at and put in force."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

from bot.following import unpack
from bot.packs import editing
from bot.packs.difference import Line, changed_questionnaires, changed_steps, differences
from bot.packs.remembering import Remembered, state_of
from bot.packs.vetting import vetted
from bot.present import Present
from bot.signing import Look, look
from bot.surroundings import Reading, Surroundings, read_folder
from handlers.core.values import ClinicId
from handlers.errors import NotFound
from storage.engine import Database
from storage.pack_archive import Files, files_in, packed, unpacked
from storage.packs import OF_SETTINGS, Draft, Packs, PackVersion, Use
from storage.questionnaires import editions
from storage.views.packs import Underway, acts_on, underway

_MOST_READ: Final = 3
"""So many packs are kept as they were read: reading one takes seconds."""


class NotUsable(Exception):
    """The pack has errors, or check-ins are planned that it does not know."""


@dataclass(frozen=True, slots=True)
class Effect:
    """Whom a pack affects when it is put in force now."""

    patients: int
    finish_on_their_own: int
    """Running questionnaires that this pack asks otherwise, or not at all."""
    kept: int
    changed: int
    """Planned check-ins that keep their date and are asked as this pack says."""
    lost: Mapping[str, int]
    """Step → planned check-ins of steps that this pack does not have."""


@dataclass(frozen=True, slots=True)
class PackRoom:
    """Reads and changes packs; `take_up` lets this process stand on the newest."""

    clinic: ClinicId
    database: Database
    present: Present
    take_up: Callable[[], Awaitable[object]]
    _read: dict[int, tuple[str, Reading]] = field(default_factory=dict)
    _looks: Remembered[tuple[Look, ...]] = field(default_factory=Remembered)
    _differences: Remembered[tuple[Line, ...]] = field(default_factory=Remembered)

    @property
    def packs(self) -> Packs:
        """Return the stored packs."""
        return Packs(self.database)

    async def all(self) -> tuple[Sequence[PackVersion], Sequence[Use]]:
        """Return the packs that were loaded and what was put in force, the newest first."""
        return await self.packs.all(self.clinic), await self.packs.uses(self.clinic)

    async def one(self, number: int) -> PackVersion:
        """Return one pack that was loaded; raise NotFound."""
        found = next((one for one in await self.packs.all(self.clinic) if one.number == number), None)
        if found is None:
            raise NotFound("no such pack")
        return found

    async def files(self, number: int) -> Files:
        """Return a pack's files, also those of the pack that the settings name; raise NotFound."""
        if number == OF_SETTINGS:
            return await asyncio.to_thread(files_in, self.present.own.folder)
        return await self.packs.files(self.clinic, number)

    async def zipped(self, number: int) -> bytes:
        """Return a pack as a file to keep, to sign, or to change elsewhere."""
        return packed(await self.files(number))

    async def reading(self, number: int) -> Reading:
        """Return a pack as it can be looked at; raise PackError for one that is broken."""
        if number == OF_SETTINGS:
            return self.present.own
        mark = (await self.one(number)).sha256
        known = self._read.get(number)
        if known is None or known[0] != mark:
            folder = await asyncio.to_thread(unpack, await self.files(number), self.present.folder)
            known = mark, await asyncio.to_thread(lambda: read_folder(folder, is_draft=True))
            self._read.pop(number, None)
            while len(self._read) >= _MOST_READ:
                self._read.pop(next(iter(self._read)))
            self._read[number] = known
        return known[1]

    async def surroundings(self, number: int) -> Surroundings:
        """Return the surroundings of decisions with another pack, for a look ahead; raise PackError."""
        return self.present.around.with_pack(await self.reading(number))

    async def looks(self, number: int) -> tuple[Look, ...]:
        """Return how the signature of each language stands; raise PackError."""
        return await asyncio.to_thread(self._looked, await self.reading(number))

    async def difference(self, number: int) -> tuple[Line, ...]:
        """Return what a pack changes in the one that is in force; raise PackError."""
        _, now = await self.packs.in_force(self.clinic)
        old, new = await self.reading(now), await self.reading(number)
        # Of what was read alone: the files are not asked again.
        return await asyncio.to_thread(self._differences.of, (old, new), "", lambda: differences(old, new))

    async def effect(self, number: int) -> Effect:
        """Return whom a pack affects when it is put in force now; raise PackError."""
        _, now = await self.packs.in_force(self.clinic)
        old, new = (await self.reading(now)).protocol, (await self.reading(number)).protocol
        found: Underway = await self.database.read(lambda conn: underway(conn, self.clinic))
        other_forms, other_steps = changed_questionnaires(old, new), changed_steps(old, new)
        known = {step.id for step in new.steps}
        gone = {step.id for step in old.steps if step.id not in known}
        changed = sum(n for step, n in found.planned.items() if step in other_steps)
        lost = {step: n for step, n in found.planned.items() if step in gone}
        return Effect(
            found.patients,
            sum(n for url, n in found.running.items() if url in other_forms),
            sum(found.planned.values()) - changed - sum(lost.values()),
            changed,
            lost,
        )

    async def load(self, archive: bytes, *, by: str, now: datetime) -> int:
        """Keep a zipped pack as a new draft and return its number; raise PackError for what is no pack."""
        return await self._keep(unpacked(archive), OF_SETTINGS, by, now)

    async def add_questionnaire(
        self, content: bytes, texts: Mapping[str, bytes], *, by: str, now: datetime
    ) -> tuple[int, str]:
        """Put a questionnaire into the draft, or into a new one; return its number and the form's name."""
        base = await self.draft()
        files, name = editing.with_questionnaire(await self.files(base), content, texts)
        return await self._keep(files, base, by, now), name

    async def link(self, number: int, link: editing.Part | editing.Check, *, by: str, now: datetime) -> int:
        """Ask a questionnaire of a pack in the intake or in the plan; return the number of the draft."""
        return await self._keep(editing.linked(await self.files(number), link), number, by, now)

    async def translate(
        self,
        number: int,
        sources: Mapping[str, str],
        language: str,
        words: Mapping[str, str],
        *,
        by: str,
        now: datetime,
    ) -> int:
        """Give a pack's texts words in another language; return the number of the draft."""
        given = {key: text for key, text in words.items() if text}
        files = editing.translated(await self.files(number), sources, language, given)
        return await self._keep(files, number, by, now)

    async def word(self, key: str, words: Mapping[str, str], *, by: str, now: datetime) -> int:
        """Word a text anew in the draft, or in a new one; return its number."""
        base = await self.draft()
        return await self._keep(editing.with_text(await self.files(base), key, words), base, by, now)

    async def draft(self) -> int:
        """Return the number that changes go on from: the newest draft made since, else what is in force."""
        loaded, uses = await self.all()
        used = {use.number for use in uses}
        in_force = uses[0].number if uses else OF_SETTINGS
        newest = loaded[0] if loaded else None
        is_open = newest is not None and newest.number not in used and newest.number > in_force
        return newest.number if newest is not None and is_open else in_force

    async def use(self, number: int, *, seq: int, by: str, now: datetime) -> bool:
        """Put a pack in force after use `seq`; False if somebody was faster.

        Raises NotUsable, NotFound, and PackError for one that this version of Yorisoi refuses.
        """
        if number != OF_SETTINGS and (await self.one(number)).errors:
            raise NotUsable
        if (await self.effect(number)).lost:
            raise NotUsable
        await asyncio.to_thread(read_folder, (await self.reading(number)).folder)
        if not await self.packs.use(self.clinic, number, seq=seq, by=by, now=now):
            return False
        await self.take_up()
        return True

    async def changed_by(self, key: str) -> list[tuple[str, object]]:
        """Return (who, when) of the changes of a text, the newest first."""
        return await self.database.read(lambda conn: acts_on(conn, self.clinic, "text.save", key))

    def _looked(self, one: Reading) -> tuple[Look, ...]:
        # Somebody may sign in the folder that the settings name while this process runs.
        return self._looks.of(
            (one,), state_of(one.folder), lambda: look(one.folder, one.protocol, one.catalogs)
        )

    async def _keep(self, files: Files, base: int, by: str, now: datetime) -> int:
        kept = await self.database.read(lambda conn: editions(conn, self.clinic))
        folder = await asyncio.to_thread(unpack, files, self.present.folder)
        version, findings = await asyncio.to_thread(vetted, folder, kept)
        draft = Draft(files, version, findings)
        return await self.packs.keep(self.clinic, draft, base, by=by, now=now)
