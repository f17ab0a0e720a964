"""A sealed column that somebody adds to a patient's table must be emptied by erasing, or this fails."""

import pytest
from sqlalchemy import Delete, LargeBinary

from storage.erasure import rows
from storage.tables import answers, event_notes, metadata, patients

TOLD = (*rows._STATEMENTS, rows._QUIET_POINT)
OF_PATIENTS = [
    table
    for table in metadata.sorted_tables
    if "patient_id" in table.c or table in (patients, event_notes, answers)
]
HASHES = {"conversation", "dedupe"}


def is_emptied(statement, column):
    return f"{column}=NULL" in str(statement) or statement.compile().params.get(column, "kept") is None


@pytest.mark.parametrize("table", OF_PATIENTS, ids=str)
def test_nothing_sealed_stays(table):
    own = [statement for statement in TOLD if statement.table is table]
    sealed = [column.name for column in table.c if isinstance(column.type, LargeBinary)]
    words = [name for name in sealed if name not in HASHES and not name.endswith("_index")]

    left = [name for name in words if not any(is_emptied(one, name) for one in own)]

    assert not left or any(isinstance(statement, Delete) for statement in own)
