"""Which records are of one person: those that staff joined, or that gave way to an older one."""

from collections.abc import Mapping

from sqlalchemy import Connection, bindparam, or_, select

from storage.tables import patients

_BESIDE = select(patients.c.id, patients.c.merged_into).where(
    patients.c.clinic_id == bindparam("clinic"),
    or_(
        patients.c.id.in_(bindparam("ids", expanding=True)),
        patients.c.merged_into.in_(bindparam("ids", expanding=True)),
    ),
)
_WITH_KEY = select(patients.c.id).where(
    patients.c.clinic_id == bindparam("clinic"),
    patients.c.id.in_(bindparam("ids", expanding=True)),
    patients.c.wrapped_key.is_not(None),
)


def joined_with(conn: Connection, clinic: str, patient: str) -> list[str]:
    """Return the ids of all records of the person whose record this is, itself among them."""
    found = {patient}
    while True:
        rows = conn.execute(_BESIDE, {"clinic": clinic, "ids": sorted(found)}).all()
        wider = found.union(*((row.id, row.merged_into) if row.merged_into else (row.id,) for row in rows))
        if wider == found:
            return sorted(found)
        found = wider


def readable(conn: Connection, clinic: str, ids: list[str]) -> list[str]:
    """Return those of these records that are not erased."""
    return sorted(conn.scalars(_WITH_KEY, {"clinic": clinic, "ids": ids}))


def root_of(patient: str, merged_into: Mapping[str, str | None]) -> str:
    """Return the record under which a person's others stand, by {id: the one that it was joined to}."""
    seen = {patient}
    while (above := merged_into.get(patient)) and above not in seen:
        seen.add(above)
        patient = above
    return patient
