"""What staff write for each other about a patient: notes, and the clinic's own tags."""

import sqlalchemy as sa
from alembic import op

revision = "2026_11_30_staff_notes"
down_revision = "2026_11_30_talks"
branch_labels = None
depends_on = None

_PATIENT = (["clinic_id", "patient_id"], ["patients.clinic_id", "patients.id"])


def _words(*names: str) -> list[sa.Column[str]]:
    return [sa.Column(name, sa.Text(), nullable=False) for name in names]


def _at() -> "sa.Column[object]":
    return sa.Column("at", sa.DateTime(timezone=True), nullable=False)


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "staff_notes",
        *_words("clinic_id", "id", "patient_id"),
        sa.Column("note", sa.LargeBinary(), nullable=True),
        _at(),
        *_words("by"),
        sa.ForeignKeyConstraint(*_PATIENT, name=op.f("fk_staff_notes_clinic_id_patient_id")),
        sa.PrimaryKeyConstraint("clinic_id", "id", name=op.f("pk_staff_notes")),
    )
    op.create_index(op.f("ix_staff_notes_clinic_id_patient_id"), "staff_notes", ["clinic_id", "patient_id"])
    op.create_table(
        "tags",
        *_words("clinic_id", "id"),
        sa.Column("name_index", sa.LargeBinary(), nullable=False),
        sa.Column("name", sa.LargeBinary(), nullable=True),
        sa.ForeignKeyConstraint(["clinic_id"], ["clinics.id"], name=op.f("fk_tags_clinic_id")),
        sa.PrimaryKeyConstraint("clinic_id", "id", name=op.f("pk_tags")),
        sa.UniqueConstraint("clinic_id", "name_index", name=op.f("uq_tags_clinic_id_name_index")),
    )
    op.create_table(
        "patient_tags",
        *_words("clinic_id", "patient_id", "tag_id"),
        _at(),
        *_words("by"),
        sa.ForeignKeyConstraint(*_PATIENT, name=op.f("fk_patient_tags_clinic_id_patient_id")),
        sa.ForeignKeyConstraint(
            ["clinic_id", "tag_id"],
            ["tags.clinic_id", "tags.id"],
            name=op.f("fk_patient_tags_clinic_id_tag_id"),
        ),
        sa.PrimaryKeyConstraint("clinic_id", "patient_id", "tag_id", name=op.f("pk_patient_tags")),
    )
    op.create_index(op.f("ix_patient_tags_clinic_id_tag_id"), "patient_tags", ["clinic_id", "tag_id"])


def downgrade() -> None:
    """Take them away, with what was written."""
    for table in ("patient_tags", "tags", "staff_notes"):
        op.drop_table(table)
