"""What all tables share: names of constraints, and the column kinds they are made of.

The clinic's id stands in every primary, unique and foreign key, so that a row of one clinic can
neither be found nor linked from another.
"""

from typing import Any

from sqlalchemy import (
    BigInteger,
    Column,
    ForeignKeyConstraint,
    LargeBinary,
    MetaData,
    PrimaryKeyConstraint,
    Text,
)

from storage.types import UtcDateTime

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
    }
)


def text(name: str, default: str | None = None) -> Column[Any]:
    """Make a text column that always holds something."""
    return Column(name, Text, nullable=False, server_default=default)


def text_or_null(name: str) -> Column[Any]:
    """Make a text column that may be empty."""
    return Column(name, Text, nullable=True)


def sealed(name: str) -> Column[Any]:
    """Make a column for what the Vault sealed; NULL where there is nothing (or no more)."""
    return Column(name, LargeBinary, nullable=True)


def index_of(name: str, *, nullable: bool = False) -> Column[Any]:
    """Make a column for a keyed hash (Vault.index) of something that is itself sealed."""
    return Column(name, LargeBinary, nullable=nullable)


def moment(name: str) -> Column[Any]:
    """Make a column for a UTC time that is always there."""
    return Column(name, UtcDateTime, nullable=False)


def moment_or_null(name: str) -> Column[Any]:
    """Make a column for a UTC time that may be missing."""
    return Column(name, UtcDateTime, nullable=True)


def number(name: str, default: int = 0) -> Column[Any]:
    """Make a counter."""
    return Column(name, BigInteger, nullable=False, server_default=str(default))


def lease() -> tuple[Column[Any], Column[Any]]:
    """Make the two columns that a claim needs: how long it holds, and which claim it is."""
    return moment_or_null("lease_until"), number("fence")


def key(*columns: str) -> PrimaryKeyConstraint:
    """Make a primary key that starts with the clinic."""
    return PrimaryKeyConstraint("clinic_id", *columns)


def of_clinic() -> ForeignKeyConstraint:
    """Make the reference to the clinic itself."""
    return ForeignKeyConstraint(["clinic_id"], ["clinics.id"])


def refers(column: str, table: str) -> ForeignKeyConstraint:
    """Make a reference to a row of the same clinic."""
    return ForeignKeyConstraint(["clinic_id", column], [f"{table}.clinic_id", f"{table}.id"])
