"""What a program ends over, in one line."""

import pytest

from handlers.errors import ConcurrentUpdate, StorageAway
from storage.damage import damage_of


def test_a_database_that_goes_away_while_a_command_runs_ends_it_with_the_mend():
    assert "the database can't be opened (connection). See that it is there" in str(
        damage_of(StorageAway("connection"))
    )


@pytest.mark.parametrize("error", [RuntimeError("ours"), ConcurrentUpdate("moved on")])
def test_every_other_error_is_none_of_its_business(error):
    assert damage_of(error) is None
