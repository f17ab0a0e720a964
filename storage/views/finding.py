"""Finding patients: by what staff typed, by what can be chosen, and as the ones behind a number.

Names, birth dates and numbers are sealed; they are found by keyed hashes (storage/search), without opening
any row but those of the page that is shown.
"""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Final

from sqlalchemy import ColumnElement, Connection, Select, func, or_, select

from storage.keys import ClinicKey, Vault
from storage.search.asking import Word
from storage.search.tokens import Part, token
from storage.tables import anchors, contact_aliases, contact_points, flags, patients, search_tokens
from storage.views.listing import code_holds, page_of
from storage.views.models import FlagView, PatientsPage
from storage.views.notices import flag
from storage.views.opening import opener_of

LEAST_ADDRESS: Final = 5
"""Shorter words are no address of anybody."""

_any = patients.alias("any_patient")


@dataclass(frozen=True, slots=True)
class Search:
    """What is looked for; everything that is given must hold. `flag` is the level of an open flag.

    `hides` says which flags are not for whoever looks: nobody is found by those. `whose` are the patients
    behind a number of the overview: a SELECT of their ids.
    """

    words: Sequence[Word] = ()
    stage: str = ""
    flag: str = ""
    hides: Callable[[FlagView], bool] | None = None
    language: str = ""
    whose: Select[Any] | None = None


def found(
    conn: Connection, vault: Vault, key: ClinicKey, search: Search, *, offset: int, limit: int
) -> PatientsPage:
    """Return a page of the patients that are looked for, the last heard of first."""
    finder = _Finder(vault, key, _places(conn, key.clinic) if search.words else ())
    such = [*_chosen(key.clinic, search), *map(finder.fits, search.words)]
    if search.flag:
        such.append(shown_as(key.clinic, _flagged(conn, vault, key, search)))
    return page_of(conn, vault, key, such, offset=offset, limit=limit)


def languages(conn: Connection, clinic: str) -> list[str]:
    """Return the languages that patients of a clinic speak."""
    named = patients.c.language.is_not(None)
    return sorted(
        conn.scalars(select(patients.c.language).where(patients.c.clinic_id == clinic, named).distinct())
    )


def shown_as(clinic: str, ids: Select[Any]) -> ColumnElement[bool]:
    """Compare with the patients under whom those with these ids are shown: merged records, under the kept."""
    shown = func.coalesce(_any.c.merged_into, _any.c.id)
    return patients.c.id.in_(select(shown).where(_any.c.clinic_id == clinic, _any.c.id.in_(ids)))


@dataclass(frozen=True, slots=True)
class _Finder:
    """Says whom a word fits; `places` are the channels and accounts at which patients have an address."""

    vault: Vault
    key: ClinicKey
    places: Sequence[tuple[str, str]]

    def fits(self, word: Word) -> ColumnElement[bool]:
        """Compare with the patients whom one word fits, in any of its ways."""
        ways = [code_holds(word.text)]
        if word.parts:
            ways.append(shown_as(self.key.clinic, self._with_all(word.parts)))
        if word.day is not None:
            ways.append(shown_as(self.key.clinic, _treated_on(self.key.clinic, word.day)))
        elif len(word.text) >= LEAST_ADDRESS:
            ways += [shown_as(self.key.clinic, ids) for ids in self._at(word.text)]
        return or_(*ways)

    def _with_all(self, parts: Collection[Part]) -> Select[Any]:
        """Select whoever has all parts: those of them with the last one who have the others, too."""
        *others, last = sorted(parts)
        own = search_tokens.alias()
        also = (own.c.patient_id.in_(self._with_all([other])) for other in others)
        is_last = own.c.token == token(self.vault, self.key, last)
        return select(own.c.patient_id).where(own.c.clinic_id == self.key.clinic, is_last, *also)

    def _at(self, address: str) -> tuple[Select[Any], Select[Any]]:
        """Select whoever has this address, or had it, at any of the places."""
        hashes = [self.vault.index(self.key, "address", *place, address) for place in self.places]
        own = contact_points.c.clinic_id == self.key.clinic
        known = select(contact_points.c.patient_id).where(own, contact_points.c.address_index.in_(hashes))
        also = select(contact_aliases.c.contact_id).where(
            contact_aliases.c.clinic_id == self.key.clinic, contact_aliases.c.address_index.in_(hashes)
        )
        return known, select(contact_points.c.patient_id).where(own, contact_points.c.id.in_(also))


def _places(conn: Connection, clinic: str) -> list[tuple[str, str]]:
    wanted = select(contact_points.c.channel, contact_points.c.account).where(
        contact_points.c.clinic_id == clinic
    )
    return [(row.channel, row.account) for row in conn.execute(wanted.distinct())]


def _chosen(clinic: str, search: Search) -> list[ColumnElement[bool]]:
    such: list[ColumnElement[bool]] = []
    if search.stage:
        such.append(patients.c.stage == search.stage)
    if search.language:
        such.append(patients.c.language == search.language)
    if search.whose is not None:
        such.append(shown_as(clinic, search.whose))
    return such


def _flagged(conn: Connection, vault: Vault, key: ClinicKey, search: Search) -> Select[Any]:
    """Select whoever has an open flag of a level, of those that whoever looks may see."""
    standing = (
        flags.c.clinic_id == key.clinic,
        flags.c.level == search.flag,
        flags.c.withdrawn_at.is_(None),
        flags.c.closed_at.is_(None),
    )
    chosen = select(flags.c.patient_id).where(*standing)
    if search.hides is None:
        return chosen
    one_of_each = select(func.min(flags.c.id)).where(*standing, flags.c.subject.is_not(None))
    seen = _subjects(conn, vault, key, one_of_each.group_by(flags.c.subject), search.hides)
    return chosen.where(flags.c.subject.in_(seen))


def _subjects(
    conn: Connection, vault: Vault, key: ClinicKey, ids: Select[Any], hides: Callable[[FlagView], bool]
) -> list[bytes]:
    """Return what the flags with these ids are about, of those that are not hidden.

    One of each subject says it for all: about as many are opened as a pack has rules.
    """
    same = (patients.c.clinic_id == flags.c.clinic_id) & (patients.c.id == flags.c.patient_id)
    wanted = select(flags, patients.c.wrapped_key).join(patients, same)
    rows = conn.execute(wanted.where(flags.c.clinic_id == key.clinic, flags.c.id.in_(ids)))
    return [row.subject for row in rows if not hides(flag(row, opener_of(vault, key, row), {}))]


def _treated_on(clinic: str, day: date) -> Select[Any]:
    """Select whoever has a treatment date on this day, on the wall where it takes place."""
    return select(anchors.c.patient_id).where(
        anchors.c.clinic_id == clinic,
        anchors.c.local >= day.isoformat(),
        anchors.c.local < (day + timedelta(days=1)).isoformat(),
    )
