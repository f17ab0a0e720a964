"""Whether a rule names codes of a built-in list that are there: countries, which no pack lists itself."""

from collections.abc import Iterator
from typing import Final

from handlers.core.problems import Problem
from handlers.core.protocol import Protocol
from locales.places import country_vocabulary
from storage.pack_files import FLAGS, PRESCREEN
from storage.pack_rules import codes_of, leaves_of

COUNTRIES: Final = "iso3166"


def vocabulary_problems(protocol: Protocol) -> Iterator[Problem]:
    """Find codes in rules that no answer to an item with a built-in list can have."""
    every = (item for each in protocol.questionnaires.values() for item in each.walk())
    listed = {item.link_id for item in every if item.vocabulary == COUNTRIES}
    known = frozenset(country_vocabulary("en").values())
    for file, rules in ((PRESCREEN, protocol.prescreen), (FLAGS, protocol.flags)):
        for rule in rules:
            for leaf in leaves_of(rule.when):
                link_id = leaf.get("item", leaf.get("baseline"))
                for code in codes_of(leaf) if link_id in listed else ():
                    if code not in known:
                        yield Problem(file, rule.id, f"{link_id} has no option {code}")
