"""Which tests share what takes long to set up, told by their ids alone: one worker runs a group."""

import re

_PLACE = re.compile(r"tests/journeys/(test_\w+)\.py::[^\[]*(?:\[((?:sqlite|postgresql)(?:-webhook)?)-)?")
_SHARED = frozenset({"test_bad_input", "test_stopping"})
"""The files whose tests look at one running clinic."""
_OWN = frozenset({"test_by_email", "test_eight_people", "test_in_japanese", "test_over_links"})
"""The files whose tests look at a clinic of the file's own."""


def group_of(nodeid):
    """Return the group of a test's id, or None if it stands alone."""
    found = _PLACE.match(nodeid)
    if found is None:
        return None
    if found[1] in _OWN:
        return found[1]
    return "house" if found[1] in _SHARED else found[2]
