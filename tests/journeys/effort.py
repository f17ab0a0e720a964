"""What a conversation asks of somebody's hands and eyes, and how long that takes."""

from dataclasses import dataclass, replace


@dataclass
class Effort:
    """Taps, typed words, messages that came, and the words in those, labels of buttons too."""

    taps: int = 0
    typed: int = 0
    messages: int = 0
    read: int = 0

    def having(self, heard):
        """Return the hands' part with what was read of these messages."""
        words = [" ".join((message.text, *message.labels())).split() for message in heard]
        return replace(self, messages=len(heard), read=sum(map(len, words)))

    def __add__(self, other):
        """Return both together, of somebody who went on at another place."""
        mine, more = vars(self), vars(other)
        return Effort(**{name: mine[name] + more[name] for name in mine})


@dataclass(frozen=True)
class Pace:
    """How fast somebody is: words read and typed in a minute, seconds for a tap."""

    reads: int
    types: int
    tap: float

    def minutes(self, effort):
        """Return how long it takes them, in whole minutes, rounded up."""
        seconds = 60 * effort.read / self.reads + 60 * effort.typed / self.types + self.tap * effort.taps
        return int(-(-seconds // 60))


USUAL = Pace(reads=238, types=36, tap=1.5)
"""Reading: Brysbaert 2019; typing on telephones: Palin and others 2019; taps: our assumption."""
SLOW = Pace(reads=120, types=10, tap=3.0)
"""Half as fast a reader, with tremor and slow hands: our assumption."""
