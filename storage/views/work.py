"""The worklist: tasks, red flags, alerts and check-ins in one list, read in three statements."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import Any, Final, Literal, NamedTuple, Self

from sqlalchemy import ColumnElement, Connection, Row, and_, not_, or_

from handlers.core.values import ClinicId, PatientId
from handlers.core.worklist import LATE, SOON, Group, Sort, end_of_day, kinds_of, place_of
from storage.clinics import Clinics
from storage.engine import Database
from storage.keys import ClinicKey, Vault
from storage.tables import patients
from storage.views.listing import initials_of
from storage.views.notices import staff_names
from storage.views.opening import Opener, opener_of
from storage.views.work_rows import EVERYTHING, IS_MINE, LINES, PULSE, RESTS, TALLIES, with_patients

PAGE_SIZE: Final = 50
See = Literal["all", "mine", "snoozed"]
_AS_USUAL: Final = ("rank", "quiet", "at", "id")
_WHEN_SNOOZED: Final = ("snoozed_until", "at", "id")


@dataclass(frozen=True, slots=True)
class WorkItem:
    """A line. `source` and `id` name it, `kind` what it is; `note` and `reason` are staff's own words."""

    source: str
    id: str
    kind: str
    group: Group
    sort: Sort
    at: datetime
    due_at: datetime | None = None
    step: str = ""
    note: str = ""
    patient: PatientId | None = None
    code: str = ""
    initials: str = ""
    zone: str = ""
    taken_by: str = ""
    taken_name: str = ""
    taken_at: datetime | None = None
    snoozed_until: datetime | None = None
    reason: str = ""

    @property
    def key(self) -> str:
        """Return what a form names it by."""
        return f"{self.source}:{self.id}"


@dataclass(frozen=True, slots=True)
class Wish:
    """What a reader wants to see: `mine` alone, what is `snoozed`, or one sort; at what moment, who.

    Check-ins are listed that are due until `due_before`.
    """

    now: datetime
    due_before: datetime
    staff: str
    mine: bool = False
    snoozed: bool = False
    sort: Sort | None = None
    page: int = 1

    @classmethod
    def of(cls, see: See, sort: Sort | None, page: int, *, now: datetime, zone: str, staff: str) -> Self:
        """Return the wish of who looks on the day in `zone`: check-ins of later days are left out."""
        due_before = end_of_day(now, zone)
        return cls(now, due_before, staff, mine=see == "mine", snoozed=see == "snoozed", sort=sort, page=page)


@dataclass(frozen=True, slots=True)
class Tally:
    """How many lines share these marks."""

    group: Group
    kind: str
    mine: bool
    snoozed: bool
    number: int

    @property
    def sort(self) -> Sort:
        """Return what kind of work they are."""
        return place_of(self.kind).sort


class FirstLine(NamedTuple):
    """What may be told of a line where anybody may read it: its sort, whose case, whether somebody has it."""

    sort: Sort
    code: str
    patient: str
    is_taken: bool


@dataclass(frozen=True, slots=True)
class WorkPage:
    """One page of lines, the soonest first, and the numbers of all."""

    items: tuple[WorkItem, ...]
    tallies: tuple[Tally, ...]
    pulse: str
    """A digest that is another as soon as the list is another."""


class WorkViews:
    """Opens what the worklist shows. Nothing here writes."""

    def __init__(self, database: Database, vault: Vault, clinics: Clinics) -> None:
        """Take the database, and the keys that open its rows."""
        self._database = database
        self._vault = vault
        self._clinics = clinics

    async def page(self, clinic: ClinicId, wish: Wish) -> WorkPage:
        """Return one page of the clinic's worklist."""
        owner = await self._clinics.key(clinic)
        return await self._database.read(lambda conn: _page(conn, self._vault, owner, wish))

    async def pulse(self, clinic: ClinicId, now: datetime) -> str:
        """Return the digest of the list alone: of numbers and times, nothing of health."""
        return await self._database.read(lambda conn: _pulse(conn, clinic, now))


def _pulse(conn: Connection, clinic: str, now: datetime) -> str:
    row = conn.execute(PULSE, {"clinic": clinic, "now": now, "late": now - LATE}).one()
    return sha256("|".join(str(one) for one in row).encode()).hexdigest()[:12]


def _page(conn: Connection, vault: Vault, owner: ClinicKey, wish: Wish) -> WorkPage:
    values = _values(owner.clinic, wish)
    order = _WHEN_SNOOZED if wish.snoozed else _AS_USUAL
    wanted = LINES.where(*_wishes(wish)).order_by(*order)
    lines = wanted.offset((wish.page - 1) * PAGE_SIZE).limit(PAGE_SIZE)
    rows = conn.execute(with_patients(lines, *order), values).all()
    names = staff_names(conn, vault, owner)
    # A program has no name there: it is called by what the record of acts calls it.
    takers = (names.get(row.taken_by, row.taken_by) or "" for row in rows)
    items = tuple(_item(vault, owner, row, taker) for row, taker in zip(rows, takers, strict=True))
    tallies = tuple(_tally(row) for row in conn.execute(TALLIES, values))
    return WorkPage(items, tallies, _pulse(conn, owner.clinic, wish.now))


def first_lines(conn: Connection, clinic: str, now: datetime, most: int) -> tuple[Sequence[FirstLine], int]:
    """Return the lines that come first, and how many there are in all. Nothing sealed is opened.

    Check-ins that go out by themselves are no lines here, only those that are late.
    """
    values = _values(clinic, Wish(now, now - LATE, ""))
    lines = with_patients(LINES.where(not_(RESTS)).order_by(*_AS_USUAL).limit(most), *_AS_USUAL)
    found = [
        FirstLine(place_of(row.kind).sort, row.code or "", row.patient_id or "", bool(row.taken_by))
        for row in conn.execute(lines, values)
    ]
    return found, sum(row.number for row in conn.execute(TALLIES, values) if not row.rests)


def _values(clinic: str, wish: Wish) -> dict[str, Any]:
    return {
        "clinic": clinic,
        "now": wish.now,
        "soon": wish.now + SOON,
        "late": wish.now - LATE,
        "due_before": wish.due_before,
        "staff": wish.staff,
    }


def _wishes(wish: Wish) -> list[ColumnElement[bool]]:
    wanted = [RESTS if wish.snoozed else not_(RESTS)]
    if wish.mine:
        wanted.append(IS_MINE)
    if wish.sort is not None:
        wanted.append(_is_of(wish.sort))
    return wanted


def _is_of(sort: Sort) -> ColumnElement[bool]:
    kind = EVERYTHING.c.kind
    if sort is Sort.WORD:
        return or_(kind.in_(kinds_of(sort)), kind.startswith("asks:"))
    if sort is Sort.OTHER:
        named = [one for each in Sort for one in kinds_of(each)]
        return and_(kind.not_in(named), not_(kind.startswith("asks:")))
    return kind.in_(kinds_of(sort))


def _tally(row: Row[Any]) -> Tally:
    return Tally(Group(row.rank), row.kind, bool(row.mine), bool(row.rests), row.number)


def _item(vault: Vault, owner: ClinicKey, row: Row[Any], taken_name: str) -> WorkItem:
    opener = opener_of(vault, owner, row) if row.patient_id else Opener(vault, owner)
    return WorkItem(
        source=row.source,
        id=row.id,
        kind=row.kind,
        group=Group(row.rank),
        sort=place_of(row.kind).sort,
        at=row.at,
        due_at=row.due_at,
        step=row.step,
        note=opener.text("tasks", row, "note"),
        patient=PatientId(row.patient_id) if row.patient_id else None,
        code=row.code or "",
        initials=_initials(opener, row),
        zone=row.zone or "",
        taken_by=row.taken_by or "",
        taken_name=taken_name,
        taken_at=row.taken_at,
        snoozed_until=row.snoozed_until,
        reason=_reason(opener, row),
    )


def _initials(opener: Opener, row: Row[Any]) -> str:
    if opener.key is None or row.name is None:
        return ""
    return initials_of(opener.vault.open_text(opener.key, patients.name, row.patient_id, "name", row.name))


def _reason(opener: Opener, row: Row[Any]) -> str:
    if opener.key is None or row.reason is None:
        return ""
    place = f"{row.source}:{row.id}"
    return opener.vault.open_text(opener.key, "work_marks", place, "reason", row.reason)
