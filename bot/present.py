"""What decisions of this process stand on right now: a pack is put in force while the product runs."""

from dataclasses import dataclass, replace
from pathlib import Path

from bot.surroundings import Reading, Surroundings, words_of


@dataclass(slots=True)
class Present:
    """The surroundings of the moment. Whoever lives longer than one decision asks here each time.

    `own` is the pack that the settings name, `seq` the use of a pack that was looked at last.
    """

    around: Surroundings
    own: Reading
    seq: int = 0
    folder: Path = Path()
    """Where packs from the database are unpacked; it goes with the process."""

    @classmethod
    def of(cls, around: Surroundings) -> "Present":
        """Return the present of a process that has just read the pack of its settings."""
        own = Reading(around.pack, around.protocol, around.catalogs, around.signed)
        # The catalogs that are in use become others one day; these here stay what was read.
        return cls(around.with_pack(replace(own, catalogs=own.catalogs.plus({}))), own)

    def put(self, around: Surroundings) -> None:
        """Let decisions stand on `around` from now on.

        The catalogs stay the same object with other texts: pages and channels hold them for good.
        """
        catalogs = self.around.catalogs
        if around.catalogs is not catalogs:
            catalogs.become(around.catalogs)
            around = replace(around, catalogs=catalogs, words=words_of(catalogs))
        self.around = around
