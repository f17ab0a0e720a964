"""Chance that is the same for the same number: nothing that is secret or decided hangs on it."""

from random import Random


class Dice(Random):
    """Draws; ids as well, so that the same seed makes the same people."""

    def id(self) -> str:
        """Return an id that no other draw gives."""
        return f"seed{self.getrandbits(96):024x}"

    def happens(self, share: float) -> bool:
        """Say whether something happens that does in this share of cases."""
        return self.random() < share
